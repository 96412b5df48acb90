#include "cli/help.h"

#include <algorithm>

namespace weir::cli {
namespace {

constexpr std::size_t kColumns = 80;
constexpr std::size_t kFlagColumn = 30;  // where the help text starts

void append_entry(std::string& to, const std::string& heading, std::string_view text) {
  std::string line = "  " + heading;
  if (line.size() + 2 > kFlagColumn) {
    to += line + "\n";
    line.clear();
  }
  line.resize(kFlagColumn, ' ');
  to += line + wrapped(text, kFlagColumn, kColumns, true);
}

std::string operand_heading(const Flag& operand) {
  return operand.repeatable ? operand.long_name + "..." : operand.long_name;
}

void append_operands(std::string& to, const Flags& flags, bool whole) {
  bool first = true;
  for (const Flag& flag : flags.list) {
    if (!flag.operand || !flag.shown) continue;
    if (first) to += "\nArguments:\n";
    first = false;
    append_entry(to, operand_heading(flag), flag_help(flag));
    if (whole && !flag.details.empty()) to += wrapped(flag.details, kFlagColumn, kColumns, false);
  }
}

void append_examples(std::string& to, const Flags& flags, std::size_t most) {
  if (flags.examples.empty()) return;
  to += "\nExamples:\n";
  for (std::size_t i = 0; i < std::min(most, flags.examples.size()); ++i) {
    const Example& example = flags.examples[i];
    to += "  # " + example.purpose + "\n  " + example.command + "\n";
  }
}

std::string opening(std::string_view tool, std::string_view summary, const Flags& flags) {
  std::string text = "usage: ";
  return text.append(usage_line(tool, flags)).append("\n").append(wrapped(summary, 0, kColumns, false));
}

// Blanks that stay blanks, but where a line is not broken.
constexpr char kNoBreak = '\x1';

std::string in_one_line(const Flag& flag) {
  std::string text = flag_heading(flag);
  if (!flag.default_text.empty()) text += " [" + flag.default_text + "]";
  std::replace(text.begin(), text.end(), ' ', kNoBreak);
  return text;
}

}  // namespace

std::string wrapped(std::string_view text, std::size_t indent, std::size_t width, bool hanging) {
  std::string to;
  std::string line(hanging ? 0 : indent, ' ');
  std::size_t used = indent;
  bool empty = true;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (word.empty()) continue;
    if (!empty && used + 1 + word.size() > width) {
      to += line + "\n";
      line.assign(indent, ' ');
      used = indent;
      empty = true;
    }
    if (!empty) {
      line += ' ';
      ++used;
    }
    line += word;
    used += word.size();
    empty = false;
  }
  return to + line + "\n";
}

std::string usage_line(std::string_view tool, const Flags& flags) {
  std::string line(tool);
  if (!flags.usage.empty()) return line.append(" ").append(flags.usage);
  line += " [FLAGS]";
  for (const Flag& flag : flags.list) {
    if (!flag.operand || !flag.shown) continue;
    line.append(flag.required ? " " : " [").append(operand_heading(flag)).append(flag.required ? "" : "]");
  }
  return line;
}

std::string flag_heading(const Flag& flag) {
  std::string names = flag.short_name;
  if (!names.empty() && !flag.long_name.empty()) names += ", ";
  names += flag.long_name;
  if (flag.value_name.empty()) return names;
  if (flag.value_optional) return names + "[=" + flag.value_name + "]";
  return names + " " + flag.value_name;
}

std::string flag_help(const Flag& flag) {
  std::string text = flag.help;
  if (!flag.aliases.empty()) {
    text += " (also";
    for (const std::string& alias : flag.aliases) text += " " + alias;
    text += ")";
  }
  if (flag.repeatable && !flag.operand) text += " (repeatable)";
  if (!flag.default_text.empty()) text += " [" + flag.default_text + "]";
  return text;
}

std::vector<Section> sections(const Flags& flags) {
  std::vector<Section> found;
  for (const Flag& flag : flags.list) {
    if (flag.operand || !flag.shown) continue;
    const std::string heading = flag.group.empty() ? "Flags" : flag.group;
    auto at = std::find_if(found.begin(), found.end(),
                           [&](const Section& section) { return section.heading == heading; });
    if (at == found.end()) at = found.insert(found.end(), {heading, {}});
    at->flags.push_back(&flag);
  }
  return found;
}

std::string short_help(std::string_view tool, std::string_view summary, const Flags& flags) {
  std::string text = opening(tool, summary, flags);
  append_examples(text, flags, 3);
  append_operands(text, flags, false);
  std::string shared;
  for (const Section& section : sections(flags)) {
    std::string entries;
    std::string names;
    for (const Flag* flag : section.flags) {
      if (flag->minor) {
        if (!names.empty()) names += ", ";
        names += in_one_line(*flag);
      } else {
        append_entry(entries, flag_heading(*flag), flag_help(*flag));
      }
    }
    if (!entries.empty()) text.append("\n").append(section.heading).append(":\n").append(entries);
    if (!names.empty()) shared += wrapped(section.heading + ": " + names, 2, kColumns, false);
  }
  std::replace(shared.begin(), shared.end(), kNoBreak, ' ');
  if (!shared.empty()) text += "\nShared flags, which --help explains:\n" + shared;
  return text;
}

std::string whole_help(std::string_view tool, std::string_view summary, const Flags& flags) {
  std::string text = opening(tool, summary, flags);
  for (const std::string& note : flags.notes) text.append("\n").append(wrapped(note, 0, kColumns, false));
  append_examples(text, flags, flags.examples.size());
  append_operands(text, flags, true);
  for (const Section& section : sections(flags)) {
    text.append("\n").append(section.heading).append(":\n");
    for (const Flag* flag : section.flags) {
      append_entry(text, flag_heading(*flag), flag_help(*flag));
      if (!flag->details.empty()) text += wrapped(flag->details, kFlagColumn, kColumns, false);
    }
  }
  text +=
      "\nExit codes:\n"
      "  0 handled as asked    1 the answer is no   2 usage            3 bad input data\n"
      "  4 storage or stdout   5 network            6 authentication   7 not delivered\n"
      "  8 a limit was hit    70 internal error   124 --timeout      130, 143 stopped\n";
  return text;
}

}  // namespace weir::cli
