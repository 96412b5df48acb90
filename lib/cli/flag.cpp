#include "cli/flag.h"

#include <iterator>

#include "base/error.h"
#include "base/nearest.h"

namespace weir::cli {

Flags::Flags(std::initializer_list<Flags> parts) {
  const auto append = [](auto& to, const auto& from) { to.insert(to.end(), from.begin(), from.end()); };
  for (const Flags& part : parts) {
    append(list, part.list);
    append(examples, part.examples);
    append(notes, part.notes);
    append(checks, part.checks);
    if (!part.usage.empty()) usage = part.usage;
  }
}

Flags usage(std::string text) {
  Flags part;
  part.usage = std::move(text);
  return part;
}

Flags example(std::string command, std::string purpose) {
  Flags part;
  part.examples.push_back({std::move(command), std::move(purpose)});
  return part;
}

Flags note(std::string paragraph) {
  Flags part;
  part.notes.push_back(std::move(paragraph));
  return part;
}

Flags group(std::string heading, std::initializer_list<Flags> parts) {
  Flags all(parts);
  for (Flag& flag : all.list) {
    if (flag.group.empty()) flag.group = heading;
  }
  return all;
}

Flags minor(Flags flags) {
  for (Flag& flag : flags.list) flag.minor = true;
  return flags;
}

Flags check(std::function<void()> check) {
  Flags part;
  part.checks.push_back(std::move(check));
  return part;
}

Flag detail::named(std::string_view short_name, std::string_view long_name, std::string_view value_name,
                   std::string_view help) {
  Flag made;
  made.short_name = short_name;
  made.long_name = long_name;
  made.value_name = value_name;
  made.help = help;
  return made;
}

Flag flag(std::string_view short_name, std::string_view long_name, std::string_view help, bool& to) {
  Flag made = detail::named(short_name, long_name, {}, help);
  made.set = [&to](std::string_view) { to = true; };
  return made;
}

Flag pair_flag(std::string_view long_name, std::string_view value_names, std::string_view help, Pairs& to) {
  Flag made;
  made.long_name = long_name;
  made.value_name = value_names;
  made.help = help;
  made.repeatable = true;
  made.set_pair = [&to](std::string_view name, std::string_view value) { to.emplace_back(name, value); };
  return made;
}

Flag flag(std::string_view long_name, std::string_view help, bool& to) {
  return flag({}, long_name, help, to);
}

Flags on_off(std::string_view long_name, std::string_view help, std::string_view help_off,
             std::optional<bool>& to) {
  Flag on;
  on.long_name = long_name;
  on.help = help;
  on.set = [&to](std::string_view) { to = true; };
  Flag off;
  off.long_name = std::string("--no-").append(long_name.substr(2));
  off.help = help_off;
  off.set = [&to](std::string_view) { to = false; };
  return {on, off};
}

void not_one_of(std::string_view value, const std::vector<std::string>& words) {
  std::string all;
  for (const std::string& word : words) {
    if (!all.empty()) all += word == words.back() ? " or " : ", ";
    all += word;
  }
  std::string what = value.empty() ? "''" : std::string(value);
  what += " is none of " + all;
  auto error = base::Error(base::Kind::usage, std::move(what)).code("bad_word");
  if (const std::string near = base::nearest_name(value, words); !near.empty())
    error.hint("did you mean '" + near + "'?");
  throw error;
}

void no_verb(std::string_view typed, const std::vector<std::string>& verbs) {
  const bool missing = typed.empty();
  auto error =
      base::Error(base::Kind::usage, missing ? "VERB is missing" : "no verb '" + std::string(typed) + "'")
          .code(missing ? "missing_operand" : "unknown_verb");
  std::string all;
  for (const std::string& verb : verbs) all += (all.empty() ? "" : ", ") + verb;
  const std::string near = base::nearest_name(typed, verbs);
  error.hint(missing        ? "one of " + all + "; -h shows what each does"
             : near.empty() ? "verbs: " + all
                            : "did you mean '" + near + "'?");
  throw error;
}

}  // namespace weir::cli
