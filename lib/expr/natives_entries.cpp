#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "expr/native_tables.h"
#include "expr/native_words.h"
#include "expr/wording.h"

namespace weir::expr {
namespace {

using Args = std::span<Datum>;

Datum name(std::string_view text) {
  return Datum::borrowed(text);
}

bool to_entries(Args args, Natives& natives, Datum& out) {
  Datum entries = Datum::array();
  const auto add = [&](const Datum& key, const Datum& value) {
    Datum entry = Datum::object(2);
    entry.set(name("key"), key);
    entry.set(name("value"), value);
    entries.push(std::move(entry));
  };
  if (args[0].is(Kind::object)) {
    for (const Field& field : args[0].fields()) add(field.name, field.value);
  } else if (args[0].is(Kind::array)) {
    std::int64_t place = 0;
    for (const Datum& item : args[0].items()) add(Datum::integer(place++), item);
  } else {
    return type_error(natives, args[0], "has no keys");
  }
  out = std::move(entries);
  return true;
}

bool no_member(Natives& natives, const Datum& of, std::string_view member) {
  if (natives.quiet) return natives.fail_with({});
  return natives.fail(std::string("Cannot index ")
                          .append(kind_name(of))
                          .append(" with string \"")
                          .append(member)
                          .append("\""));
}

// The first of the names that has a value other than null and false; null when none has.
Datum key_of(const Datum& entry) {
  for (const std::string_view one : {"key", "name", "Name", "Key"}) {
    const Datum* const found = entry.find(one);
    if (found != nullptr && found->truthy()) return *found;
  }
  return {};
}

bool from_entries(Args args, Natives& natives, Datum& out) {
  Datum made = Datum::object();
  const bool done = each_value(natives, args[0], [&](const Datum& entry) {
    Datum key;
    Datum value;
    if (entry.is(Kind::object)) {
      key = key_of(entry);
      const Datum* found = entry.find("value");
      if (found == nullptr) found = entry.find("Value");
      if (found != nullptr) value = *found;
    } else if (!entry.is_null()) {
      return no_member(natives, entry, "key");
    }
    if (!key.is(Kind::string)) {
      if (natives.quiet) return natives.fail_with({});
      return natives.fail("Cannot use " + shown(key) + " as object key");
    }
    made.set(std::move(key), std::move(value));
    return true;
  });
  out = std::move(made);
  return done;
}

// How many columns a row asks for; false: it has no length.
bool width_of(const Datum& row, Natives& natives, double& width) {
  switch (row.kind()) {
    case Kind::missing:
    case Kind::null:
      width = 0;
      return true;
    case Kind::number:
      width = std::fabs(row.to_double());
      return true;
    case Kind::false_:
    case Kind::true_:
      return type_error(natives, row, "has no length");
    default:
      width = static_cast<double>(row.size());
      return true;
  }
}

bool not_a_row(Natives& natives, const Datum& value) {
  if (natives.quiet) return natives.fail_with({});
  return natives.fail(std::string("Cannot index ").append(kind_name(value)).append(" with number"));
}

bool transpose(Args args, Natives& natives, Datum& out) {
  double widest = 0;
  const bool measured = each_value(natives, args[0], [&](const Datum& row) {
    double width = 0;
    if (!width_of(row, natives, width)) return false;
    widest = std::max(widest, width);
    return true;
  });
  if (!measured) return false;
  if (args[0].is(Kind::object)) {
    if (args[0].size() == 0) return natives.fail("Range bounds must be numeric");
    if (widest > 0) return not_a_row(natives, args[0]);
  }
  Datum columns = Datum::array();
  for (std::size_t column = 0; static_cast<double>(column) < widest; ++column) {
    Datum made = Datum::array(args[0].size());
    for (const Datum& row : args[0].items()) {
      natives.step();
      if (!row.is(Kind::array) && !row.is_null()) return not_a_row(natives, row);
      made.push(column < row.size() ? row.items()[column] : Datum());
    }
    columns.push(std::move(made));
  }
  out = std::move(columns);
  return true;
}

// The search as jq makes it, which decides which of several equal elements is found, and what happens where the array
// is not sorted.
bool bsearch(Args args, Natives& natives, Datum& out) {
  const Datum& wanted = args[1];
  if (!args[0].is(Kind::array)) {
    double length = 0;
    if (!width_of(args[0], natives, length)) return false;
    if (length > 0) return not_a_row(natives, args[0]);
  }
  const std::span<const Datum> items = args[0].is(Kind::array) ? args[0].items() : std::span<const Datum>();
  const auto found = [&](std::int64_t place) {
    out = Datum::integer(place);
    return true;
  };
  if (items.empty()) return found(-1);
  if (items.size() == 1) {
    const auto order = compare(wanted, items[0]);
    return found(order == 0 ? 0 : order < 0 ? -1 : -2);
  }
  std::int64_t low = 0;
  auto high = static_cast<std::int64_t>(items.size()) - 1;
  while (low <= high) {
    const std::int64_t middle = (low + high) / 2;
    const auto order = compare(items[static_cast<std::size_t>(middle)], wanted);
    if (order == 0) return found(middle);
    if (order < 0) {
      low = middle + 1;
    } else {
      high = middle - 1;
    }
  }
  return found(-1 - low);
}

constexpr auto kRows = std::to_array<NativeRow>({
    {"bsearch", 1, bsearch},
    {"from_entries", 0, from_entries},
    {"to_entries", 0, to_entries},
    {"transpose", 0, transpose},
});

}  // namespace

std::span<const NativeRow> entry_natives() {
  return kRows;
}

}  // namespace weir::expr
