#include "expr/kinds.h"

#include <algorithm>
#include <array>

namespace weir::expr {
namespace {

constexpr std::uint16_t bit(json::Kind kind) {
  return static_cast<std::uint16_t>(1u << static_cast<unsigned>(kind));
}
constexpr std::uint16_t kNulls = bit(json::Kind::null) | bit(json::Kind::missing);
constexpr std::uint16_t kBooleans = bit(json::Kind::false_) | bit(json::Kind::true_);
constexpr std::uint16_t kScalars = kNulls | kBooleans | bit(json::Kind::number) | bit(json::Kind::string);
constexpr std::uint16_t kIterables = bit(json::Kind::array) | bit(json::Kind::object);

struct Row {
  std::string_view name;
  std::uint16_t kinds;
};

constexpr std::array kRows = {
    Row{"arrays", bit(json::Kind::array)},
    Row{"objects", bit(json::Kind::object)},
    Row{"iterables", kIterables},
    Row{"booleans", kBooleans},
    Row{"numbers", bit(json::Kind::number)},
    Row{"strings", bit(json::Kind::string)},
    Row{"nulls", kNulls},
    Row{"scalars", kScalars},
    Row{"values", static_cast<std::uint16_t>((kScalars | kIterables) & ~kNulls)},
};

}  // namespace

std::uint16_t kinds_of(std::string_view name) {
  const auto* const found =
      std::find_if(kRows.begin(), kRows.end(), [&](const Row& row) { return row.name == name; });
  return found == kRows.end() ? std::uint16_t{0} : found->kinds;
}

}  // namespace weir::expr
