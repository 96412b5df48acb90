// What travels in band beside the rows: watermarks and, later, checkpoint barriers. As a line it begins with
// the bytes {"_weir": and passes through every tool in order.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/units.h"

namespace weir::stream {

inline constexpr std::string_view kControlPrefix = "{\"_weir\":";

struct Mark {
  enum class Kind {
    begin,
    watermark,
    idle,
    barrier,
    end,
    other,
    tick,  // made by the loop for its operators (RunSettings::operator_tick); never a line
  };
  Kind kind = Kind::other;
  std::string line;  // the control line as it came, without the newline
  base::EventTime
      watermark{};  // Kind::watermark: its t; INT64_MAX for "max". Kind::tick: ms of a clock that only goes on
};

inline bool is_control(std::string_view line) {
  return line.starts_with(kControlPrefix);
}

// The kind named by a control line; none when it is not a JSON object that begins with "_weir":"KIND".
std::optional<Mark> parse_mark(std::string_view line);

}  // namespace weir::stream
