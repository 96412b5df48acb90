#include "match.h"

#include <string_view>
#include <vector>

namespace weir::e2e {
namespace {

constexpr std::string_view kAnyBytes = "[..]";
constexpr std::string_view kAnyLines = "[...]\n";

// Lines with their newlines, so that a missing last one shows.
std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::size_t size = end == std::string_view::npos ? text.size() : end + 1;
    lines.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return lines;
}

bool line_matches(std::string_view expected, std::string_view actual) {
  const std::size_t hole = expected.find(kAnyBytes);
  if (hole == std::string_view::npos) return expected == actual;
  if (actual.substr(0, hole) != expected.substr(0, hole)) return false;
  expected.remove_prefix(hole + kAnyBytes.size());
  for (std::size_t from = hole; from <= actual.size(); ++from) {
    if (line_matches(expected, actual.substr(from))) return true;
  }
  return false;
}

bool lines_match(const std::vector<std::string_view>& expected, std::size_t e,
                 const std::vector<std::string_view>& actual, std::size_t a) {
  for (; e < expected.size(); ++e, ++a) {
    if (expected[e] == kAnyLines) {
      for (std::size_t from = a; from <= actual.size(); ++from) {
        if (lines_match(expected, e + 1, actual, from)) return true;
      }
      return false;
    }
    if (a == actual.size() || !line_matches(expected[e], actual[a])) return false;
  }
  return a == actual.size();
}

void append_lines(std::string& to, char mark, const std::vector<std::string_view>& lines, std::size_t from,
                  std::size_t end) {
  constexpr std::size_t kMost = 40;
  for (std::size_t i = from; i < end && i < from + kMost; ++i) {
    to += mark;
    to += lines[i];
    if (to.back() != '\n') to += " (no newline)\n";
  }
  if (end > from + kMost) to += std::string("  ... ") + std::to_string(end - from - kMost) + " lines more\n";
}

}  // namespace

bool matches(const std::string& expected, const std::string& actual) {
  return lines_match(lines_of(expected), 0, lines_of(actual), 0);
}

std::string difference(const std::string& expected, const std::string& actual) {
  const auto wanted = lines_of(expected);
  const auto came = lines_of(actual);
  std::size_t same = 0;
  while (same < wanted.size() && same < came.size() && line_matches(wanted[same], came[same])) ++same;
  std::size_t wanted_end = wanted.size(), came_end = came.size();
  while (wanted_end > same && came_end > same && line_matches(wanted[wanted_end - 1], came[came_end - 1])) {
    --wanted_end;
    --came_end;
  }
  std::string text = "  from line " + std::to_string(same + 1) + ":\n";
  append_lines(text, '-', wanted, same, wanted_end);
  append_lines(text, '+', came, same, came_end);
  return text;
}

}  // namespace weir::e2e
