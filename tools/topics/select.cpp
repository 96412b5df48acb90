#include "tools/topics/select.h"

#include <algorithm>

#include "base/error.h"
#include "expr/name_pattern.h"

namespace weir::topics {

std::vector<bus::TopicSummary> select(const Options& options, bus::Admin& admin) {
  using Form = expr::NamePattern::Form;
  const std::vector<bus::TopicSummary> all = admin.topics();
  std::vector<bus::TopicSummary> chosen;
  const auto add = [&](const bus::TopicSummary& topic) {
    const auto same = [&](const bus::TopicSummary& other) { return other.name == topic.name; };
    if (std::none_of(chosen.begin(), chosen.end(), same)) chosen.push_back(topic);
  };
  if (options.names.empty()) {
    for (const bus::TopicSummary& topic : all) {
      if (options.internal || !topic.internal) add(topic);
    }
  }
  for (const std::string& word : options.names) {
    const expr::NamePattern pattern(word, options.regex ? Form::whole_regex : Form::name_or_caret);
    bool found = false;
    for (const bus::TopicSummary& topic : all) {
      if (!pattern.matches(topic.name)) continue;
      if (pattern.is_regex() && topic.internal && !options.internal) continue;
      add(topic);
      found = true;
    }
    if (found || (pattern.is_regex() && options.verb == Verb::list)) continue;
    if (pattern.is_regex()) {
      throw base::Error(base::Kind::usage, "no topic matches '" + word + "' in " + admin.place())
          .code("unknown_topic");
    }
    admin.topic(word, bus::Admin::Look::offsets);  // says that there is none, and which is near
  }
  return chosen;
}

}  // namespace weir::topics
