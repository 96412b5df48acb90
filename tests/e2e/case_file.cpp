#include "case_file.h"

#include <stdexcept>
#include <string_view>

namespace weir::e2e {
namespace {

bool starts(std::string_view line, std::string_view with) {
  return line.substr(0, with.size()) == with;
}

// Takes `end` off the end of `text`, if it is there.
bool cut_end(std::string& text, std::string_view end) {
  if (!text.ends_with(end)) return false;
  text.resize(text.size() - end.size());
  return true;
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
    const bool cut = cut_end(head, " no-newline");
    const bool on_kafka = cut_end(head, " on kafka");
    if (starts(head, "exit ")) {
      const int exit = std::stoi(head.substr(5));
      on_kafka ? last_step(test).on_kafka.exit = exit : last_step(test).exit = exit;
      return;
    }
    if (starts(head, "only ")) {
      (test.steps.empty() ? test.only : test.steps.back().only) = only(head.substr(5));
      return;
    }
    std::string text = content();
    if (cut && !text.empty()) text.pop_back();
    if (starts(head, "file ") && !on_kafka) {
      (test.steps.empty() ? test.files : test.steps.back().files).push_back({head.substr(5), text});
    } else if (head == "stdin" && !on_kafka) {
      last_step(test).in = text;
    } else if (head == "stdout") {
      on_kafka ? last_step(test).on_kafka.out = text : last_step(test).out = text;
    } else if (head == "stderr") {
      on_kafka ? last_step(test).on_kafka.err = text : last_step(test).err = text;
    } else {
      fail("no such section: " + head);
    }
  }

  Only only(const std::string& text) {
    const std::size_t colon = text.find(": ");
    const std::string bus = text.substr(0, colon);
    if (bus != "local" && bus != "kafka") fail("no such bus: " + bus);
    if (colon == std::string::npos) fail("only " + bus + ", and no reason: only " + bus + ": why");
    return {bus == "local" ? Bus::local : Bus::kafka, text.substr(colon + 2)};
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

void print_only(std::string& to, const std::optional<Only>& only) {
  if (only)
    to += std::string("--- only ") + (only->bus == Bus::local ? "local: " : "kafka: ") + only->reason + '\n';
}

}  // namespace

Case parse(const std::string& text) {
  return Parser(text).parse();
}

std::string print(const Case& test) {
  std::string text;
  for (const std::string& line : test.comments) text += line + '\n';
  print_only(text, test.only);
  for (const NamedText& file : test.files) print_section(text, "file " + file.name, file.text);
  bool first = true;
  for (const Step& step : test.steps) {
    if (!first || !test.files.empty() || test.only) text += '\n';
    first = false;
    for (const std::string& line : step.script) text += line + '\n';
    print_only(text, step.only);
    if (step.in) print_section(text, "stdin", *step.in);
    if (!step.out.empty()) print_section(text, "stdout", step.out);
    if (step.on_kafka.out) print_section(text, "stdout on kafka", *step.on_kafka.out);
    if (!step.err.empty()) print_section(text, "stderr", step.err);
    if (step.on_kafka.err) print_section(text, "stderr on kafka", *step.on_kafka.err);
    for (const NamedText& file : step.files) print_section(text, "file " + file.name, file.text);
    text += "--- exit " + std::to_string(step.exit) + '\n';
    if (step.on_kafka.exit) text += "--- exit " + std::to_string(*step.on_kafka.exit) + " on kafka\n";
  }
  return text;
}

std::string shell_script(const Step& step) {
  std::string script;
  for (const std::string& line : step.script) script += line.substr(2) + '\n';
  return script;
}

}  // namespace weir::e2e
