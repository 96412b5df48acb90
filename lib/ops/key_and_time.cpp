#include "ops/key_and_time.h"

#include <fmt/format.h>

#include <string_view>

#include "base/rfc3339.h"
#include "json/canonical.h"
#include "json/text.h"

namespace weir::ops {

record::Bytes bytes_of(const expr::Value& value, std::string& buffer) {
  switch (value.kind) {
    case json::Kind::missing:
    case json::Kind::null:
      return {};
    case json::Kind::string:
      return record::Bytes(json::text_of(value, buffer));
    default:
      buffer.clear();
      json::append_canonical(buffer, value);
      return record::Bytes(std::string_view(buffer));
  }
}

base::TimeOrFault time_of(const expr::Value& value, const base::TimeFormat& format, const base::Zone& zone,
                          std::string& buffer) {
  if (value.kind == json::Kind::number) return base::time_of_number(value.raw(), format, zone);
  if (value.kind == json::Kind::string) return base::time_of_text(json::text_of(value, buffer), format, zone);
  return {.time = base::kNoTime, .fault = "is neither a number nor a string"};
}

std::string bad_time(const expr::Value& value, const std::string& expression, const char* fault) {
  constexpr std::size_t kShown = 60;
  const std::string_view raw = value.data == nullptr ? "null" : value.raw().substr(0, kShown);
  return fmt::format("time {} of --ts {} {}", raw, expression, fault);
}

std::string seconds_notice(base::EventTime time, const std::string& expression) {
  return fmt::format("--ts {} took {} as milliseconds, which is {}; seconds are --ts '{}:s'", expression,
                     time.ms, base::format_rfc3339(time.ms), expression);
}

}  // namespace weir::ops
