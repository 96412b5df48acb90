#include "cli/dump.h"

#include "cli/help.h"
#include "cli/message.h"

namespace weir::cli {
namespace {

// Text as roff takes it: a minus that can be copied, and no line that is a request.
std::string roff(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '\\') {
      escaped += "\\e";
    } else if (c == '-') {
      escaped += "\\-";
    } else {
      escaped += c;
    }
  }
  const bool request = escaped.starts_with('.') || escaped.starts_with('\'');
  return request ? "\\&" + escaped : escaped;
}

std::string sentence(std::string text) {
  if (!text.ends_with('.')) text += '.';
  return text;
}

std::string bold(std::string_view text) {
  return "\\fB" + roff(text) + "\\fR";
}

std::string man_heading(const Flag& flag) {
  std::string heading;
  if (!flag.short_name.empty()) heading = bold(flag.short_name) + ", ";
  heading += bold(flag.long_name);
  if (flag.value_name.empty() || flag.operand)
    return heading + (flag.operand && flag.repeatable ? "..." : "");
  const std::string value = "\\fI" + roff(flag.value_name) + "\\fR";
  return heading.append(flag.value_optional ? "[=" : " ")
      .append(value)
      .append(flag.value_optional ? "]" : "");
}

void append_man_entry(std::string& to, const Flag& flag) {
  to.append(".TP\n")
      .append(man_heading(flag))
      .append("\n")
      .append(roff(sentence(flag_help(flag))))
      .append("\n");
  if (!flag.details.empty()) to.append(roff(flag.details)).append("\n");
}

}  // namespace

std::string dump_man(const Flags& flags) {
  std::string page;
  for (const Flag& flag : flags.list) {
    if (!flag.operand || !flag.shown) continue;
    if (page.empty()) page = ".SH ARGUMENTS\n";
    append_man_entry(page, flag);
  }
  page += ".SH FLAGS\n";
  for (const Section& section : sections(flags)) {
    page.append(".SS ").append(roff(section.heading)).append("\n");
    for (const Flag* flag : section.flags) append_man_entry(page, *flag);
  }
  return page;
}

std::string dump_json(const Flags& flags) {
  std::string lines;
  for (const Flag& flag : flags.list) {
    if (!flag.shown) continue;
    lines += "{\"name\":" + json_string(flag.long_name);
    if (!flag.short_name.empty()) lines += ",\"short\":" + json_string(flag.short_name);
    if (!flag.value_name.empty()) lines += ",\"value\":" + json_string(flag.value_name);
    lines += flag.operand ? ",\"operand\":true" : "";
    lines += flag.repeatable ? ",\"repeatable\":true" : "";
    if (!flag.default_text.empty()) lines += ",\"default\":" + json_string(flag.default_text);
    lines += ",\"group\":" + json_string(flag.group) + ",\"help\":" + json_string(flag.help) + "}\n";
  }
  return lines;
}

std::string dump_flags(std::string_view form, std::string_view tool, const Flags& flags) {
  if (form == "man") return dump_man(flags);
  if (form == "bash") return dump_bash(tool, flags);
  if (form == "zsh") return dump_zsh(tool, flags);
  if (form == "fish") return dump_fish(tool, flags);
  if (form == "json") return dump_json(flags);
  not_one_of(form, {"man", "bash", "zsh", "fish", "json"});
}

}  // namespace weir::cli
