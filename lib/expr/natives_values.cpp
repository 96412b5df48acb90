#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>

#include "expr/builtins.h"
#include "expr/native_tables.h"
#include "expr/native_words.h"
#include "expr/operators.h"
#include "expr/text_ops.h"

namespace weir::expr {
namespace {

using Args = std::span<Datum>;

constexpr std::size_t kValuesPerStep = 16;  // that are only looked at

Datum count(std::size_t number) {
  return Datum::integer(static_cast<std::int64_t>(number));
}

bool length(Args args, Natives& natives, Datum& out) {
  switch (args[0].kind()) {
    case Kind::missing:
    case Kind::null:
      out = count(0);
      return true;
    case Kind::number:
      if (args[0].to_double() == 0) {
        out = count(0);  // of -0, too
        return true;
      }
      if (!(args[0].to_double() < 0)) {
        out = std::move(args[0]);
        return true;
      }
      return negate(args[0], natives, out);
    case Kind::string:
      out = count(code_points(args[0].text()));
      return true;
    case Kind::array:
    case Kind::object:
      out = count(args[0].size());
      return true;
    default:
      return type_error(natives, args[0], "has no length");
  }
}

bool utf8bytelength(Args args, Natives& natives, Datum& out) {
  if (!args[0].is(Kind::string)) return type_error(natives, args[0], "only strings have UTF-8 byte length");
  out = count(args[0].text().size());
  return true;
}

bool not_(Args args, Natives&, Datum& out) {
  out = Datum::boolean(!args[0].truthy());
  return true;
}

bool type(Args args, Natives&, Datum& out) {
  out = Datum::borrowed(kind_name(args[0]));
  return true;
}

bool has_key(const Datum& in, const Datum& key, Natives& natives, Datum& out) {
  if (in.is(Kind::object) && key.is(Kind::string)) {
    out = Datum::boolean(in.find(key.text()) != nullptr);
    return true;
  }
  if (in.is(Kind::array) && key.is(Kind::number)) {
    // The number is cut to an integer, and a place before the first is none.
    const double place = std::trunc(key.to_double());
    out = Datum::boolean(place > -1.0 && place < static_cast<double>(in.size()));
    return true;
  }
  if (in.is_null()) {
    out = Datum::boolean(false);
    return true;
  }
  if (natives.quiet) return natives.fail_with({});
  return natives.fail(std::string("Cannot check whether ")
                          .append(kind_name(in))
                          .append(" has a ")
                          .append(kind_name(key))
                          .append(" key"));
}

bool has(Args args, Natives& natives, Datum& out) {
  return has_key(args[0], args[1], natives, out);
}
bool in(Args args, Natives& natives, Datum& out) {
  return has_key(args[1], args[0], natives, out);
}

bool part_of(const Datum& whole, const Datum& part, Natives& natives) {
  natives.step();
  if (whole.kind() != part.kind()) return false;
  switch (whole.kind()) {
    case Kind::object:
      for (const Field& wanted : part.fields()) {
        const Datum* const found = whole.find(wanted.name.text());
        if (found == nullptr || !part_of(*found, wanted.value, natives)) return false;
      }
      return true;
    case Kind::array:
      for (const Datum& wanted : part.items()) {
        bool found = false;
        for (const Datum& item : whole.items()) {
          if ((found = part_of(item, wanted, natives))) break;
        }
        if (!found) return false;
      }
      return true;
    case Kind::string:
      return whole.text().find(part.text()) != std::string_view::npos;
    default:
      return equal(whole, part);
  }
}

bool contains_part(const Datum& whole, const Datum& part, Natives& natives, Datum& out) {
  if (whole.kind() != part.kind()) {
    return type_error(natives, whole, part, "cannot have their containment checked");
  }
  out = Datum::boolean(part_of(whole, part, natives));
  return true;
}

bool contains(Args args, Natives& natives, Datum& out) {
  return contains_part(args[0], args[1], natives, out);
}
bool inside(Args args, Natives& natives, Datum& out) {
  return contains_part(args[1], args[0], natives, out);
}

bool numbers_below(std::size_t size, Datum& out) {
  out = Datum::array(size);
  for (std::size_t i = 0; i < size; ++i) out.push(count(i));
  return true;
}

bool keys(Args args, Natives& natives, Datum& out) {
  if (args[0].is(Kind::array)) return numbers_below(args[0].size(), out);
  if (!args[0].is(Kind::object)) return type_error(natives, args[0], "has no keys");
  natives.step(args[0].size());
  out = Datum::array(args[0].size());
  for (const Field* const field : sorted_fields(args[0])) out.push(field->name);
  return true;
}

bool keys_unsorted(Args args, Natives& natives, Datum& out) {
  if (!args[0].is(Kind::object)) return keys(args, natives, out);
  out = Datum::array(args[0].size());
  for (const Field& field : args[0].fields()) out.push(field.name);
  return true;
}

bool add_all(Args args, Natives& natives, Datum& out) {
  Datum sum;
  const bool done = each_value(natives, args[0], [&](const Datum& value) {
    natives.step();
    Datum left = std::exchange(sum, Datum());
    Datum right = value;
    return add(left, right, natives, sum);
  });
  out = std::move(sum);
  return done;
}

bool any(Args args, Natives& natives, Datum& out) {
  bool found = false;
  natives.step(args[0].size() / kValuesPerStep);
  if (!each_value(natives, args[0],
                  [&](const Datum& value) { return found = found || value.truthy(), true; }))
    return false;
  out = Datum::boolean(found);
  return true;
}

bool all(Args args, Natives& natives, Datum& out) {
  bool every = true;
  natives.step(args[0].size() / kValuesPerStep);
  if (!each_value(natives, args[0],
                  [&](const Datum& value) { return every = every && value.truthy(), true; }))
    return false;
  out = Datum::boolean(every);
  return true;
}

void flatten_into(const Datum& from, double depth, Natives& natives, Datum& out) {
  for (const Datum& item : from.items()) {
    natives.step();
    if (item.is(Kind::array) && depth != 0) {
      flatten_into(item, depth - 1, natives, out);
    } else {
      out.push(item);
    }
  }
}

bool flatten_to(const Datum& from, const Datum& depth, Natives& natives, Datum& out) {
  Datum flat = Datum::array();
  const bool done = each_value(natives, from, [&](const Datum& item) {
    if (!item.is(Kind::array) || (depth.is(Kind::number) && depth.to_double() == 0)) {
      flat.push(item);
      return true;
    }
    if (!depth.is(Kind::number)) return type_error(natives, depth, Datum::integer(1), "cannot be subtracted");
    flatten_into(item, depth.to_double() - 1, natives, flat);
    return true;
  });
  out = std::move(flat);
  return done;
}

bool flatten(Args args, Natives& natives, Datum& out) {
  return flatten_to(args[0], Datum::integer(-1), natives, out);
}

bool flatten_depth(Args args, Natives& natives, Datum& out) {
  if (compare(args[1], Datum::integer(0)) < 0) return natives.fail("flatten depth must not be negative");
  return flatten_to(args[0], args[1], natives, out);
}

bool reverse(Args args, Natives& natives, Datum& out) {
  if (args[0].is(Kind::array)) {
    out = std::move(args[0]);
    const std::span<Datum> items = out.own_items();
    std::reverse(items.begin(), items.end());
    return true;
  }
  // What has a length of 0 has no elements; all else cannot be indexed by a number.
  Datum size;
  Datum input = args[0];
  if (!length(args, natives, size)) return false;
  if (size.to_double() > 0) {
    if (natives.quiet) return natives.fail_with({});
    return natives.fail(std::string("Cannot index ").append(kind_name(input)).append(" with number"));
  }
  out = Datum::array();
  return true;
}

bool toarray(Args args, Natives&, Datum& out) {
  if (args[0].is(Kind::array)) {
    out = std::move(args[0]);
    return true;
  }
  out = Datum::array(1);
  out.push(std::move(args[0]));
  return true;
}

bool builtins(Args, Natives&, Datum& out) {
  Datum names = Datum::array();
  for (const BuiltinRow& row : all_builtins()) {
    if (row.builtin == Builtin::excluded) continue;
    names.push(Datum::string(std::string(row.name) + "/" + std::to_string(row.arity)));
  }
  out = std::move(names);
  return true;
}

bool yes(Args, Natives&, Datum& out) {
  out = Datum::boolean(true);
  return true;
}
bool no(Args, Natives&, Datum& out) {
  out = Datum::boolean(false);
  return true;
}

constexpr auto kRows = std::to_array<NativeRow>({
    {"add", 0, add_all},
    {"all", 0, all},
    {"any", 0, any},
    {"builtins", 0, builtins},
    {"contains", 1, contains},
    {"flatten", 0, flatten},
    {"flatten", 1, flatten_depth},
    {"has", 1, has},
    {"have_decnum", 0, no},            // integers keep their digits, but are computed on as doubles
    {"have_literal_numbers", 0, yes},  // 100000000000000000000 is passed on as it stands
    {"in", 1, in},
    {"inside", 1, inside},
    {"keys", 0, keys},
    {"keys_unsorted", 0, keys_unsorted},
    {"length", 0, length},
    {"not", 0, not_},
    {"reverse", 0, reverse},
    {"toarray", 0, toarray},
    {"type", 0, type},
    {"utf8bytelength", 0, utf8bytelength},
});

}  // namespace

std::span<const NativeRow> value_natives() {
  return kRows;
}

}  // namespace weir::expr
