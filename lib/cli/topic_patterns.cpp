#include "cli/topic_patterns.h"

#include <memory>

#include "expr/name_pattern.h"

namespace weir::cli {

std::vector<log::TopicPattern> topic_patterns(const std::vector<std::string>& operands) {
  using expr::NamePattern;
  std::vector<log::TopicPattern> patterns;
  for (const std::string& operand : operands) {
    if (!log::is_pattern(operand)) continue;
    const auto pattern = std::make_shared<NamePattern>(operand, NamePattern::Form::name_or_caret);
    patterns.push_back({operand, [pattern](std::string_view name) { return pattern->matches(name); }});
  }
  return patterns;
}

}  // namespace weir::cli
