#include "base/nearest.h"

#include <algorithm>
#include <vector>

namespace weir::base {
namespace {

// Costs count in halves, so that a wrong case costs less than a wrong letter.
constexpr unsigned kEdit = 2;
constexpr unsigned kCase = 1;

unsigned change_cost(char a, char b) {
  if (a == b) return 0;
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return lower(a) == lower(b) ? kCase : kEdit;
}

// Damerau-Levenshtein with adjacent swaps, three rows.
unsigned distance(std::string_view a, std::string_view b) {
  std::vector<unsigned> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = static_cast<unsigned>(j) * kEdit;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = static_cast<unsigned>(i) * kEdit;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + kEdit, row[j - 1] + kEdit, last[j - 1] + change_cost(a[i - 1], b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before[j - 2] + kEdit);
    }
    std::swap(before, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

}  // namespace

std::string nearest_name(std::string_view typed, std::span<const std::string> known) {
  const std::string* best = nullptr;
  unsigned best_cost = 0;
  for (const std::string& name : known) {
    const std::size_t longer = std::max(typed.size(), name.size());
    const std::size_t shorter = std::min(typed.size(), name.size());
    const unsigned most = static_cast<unsigned>(std::max<std::size_t>(1, longer / 3)) * kEdit;
    if ((longer - shorter) * kEdit > most) continue;  // spares the table for names that cannot be near
    const unsigned cost = distance(typed, name);
    if (cost > most || (best != nullptr && cost >= best_cost)) continue;
    best = &name;
    best_cost = cost;
  }
  return best == nullptr ? std::string() : *best;
}

}  // namespace weir::base
