// A tool's flags as data: declared once per tool, read by the parser, -h, --help, the man page check and the
// completions. A declaration binds a name to a variable of the tool's Options; the variable's value at that moment
// is the default that help shows in brackets.
//
//   cli::Flags flags(Options& o) {
//     return {cli::usage("EXPR [INPUT...]"),
//             cli::example("filter '.level == \"error\"' events.ndjson", "keep the errors"),
//             cli::operand("EXPR", "Pass on the events for which EXPR is true", o.expression),
//             cli::group("What passes", {cli::flag("-v", "--invert", "Pass on the others instead", o.invert),
//                                        cli::flag("-n", "--count", "N", "Stop after N matches", o.count)}),
//             cli::flags(o.input), cli::flags(o.output)};
//   }
//
// Ownership  a Flag borrows the variable it fills; Options must outlive the Flags and not move.
// Errors     a value that does not fit throws Error(Kind::usage) whose text begins with the value; the parser puts
//            the flag's name in front ("--tumbling 10 has no unit").
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "cli/value.h"

namespace weir::cli {

// What a shell offers after the flag, or for the operand.
enum class Completes {
  nothing,
  file,
  directory,
  topic,
  input,
  group,
  bus,
  zone,
  words
};  // input: file or topic:NAME; words: Flag::words

struct Flag {
  std::string short_name;            // "-v", or empty
  std::string long_name;             // "--invert"; for an operand its name in usage, "EXPR"
  std::vector<std::string> aliases;  // further spellings, "-c"
  std::string value_name;            // "N"; empty: a switch
  std::string help;                  // one line, no full stop
  std::string details;               // further sentences, for --help and the man page
  std::string default_text;          // "1MiB"; empty: none to show
  std::vector<std::string> words;    // the only values allowed (an enum), or those that completion offers
  std::string group;                 // heading in help
  Completes completes = Completes::nothing;
  bool operand = false;
  bool repeatable = false;  // may be given more than once, each value is added; otherwise twice is an error
  bool value_optional = false;  // --summary or --summary=json; the value only ever after '='
  bool required = false;        // an operand that must be there
  bool minor = false;           // -h only names it, in a paragraph with its likes; --help says all
  bool shown = true;            // false: works, but help, man and completion leave it out
  std::function<void(std::string_view value)> set;
  std::function<void(std::string_view name, std::string_view value)> set_pair;  // instead of set: two values

  // For declarations: each returns the flag changed.
  Flag&& alias(std::string name) && { return aliases.push_back(std::move(name)), std::move(*this); }
  Flag&& more(std::string sentences) && { return details = std::move(sentences), std::move(*this); }
  Flag&& initially(std::string text) && { return default_text = std::move(text), std::move(*this); }
  Flag&& completing(Completes what) && { return completes = what, std::move(*this); }
  Flag&& offering(std::vector<std::string> some) && {
    return words = std::move(some), completes = Completes::words, std::move(*this);
  }
  Flag&& hidden() && { return shown = false, std::move(*this); }
  Flag&& optional() && { return required = false, std::move(*this); }  // an operand that may be left out
};

struct Example {
  std::string command;  // as typed by somebody with the bare tools on PATH
  std::string purpose;  // "keep the errors"
};

// Everything about one tool that help, man page and completion need. A brace list of flags, groups and the
// parts below; what is listed later comes later in help.
struct Flags {
  std::vector<Flag> list;  // operands in their order among the flags
  std::vector<Example> examples;
  std::string usage;               // what follows the tool's name: "[FLAGS] EXPR [INPUT...]"
  std::vector<std::string> notes;  // paragraphs for --help and the man page's DESCRIPTION
  std::vector<std::function<void()>> checks;

