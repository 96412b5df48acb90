#include "case_file.h"

#include <stdexcept>
#include <string_view>

namespace weir::e2e {
namespace {

bool starts(std::string_view line, std::string_view with) {
  return line.substr(0, with.size()) == with;
}

bool is_syntax(std::string_view line) {
  return starts(line, "$ ") || starts(line, "--- ") || starts(line, "\\");
}

class Parser {
 public:
  explicit Parser(const std::string& text) {
    std::size_t from = 0;
    while (from < text.size()) {
      std::size_t end = text.find('\n', from);
      if (end == std::string::npos) end = text.size();
      lines_.push_back(text.substr(from, end - from));
      from = end + 1;
    }
  }

  Case parse() {
    Case test;
    while (at_ < lines_.size() && starts(lines_[at_], "#")) test.comments.push_back(lines_[at_++]);
    while (at_ < lines_.size()) {
      const std::string& line = lines_[at_];
      if (line.empty()) {
        ++at_;
      } else if (starts(line, "$ ")) {
        test.steps.push_back(command());
      } else if (starts(line, "--- ")) {
        section(test);
      } else {
        fail("neither '$ ' nor '--- '");
      }
    }
    if (test.steps.empty()) fail("no '$ ' line");
    return test;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw std::runtime_error("line " + std::to_string(at_ + 1) + ": " + what);
  }

  Step command() {
    Step step;
    while (at_ < lines_.size() && (starts(lines_[at_], "$ ") || starts(lines_[at_], "> "))) {
      step.script.push_back(lines_[at_++]);
    }
    return step;
  }

  void section(Case& test) {
    std::string head = lines_[at_++].substr(4);
    const bool cut = head.size() > 11 && head.substr(head.size() - 11) == " no-newline";
    if (cut) head.resize(head.size() - 11);
    if (starts(head, "exit ")) {
      last_step(test).exit = std::stoi(head.substr(5));
      return;
    }
    std::string text = content();
    if (cut && !text.empty()) text.pop_back();
    if (starts(head, "file ")) {
      (test.steps.empty() ? test.files : test.steps.back().files).push_back({head.substr(5), text});
    } else if (head == "stdin") {
      last_step(test).in = text;
    } else if (head == "stdout") {
      last_step(test).out = text;
    } else if (head == "stderr") {
      last_step(test).err = text;
    } else {
      fail("no such section: " + head);
    }
  }

  Step& last_step(Case& test) const {
    if (test.steps.empty()) fail("a section before the first '$ ' line");
    return test.steps.back();
  }

  std::string content() {
    std::string text;
    while (at_ < lines_.size() && !starts(lines_[at_], "$ ") && !starts(lines_[at_], "--- ")) {
      const std::string& line = lines_[at_++];
      const bool layout = line.empty() && at_ < lines_.size() && starts(lines_[at_], "$ ");
      if (!layout) text += (starts(line, "\\") ? line.substr(1) : line) + '\n';
    }
    return text;
  }

  std::vector<std::string> lines_;
  std::size_t at_ = 0;
};

void print_section(std::string& to, const std::string& head, const std::string& text) {
  const bool cut = !text.empty() && text.back() != '\n';
  to += "--- " + head + (cut ? " no-newline\n" : "\n");
  std::size_t from = 0;
  while (from < text.size()) {
    std::size_t end = text.find('\n', from);
    if (end == std::string::npos) end = text.size();
    const std::string line = text.substr(from, end - from);
    to += (is_syntax(line) ? "\\" : "") + line + '\n';
    from = end + 1;
  }
}

}  // namespace

Case parse(const std::string& text) {
  return Parser(text).parse();
}

std::string print(const Case& test) {
  std::string text;
  for (const std::string& line : test.comments) text += line + '\n';
  for (const NamedText& file : test.files) print_section(text, "file " + file.name, file.text);
  bool first = true;
  for (const Step& step : test.steps) {
    if (!first || !test.files.empty()) text += '\n';
    first = false;
    for (const std::string& line : step.script) text += line + '\n';
    if (step.in) print_section(text, "stdin", *step.in);
    if (!step.out.empty()) print_section(text, "stdout", step.out);
    if (!step.err.empty()) print_section(text, "stderr", step.err);
    for (const NamedText& file : step.files) print_section(text, "file " + file.name, file.text);
    text += "--- exit " + std::to_string(step.exit) + '\n';
  }
  return text;
}

std::string shell_script(const Step& step) {
  std::string script;
  for (const std::string& line : step.script) script += line.substr(2) + '\n';
  return script;
}

}  // namespace weir::e2e
