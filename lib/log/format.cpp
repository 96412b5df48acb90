#include "log/format.h"

#include <algorithm>
#include <charconv>
#include <cstdio>

namespace weir::log {
namespace {

constexpr std::size_t kDigits = 20;

}  // namespace

std::string segment_path(const std::string& folder, base::Offset base, std::string_view suffix) {
  char name[kDigits + 1];
  std::snprintf(name, sizeof name, "%020lld", static_cast<long long>(base.value));
  return folder + "/" + std::string(name, kDigits).append(suffix);
}

std::optional<base::Offset> parse_segment_name(std::string_view name, std::string_view suffix) {
  if (name.size() != kDigits + suffix.size() || !name.ends_with(suffix)) return std::nullopt;
  const std::string_view digits = name.substr(0, kDigits);
  if (!std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; }))
    return std::nullopt;
  std::int64_t base = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), base);
  if (parsed.ec != std::errc()) return std::nullopt;  // above 2^63-1
  return base::Offset{base};
}

std::vector<base::Offset> list_segments(base::Sys& sys, const std::string& folder, std::string_view suffix) {
  std::vector<std::string> names;
  base::File::list(sys, folder, &names);
  std::vector<base::Offset> bases;
  for (const std::string& name : names) {
    if (const auto base = parse_segment_name(name, suffix)) bases.push_back(*base);
  }
  std::sort(bases.begin(), bases.end());
  return bases;
}

}  // namespace weir::log
