// What travels in band beside the rows: watermarks and, later, checkpoint barriers. As a line it begins with
// the bytes {"_weir": and passes through every tool in order.
#pragma once

#include <cstdint>
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
    // For operators only, never a line:
    tick,        // made by the loop (RunSettings::operator_tick)
    input_end,   // the last row of one of several inputs is behind us
    input_idle,  // one of them has been silent for so long that nobody waits for it
  };
  Kind kind = Kind::other;
  std::string line;  // the control line as it came, without the newline; empty: for operators only
  base::EventTime
      watermark{};  // Kind::watermark: its t; INT64_MAX for "max". Kind::tick: ms of a clock that only goes on
  std::uint32_t input = 0;  // Batch::input_number of where it came from
};

inline bool is_control(std::string_view line) {
  return line.starts_with(kControlPrefix);
}

// The kind named by a control line; none when it is not a JSON object that begins with "_weir":"KIND".
std::optional<Mark> parse_mark(std::string_view line);

}  // namespace weir::stream
