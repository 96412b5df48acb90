#include "cli/meanings.h"

#include <fmt/format.h>

#include "base/duration.h"
#include "cli/message.h"

namespace weir::cli {
namespace {

std::string meaning(const Pairs& pairs) {
  std::string text;
  for (const auto& [name, value] : pairs)
    text += fmt::format("{}{}={}", text.empty() ? "" : ", ", name, json_string(value));
  return text;
}

}  // namespace

std::string meaning(bool given) {
  return given ? "given" : "";
}

std::string meaning(std::chrono::nanoseconds duration) {
  if (duration.count() == 0) return "";
  const bool negative = duration.count() < 0;
  return (negative ? "-" : "") + base::format_duration(negative ? -duration : duration);
}

std::string meaning(const std::optional<std::chrono::nanoseconds>& duration) {
  if (!duration) return "";
  return duration->count() == 0 ? "0" : meaning(*duration);
}

std::string meaning(const std::optional<base::Field>& field) {
  if (!field) return "";
  return fmt::format("{}:{}:{}", field->expression, static_cast<int>(field->format.kind),
                     field->format.pattern);
}

std::string meaning_of_ts(const TimeFlags& time) {
  return time.arrival ? "arrival" : meaning(time.ts);
}

std::vector<state::Meaning> meanings(const ExpressionFlags& flags) {
  return {{"--arg", meaning(flags.strings)}, {"--argjson", meaning(flags.values)}};
}

}  // namespace weir::cli
