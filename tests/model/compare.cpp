#include "model/compare.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string_view>

namespace weir::model {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

bool of_number(char c) {
  return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e';
}

// The number that ends a run of such characters at `at`; the run is taken off.
std::string_view number_at(std::string_view text, std::size_t& at) {
  const std::size_t start = at;
  while (at < text.size() && of_number(text[at])) ++at;
  return text.substr(start, at - start);
}
double as_double(std::string_view number) {
  return std::strtod(std::string(number).c_str(), nullptr);
}
bool close(std::string_view a, std::string_view b) {
  if (a == b) return true;
  if (a.find('.') == a.npos && b.find('.') == b.npos) return false;
  const double x = as_double(a), y = as_double(b);
  return std::abs(x - y) <= 1e-11 * std::max({std::abs(x), std::abs(y), 1e-6});
}
// A count of the summary as JSON, which is the last line on stderr.
std::uint64_t count_of(const std::string& err, const std::string& name) {
  const std::size_t at = err.rfind("\"" + name + "\":");
  return at == err.npos ? ~std::uint64_t{0} : std::strtoull(err.c_str() + at + name.size() + 3, nullptr, 10);
}

std::string difference_of_count(const Ran& ran, const char* name, std::uint64_t wanted) {
  const std::uint64_t told = count_of(ran.err, name);
  if (told == wanted) return {};
  return std::string(name) + ": the tool says " + std::to_string(static_cast<std::int64_t>(told)) +
         ", the model " + std::to_string(wanted) + "\n";
}

}  // namespace

bool alike(std::string_view a, std::string_view b) {
  std::size_t i = 0, j = 0;
  while (i < a.size() && j < b.size()) {
    if (b[j] == '<' && of_number(a[i])) {  // <low,high>
      const double low = as_double(number_at(b, ++j)), high = as_double(number_at(b, ++j));
      const double said = as_double(number_at(a, i));
      if (b[j++] != '>' || said < low || said > high) return false;
    } else if (of_number(a[i]) && of_number(b[j])) {
      if (!close(number_at(a, i), number_at(b, j))) return false;
    } else if (a[i++] != b[j++]) {
      return false;
    }
  }
  return i == a.size() && j == b.size();
}

std::string difference(const Ran& ran, const Outcome& wanted) {
  if (ran.code != 0) return "exit " + std::to_string(ran.code) + "\n" + ran.err;
  const std::vector<std::string> lines = lines_of(ran.out);
  for (std::size_t i = 0; i < std::max(lines.size(), wanted.lines.size()); ++i) {
    const std::string ours = i < lines.size() ? lines[i] : "(nothing more)";
    const std::string models = i < wanted.lines.size() ? wanted.lines[i] : "(nothing more)";
    if (!alike(ours, models))
      return "line " + std::to_string(i + 1) + "\n  the tool:  " + ours + "\n  the model: " + models + "\n";
  }
  if (ran.resumed) return {};
  return difference_of_count(ran, "late", wanted.late) + difference_of_count(ran, "skipped", wanted.skipped) +
         difference_of_count(ran, "dropped", wanted.dropped);
}

}  // namespace weir::model