  Flags() = default;
  Flags(Flag flag) { list.push_back(std::move(flag)); }  // NOLINT: a flag is a list of one
  Flags(std::initializer_list<Flags> parts);
};

Flags usage(std::string text);
Flags example(std::string command, std::string purpose);
Flags note(std::string paragraph);
Flags group(std::string heading,
            std::initializer_list<Flags> parts);  // parts that have no heading yet get this one
Flags minor(Flags flags);                         // all of them, see Flag::minor
// Runs after all flags are read and before the tool: for what no single flag can judge ("--raw with -J"). Throws
// Error(Kind::usage).
Flags check(std::function<void()> check);

// A switch.
Flag flag(std::string_view long_name, std::string_view help, bool& to);
Flag flag(std::string_view short_name, std::string_view long_name, std::string_view help, bool& to);
// A switch with an opposite: --progress, --no-progress; whichever comes last wins.
Flags on_off(std::string_view long_name, std::string_view help, std::string_view help_off,
             std::optional<bool>& to);

namespace detail {
// Out of line: most of a declaration's code would otherwise be there once per flag.
Flag named(std::string_view short_name, std::string_view long_name, std::string_view value_name,
           std::string_view help);

template <typename T>
Flag value_flag(std::string_view short_name, std::string_view long_name, std::string_view value_name,
                std::string_view help, T& to) {
  Flag made = named(short_name, long_name, value_name, help);
  made.default_text = Value<T>::text(to);
  made.repeatable = Value<T>::kRepeatable;
  made.set = [&to](std::string_view value) { Value<T>::set(value, to); };
  return made;
}
}  // namespace detail

// A flag with a value; what T may be is in value.h. A std::vector makes it repeatable, a std::optional tells "not given".
template <FlagValue T>
Flag flag(std::string_view long_name, std::string_view value_name, std::string_view help, T& to) {
  return detail::value_flag({}, long_name, value_name, help, to);
}
template <FlagValue T>
Flag flag(std::string_view short_name, std::string_view long_name, std::string_view value_name,
          std::string_view help, T& to) {
  return detail::value_flag(short_name, long_name, value_name, help, to);
}

// One word out of a list: choice("--on-error", "What to do with a bad event", o.policy, {{"fail", Policy::fail}, ...}).
template <typename Enum>
using Words = std::vector<std::pair<std::string, Enum>>;

[[noreturn]] void not_one_of(std::string_view value, const std::vector<std::string>& words);

template <typename Enum>
Flag choice(std::string_view short_name, std::string_view long_name, std::string_view help, Enum& to,
            std::type_identity_t<Words<Enum>> words) {
  Flag made = detail::named(short_name, long_name, {}, help);
  made.completes = Completes::words;
  for (const auto& [word, value] : words) {
    if (!made.value_name.empty()) made.value_name += '|';
    made.value_name += word;
    made.words.push_back(word);
    if (value == to) made.default_text = word;
  }
  made.set = [&to, words = std::move(words), all = made.words](std::string_view text) {
    for (const auto& [word, value] : words) {
      if (word == text) return void(to = value);
    }
    not_one_of(text, all);
  };
  return made;
}
template <typename Enum>
Flag choice(std::string_view long_name, std::string_view help, Enum& to,
            std::type_identity_t<Words<Enum>> words) {
  return choice({}, long_name, help, to, std::move(words));
}

// The operand VERB of a tool that has several, such as topics; it comes first on the line.
// `typed`: empty when there was none.
[[noreturn]] void no_verb(std::string_view typed, const std::vector<std::string>& verbs);

template <typename Enum>
Flag verb(std::string_view help, Enum& to, std::type_identity_t<Words<Enum>> words) {
  Flag made = choice("VERB", help, to, words);
  made.value_name = made.long_name;
  made.default_text.clear();
  made.operand = true;
  made.required = true;
  made.set = [&to, words = std::move(words), all = made.words](std::string_view text) {
    for (const auto& [word, value] : words) {
      if (word == text) return void(to = value);
    }
    no_verb(text, all);
  };
  return made;
}

// A flag with two values, as jq's --arg NAME VALUE; repeatable.
using Pairs = std::vector<std::pair<std::string, std::string>>;
Flag pair_flag(std::string_view long_name, std::string_view value_names, std::string_view help, Pairs& to);

// An operand, by position. A std::vector takes all that are left. Required unless T is optional or a vector.
template <FlagValue T>
Flag operand(std::string_view name, std::string_view help, T& to) {
  Flag made = detail::value_flag({}, name, name, help, to);
  made.operand = true;
  made.required = Value<T>::kRequired;
  made.default_text.clear();
  return made;
}

}  // namespace weir::cli
