#include "support/tally.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

namespace weir::testing {
namespace {

std::string variable(const char* name) {
  const char* text = std::getenv(name);
  return text == nullptr ? "" : text;
}

// A name or reason may hold anything; the line may not.
std::string one_field(std::string_view text) {
  std::string field(text);
  for (char& c : field) {
    if (c == '\t' || c == '\n' || c == '\r') c = ' ';
  }
  return field;
}

void append_line(const std::string& path, const std::string& line) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0) return;
  if (::write(fd, line.data(), line.size()) < 0) std::perror("tally");
  ::close(fd);
}

}  // namespace

void tally(Outcome outcome, double seconds, std::string_view name, std::string_view reason) {
  const std::string path = variable("WEIR_TALLY");
  if (path.empty()) return;
  const char* status = outcome == Outcome::passed   ? "passed"
                       : outcome == Outcome::failed ? "failed"
                                                    : "skipped";
  char number[32];
  std::snprintf(number, sizeof number, "%.3f", seconds);
  append_line(path, std::string(status) + '\t' + number + '\t' + variable("WEIR_TALLY_PREFIX") +
                        variable("WEIR_TEST") + ": " + one_field(name) + '\t' + one_field(reason) + '\n');
}

void counted(std::string_view what, unsigned long long trials, unsigned long long violations,
             std::string_view more) {
  std::string line = "counted: " + one_field(what) + ": " + std::to_string(trials) + " trials, " +
                     std::to_string(violations) + " violations";
  if (!more.empty()) line += ", " + one_field(more);
  std::puts(line.c_str());
  const std::string path = variable("WEIR_TALLY");
  if (!path.empty()) append_line(path + ".notes", line + '\n');
}

}  // namespace weir::testing
