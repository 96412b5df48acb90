#include "base/nearest.h"

#include <algorithm>

namespace weir::base {
namespace {

// Optimal string alignment distance. Three rows suffice, since a swap looks back two.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), above(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) above[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, changed});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, above);
    std::swap(above, row);
  }
  return above[b.size()];
}

}  // namespace

std::optional<std::string> nearest(std::string_view typed, const std::vector<std::string>& names) {
  constexpr std::size_t kLongest = 300;  // of a topic name, generously; keeps the work small
  if (typed.empty() || typed.size() > kLongest) return std::nullopt;
  std::optional<std::string> best;
  std::size_t best_distance = 0;
  for (const std::string& name : names) {
    if (name.size() > kLongest) continue;
    const std::size_t far = distance(typed, name);
    // What was typed may be a word cut short: "--dead" for "--dead-letter".
    const bool prefix = typed.size() >= 3 && name.starts_with(typed);
    if (far > std::max(typed.size(), name.size()) / 3 && !prefix && !(far == 1 && name.size() > 1)) continue;
    if (!best || far < best_distance) {
      best = name;
      best_distance = far;
    }
  }
  return best;
}

}  // namespace weir::base
