// A case file: what is typed, what goes in, what must come out. One behaviour, one readable file.
//
//   # Comment lines, at the top only.
//   --- file events.ndjson            before the first command: a file that is there at the start
//   {"n":1}
//   $ filter '.n == 1' events.ndjson \      consecutive "$ " lines (and "> " to continue one) are one sh
//   script, >   | tee copy                    run in a fresh directory with build/bin first in PATH
//   --- stdin                         given to the script; without it stdin is empty
//   --- stdout                        compared; a section that is absent must be empty
//   --- stderr
//   --- exit 3                        absent: 0
//   --- file copy                     after a command: compared with the file's content
//
// A case runs on both buses, the local log and a Kafka cluster. Where they differ, it says so:
//
//   --- only local: it cuts a file    before the first command: the whole case; after one: that step. Or: only kafka
//   --- stdout on kafka               what is expected there instead (also: stderr, exit 3)
//
// A step may follow the next; one empty line before its "$" is layout. In what is compared, "[..]" stands for
// any bytes of a line and a line "[...]" for any number of lines. A line of data that would be taken for
// syntax starts with a backslash more ("\$ ", "\--- ", "\\"). "no-newline" after a section's name: the last
// line has none.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace weir::e2e {

enum class Bus { local, kafka };

struct NamedText {
  std::string name;
  std::string text;
};

// A case or step that the other bus does without, and why.
struct Only {
  Bus bus = Bus::local;
  std::string reason;
};

// What a step writes and ends with on one of the buses, where that is not what is expected on both.
struct Otherwise {
  std::optional<std::string> out, err;
  std::optional<int> exit;
};

struct Step {
  std::vector<std::string> script;  // lines as written, "$ " or "> " in front
  std::optional<std::string> in;
  std::string out, err;
  int exit = 0;
  std::vector<NamedText> files;  // expected afterwards
  Otherwise on_kafka;
  std::optional<Only> only;
};

struct Case {
  std::vector<std::string> comments;
  std::vector<NamedText> files;  // there at the start
  std::optional<Only> only;
  std::vector<Step> steps;
};

// Throws std::runtime_error with the line number for a file that is no case.
Case parse(const std::string& text);
std::string print(const Case& test);         // parse(print(c)) is c
std::string shell_script(const Step& step);  // the lines without their marks

}  // namespace weir::e2e
