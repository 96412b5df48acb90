// Order: sort, min and max, unique, group_by. The forms with _by get their keys as a second array, an element's key at
// the element's place; the language makes it by map([f]).
#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>
#include <vector>

#include "expr/native_tables.h"
#include "expr/native_words.h"

namespace weir::expr {
namespace {

using Args = std::span<Datum>;
using Places = std::vector<std::uint32_t>;

// The places of `keys` in their order; equal ones stay as they stand. A few comparisons take as long as a step.
Places sorted_places(std::span<const Datum> keys, Natives& natives) {
  constexpr std::uint64_t kComparisonsPerStep = 8;
  std::uint64_t comparisons = 0;
  Places places(keys.size());
  std::iota(places.begin(), places.end(), 0u);
  std::stable_sort(places.begin(), places.end(), [&](std::uint32_t a, std::uint32_t b) {
    if (++comparisons % kComparisonsPerStep == 0) natives.step();
    return compare(keys[a], keys[b]) < 0;
  });
  return places;
}

Datum taken(const Datum& from, const Places& places) {
  Datum made = Datum::array(places.size());
  for (const std::uint32_t place : places) made.push(from.items()[place]);
  return made;
}

bool sort(Args args, Natives& natives, Datum& out) {
  if (!args[0].is(Kind::array))
    return type_error(natives, args[0], "cannot be sorted, as it is not an array");
  out = taken(args[0], sorted_places(args[0].items(), natives));
  return true;
}

// Are these an array and its keys?
bool keyed(Args args, Natives& natives, std::string_view complaint) {
  const bool fit = args[0].is(Kind::array) && args[1].is(Kind::array) && args[0].size() == args[1].size();
  return fit || type_error(natives, args[0], args[1], complaint);
}

bool sort_by(Args args, Natives& natives, Datum& out) {
  if (!keyed(args, natives, "cannot be sorted, as they are not both arrays")) return false;
  out = taken(args[0], sorted_places(args[1].items(), natives));
  return true;
}

// Calls `take(first, end)` for every run of equal keys in `places`.
template <typename Take>
void each_group(std::span<const Datum> keys, const Places& places, const Take& take) {
  for (std::size_t first = 0, end = 0; first < places.size(); first = end) {
    while (end < places.size() && (end == first || equal(keys[places[first]], keys[places[end]]))) ++end;
    take(first, end);
  }
}

bool group_by(Args args, Natives& natives, Datum& out) {
  if (!keyed(args, natives, "cannot be sorted, as they are not both arrays")) return false;
  const Places places = sorted_places(args[1].items(), natives);
  Datum groups = Datum::array();
  each_group(args[1].items(), places, [&](std::size_t first, std::size_t end) {
    Datum group = Datum::array(end - first);
    for (std::size_t i = first; i < end; ++i) group.push(args[0].items()[places[i]]);
    groups.push(std::move(group));
  });
  out = std::move(groups);
  return true;
}

Datum first_of_groups(const Datum& from, std::span<const Datum> keys, Natives& natives) {
  const Places places = sorted_places(keys, natives);
  Datum made = Datum::array();
  each_group(keys, places, [&](std::size_t first, std::size_t) { made.push(from.items()[places[first]]); });
  return made;
}

bool unique_by(Args args, Natives& natives, Datum& out) {
  if (!keyed(args, natives, "cannot be sorted, as they are not both arrays")) return false;
  out = first_of_groups(args[0], args[1].items(), natives);
  return true;
}

bool unique(Args args, Natives& natives, Datum& out) {
  if (args[0].is(Kind::object)) {
    Datum keys = Datum::array();
    for (const Field& field : args[0].fields()) {
      Datum key = Datum::array();
      key.push(field.value);
      keys.push(std::move(key));
    }
    return type_error(natives, args[0], keys, "cannot be sorted, as they are not both arrays");
  }
  if (!args[0].is(Kind::array)) return cannot_iterate(natives, args[0]);
  out = first_of_groups(args[0], args[0].items(), natives);
  return true;
}

// Of equal ones the first is the smallest and the last the largest.
bool extreme(const Datum& from, const Datum& keys, bool largest, Natives& natives, Datum& out) {
  if (!from.is(Kind::array) || !keys.is(Kind::array) || from.size() != keys.size())
    return type_error(natives, from, keys, "cannot be iterated over");
  if (from.size() == 0) {
    out = Datum();
    return true;
  }
  std::size_t best = 0;
  for (std::size_t i = 1; i < keys.size(); ++i) {
    natives.step();
    if ((compare(keys.items()[i], keys.items()[best]) >= 0) == largest) best = i;
  }
  Datum found = from.items()[best];
  out = std::move(found);
  return true;
}

bool min(Args args, Natives& natives, Datum& out) {
  return extreme(args[0], args[0], false, natives, out);
}
bool max(Args args, Natives& natives, Datum& out) {
  return extreme(args[0], args[0], true, natives, out);
}
bool min_by(Args args, Natives& natives, Datum& out) {
  return extreme(args[0], args[1], false, natives, out);
}
bool max_by(Args args, Natives& natives, Datum& out) {
  return extreme(args[0], args[1], true, natives, out);
}

constexpr auto kRows = std::to_array<NativeRow>({
    {"_group_by", 1, group_by},
    {"_max_by", 1, max_by},
    {"_min_by", 1, min_by},
    {"_sort_by", 1, sort_by},
    {"_unique_by", 1, unique_by},
    {"max", 0, max},
    {"min", 0, min},
    {"sort", 0, sort},
    {"unique", 0, unique},
});

}  // namespace

std::span<const NativeRow> sort_natives() {
  return kRows;
}

}  // namespace weir::expr
