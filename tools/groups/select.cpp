#include <algorithm>

#include "base/error.h"
#include "expr/name_pattern.h"
#include "tools/groups/verbs.h"

namespace weir::groups {

std::vector<std::string> select(const Options& options, bus::Admin& admin) {
  using Form = expr::NamePattern::Form;
  std::vector<std::string> chosen;
  const auto add = [&](const std::string& name) {
    if (std::find(chosen.begin(), chosen.end(), name) == chosen.end()) chosen.push_back(name);
  };
  // A group that is named by its name need not be looked for among all: reset makes it.
  const bool by_name_only = std::none_of(options.names.begin(), options.names.end(), [&](const auto& word) {
    return expr::NamePattern(word, options.regex ? Form::whole_regex : Form::name_or_caret).is_regex();
  });
  const std::vector<bus::GroupSummary> all =
      by_name_only && !options.names.empty() ? std::vector<bus::GroupSummary>() : admin.groups();
  if (options.names.empty())
    for (const bus::GroupSummary& group : all) add(group.name);
  for (const std::string& word : options.names) {
    const expr::NamePattern pattern(word, options.regex ? Form::whole_regex : Form::name_or_caret);
    if (!pattern.is_regex()) {
      add(word);
      continue;
    }
    const std::size_t before = chosen.size();
    for (const bus::GroupSummary& group : all)
      if (pattern.matches(group.name)) add(group.name);
    if (chosen.size() == before && options.verb != Verb::list) {
      throw base::Error(base::Kind::usage, "no group matches '" + word + "' in " + admin.place())
          .code("unknown_group");
    }
  }
  return chosen;
}

}  // namespace weir::groups
