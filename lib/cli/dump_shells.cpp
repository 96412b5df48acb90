// What completions/ knows of one tool, in the words of each shell. What a kind of value is completed with (topics of
// the bus, files) is written by hand in completions/, once per shell.
#include <fmt/format.h>

#include <string>

#include "cli/dump.h"
#include "cli/help.h"

namespace weir::cli {
namespace {

std::vector<std::string> spellings(const Flag& flag) {
  std::vector<std::string> all;
  if (!flag.short_name.empty()) all.push_back(flag.short_name);
  all.push_back(flag.long_name);
  all.insert(all.end(), flag.aliases.begin(), flag.aliases.end());
  return all;
}

std::string joined(const std::vector<std::string>& words, std::string_view between) {
  std::string text;
  for (const std::string& word : words) {
    if (!text.empty()) text += between;
    text += word;
  }
  return text;
}

// The names that the shells' own parts know: see completions/bash/weir.
std::string_view kind(Completes completes) {
  switch (completes) {
    case Completes::file:
      return "file";
    case Completes::directory:
      return "directory";
    case Completes::topic:
      return "topic";
    case Completes::input:
      return "input";
    case Completes::group:
      return "group";
    case Completes::bus:
      return "bus";
    case Completes::zone:
      return "zone";
    case Completes::words:
    case Completes::nothing:
      break;
  }
  return "nothing";
}

// "words fail skip", "input", "nothing".
std::string offer(const Flag& flag) {
  if (flag.words.empty()) return std::string(kind(flag.completes));
  return "words " + joined(flag.words, " ");
}

std::string function_name(std::string_view tool) {
  std::string name(tool);
  for (char& c : name) c = c == '-' ? '_' : c;
  return name;
}

std::string quoted(std::string_view text) {
  std::string safe = "'";
  for (const char c : text) {
    if (c == '\'') safe += "'\\'";
    safe += c;
  }
  return safe += '\'';
}

// A description inside an _arguments specification: brackets and colons would end it.
std::string zsh_text(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') safe += '\\';
    safe += c;
  }
  return safe;
}

std::string zsh_action(const Flag& flag) {
  const std::string name = zsh_text(flag.value_name.empty() ? flag.long_name : flag.value_name);
  if (!flag.words.empty()) return fmt::format(":{}:({})", name, joined(flag.words, " "));
  switch (flag.completes) {
    case Completes::nothing:
      return fmt::format(":{}: ", name);
    case Completes::file:
      return fmt::format(":{}:_files", name);
    case Completes::directory:
      return fmt::format(":{}:_files -/", name);
    default:
      return fmt::format(":{}:_weir_{}", name, kind(flag.completes));
  }
}

// '(-v --invert)'{-v,--invert}'[Pass on the others instead]'
std::string zsh_flag(const Flag& flag) {
  const bool takes_value = !flag.value_name.empty() && !flag.value_optional;
  std::vector<std::string> names;
  for (std::string name : spellings(flag)) {
    if (takes_value) name += name.starts_with("--") ? "=" : "+";
    if (flag.value_optional) name += "=-";
    names.push_back(std::move(name));
  }
  std::string spec = flag.repeatable ? "'*'" : fmt::format("'({})'", joined(spellings(flag), " "));
  spec += names.size() == 1 ? names.front() : fmt::format("{{{}}}", joined(names, ","));
  std::string rest = fmt::format("[{}]", zsh_text(flag.help));
  if (flag.value_optional) rest += ":";
  if (!flag.value_name.empty()) rest += zsh_action(flag);
  if (flag.value_name.find(' ') != std::string::npos) rest += ":value: ";  // a flag with two values
  return spec + quoted(rest);
}

std::string fish_names(const Flag& flag) {
  std::string names;
  for (const std::string& name : spellings(flag)) {
    names += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  }
  return names;
}

std::string fish_value(const Flag& flag) {
  if (flag.value_name.empty() || flag.value_optional) return {};
  if (!flag.words.empty()) return " -x -a " + quoted(joined(flag.words, " "));
  switch (flag.completes) {
    case Completes::nothing:
      return " -x";
    case Completes::file:
      return " -r -F";
    case Completes::directory:
      return " -x -a '(__fish_complete_directories)'";
    case Completes::input:
    case Completes::bus:
      return fmt::format(" -r -F -a '(__weir_{})'", kind(flag.completes));
    default:
      return fmt::format(" -x -a '(__weir_{})'", kind(flag.completes));
  }
}

}  // namespace

std::string dump_bash(std::string_view tool, const Flags& flags) {
  std::vector<std::string> names, operands;
  std::string cases;
  for (const Flag& flag : flags.list) {
    if (!flag.shown) continue;
    if (flag.operand) {
      // One word each: "topic...", "words:list,create".
      operands.push_back(flag.words.empty()
                             ? fmt::format("{}{}", kind(flag.completes), flag.repeatable ? "..." : "")
                             : "words:" + joined(flag.words, ","));
      continue;
    }
    const std::vector<std::string> own = spellings(flag);
    names.insert(names.end(), own.begin(), own.end());
    if (flag.value_name.empty() || flag.value_optional) continue;
    cases += fmt::format("    {}) echo {} ;;\n", joined(own, " | "), quoted(offer(flag)));
  }
  const std::string name = function_name(tool);
  return fmt::format(
      "# Flags of weir {}, for the completion in weir; compared with the tool by a test.\n"
      "_weir_flags_{}={}\n_weir_operands_{}={}\n"
      "_weir_value_{}() {{\n  case $1 in\n{}  esac\n}}\n",
      tool, name, quoted(joined(names, " ")), name, quoted(joined(operands, " ")), name, cases);
}

std::string dump_zsh(std::string_view tool, const Flags& flags) {
  std::vector<std::string> specs, operands;
  int position = 0;
  for (const Flag& flag : flags.list) {
    if (!flag.shown) continue;
    if (!flag.operand) {
      specs.push_back(zsh_flag(flag));
    } else {
      operands.push_back(
          quoted(fmt::format("{}{}", flag.repeatable ? "*" : std::to_string(++position), zsh_action(flag))));
    }
  }
  specs.insert(specs.end(), operands.begin(), operands.end());
  return fmt::format(
      "#autoload\n# Flags of weir {}; compared with the tool by a test.\n_arguments -s -S \\\n  {}\n", tool,
      joined(specs, " \\\n  "));
}

std::string dump_fish(std::string_view tool, const Flags& flags) {
  std::string text = fmt::format("# Flags of weir {}; compared with the tool by a test.\n", tool);
  for (const Flag& flag : flags.list) {
    if (!flag.shown) continue;
    const std::string start = fmt::format("complete -c weir -n '__weir_verb {}'", tool);
    if (flag.operand && !flag.words.empty()) {
      text += fmt::format("complete -c weir -n '__weir_verb {}; and __weir_no_operand' -f -a {}\n", tool,
                          quoted(joined(flag.words, " ")));
    } else if (!flag.operand) {
      text += fmt::format("{}{}{} -d {}\n", start, fish_names(flag), fish_value(flag), quoted(flag.help));
    } else if (flag.completes == Completes::topic || flag.completes == Completes::input) {
      text += fmt::format("{} -F -a '(__weir_{})'\n", start, kind(flag.completes));
    } else if (flag.completes == Completes::group) {
      text += fmt::format("{} -f -a '(__weir_group)'\n", start);
    }
  }
  return text;
}

}  // namespace weir::cli
