#include "expr/paths.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "expr/meter.h"
#include "expr/wording.h"

namespace weir::expr {
namespace {

bool no_index(const Datum& from, const Datum& key, Natives& natives) {
  if (natives.quiet) return natives.fail_with({});
  std::string text = "Cannot index " + std::string(kind_name(from)) + " with ";
  if (key.is(Kind::string)) {
    text += "string \"" + std::string(key.text()) + "\"";
  } else {
    text += kind_name(key);
  }
  return natives.fail(text);
}

struct Range {
  std::size_t from, to;  // from <= to <= size
};

// jq's rounding: the start down, the end up, negative ones from the end.
bool slice_range(const Datum& key, std::size_t size, std::string_view of, Natives& natives, Range& out) {
  const Datum* const start = key.find("start");
  const Datum* const end = key.find("end");
  const auto usable = [](const Datum* bound) {
    return bound != nullptr && (bound->is(Kind::number) || bound->is_null());
  };
  if (!usable(start) || !usable(end)) {
    return natives.fail("Start and end indices of an " + std::string(of) + " slice must be numbers");
  }
  const double length = static_cast<double>(size);
  double from = start->is_null() ? 0 : start->to_double();
  double to = end->is_null() ? length : end->to_double();
  if (from < 0) from += length;
  if (to < 0) to += length;
  from = std::isnan(from) ? 0 : std::clamp(from, 0.0, length);
  to = std::isnan(to) ? length : std::clamp(std::ceil(std::min(to, length)), 0.0, length);
  out.from = static_cast<std::size_t>(from);
  out.to = std::max(out.from, static_cast<std::size_t>(to));
  return true;
}

bool continues(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

std::size_t code_points(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return !continues(c); }));
}

// The byte where code point `place` begins.
std::size_t byte_of(std::string_view text, std::size_t place) {
  std::size_t at = 0;
  for (; place > 0; --place) {
    ++at;
    while (at < text.size() && continues(text[at])) ++at;
  }
  return at;
}

bool slice_of_string(const Datum& from, const Datum& key, Natives& natives, Datum& out) {
  const std::string_view text = from.text();
  natives.step(text.size() / kBytesPerStep);
  Range range{};
  if (!slice_range(key, code_points(text), "string", natives, range)) return false;
  const std::size_t begin = byte_of(text, range.from);
  const std::string_view part = text.substr(begin, byte_of(text.substr(begin), range.to - range.from));
  out = from.is_borrowed() ? Datum::borrowed(part) : Datum::string(part);
  return true;
}

bool slice_of_array(const Datum& from, const Datum& key, Natives& natives, Datum& out) {
  Range range{};
  if (!slice_range(key, from.size(), "array", natives, range)) return false;
  Datum part = Datum::array(range.to - range.from);
  for (const Datum& item : from.items().subspan(range.from, range.to - range.from)) part.push(item);
  out = std::move(part);
  return true;
}

// Every place where `part` stands in `whole`.
Datum places_of(const Datum& whole, const Datum& part, Natives& natives) {
  Datum places = Datum::array();
  const std::span<const Datum> items = whole.items(), wanted = part.items();
  if (wanted.empty()) return places;
  for (std::size_t at = 0; at + wanted.size() <= items.size(); ++at) {
    natives.step();
    if (std::equal(wanted.begin(), wanted.end(), items.begin() + static_cast<std::ptrdiff_t>(at),
                   [](const Datum& a, const Datum& b) { return equal(a, b); })) {
      places.push(Datum::integer(static_cast<std::int64_t>(at)));
    }
  }
  return places;
}

// The place that a number means, if any.
std::optional<std::size_t> place_of(const Datum& array, double number) {
  if (std::isnan(number) || std::trunc(number) != number) return std::nullopt;
  if (number < 0) number += static_cast<double>(array.size());
  if (number < 0 || number >= static_cast<double>(array.size())) return std::nullopt;
  return static_cast<std::size_t>(number);
}

bool set_slice(Datum& in, const Datum& key, const Datum& value, Natives& natives) {
  if (!value.is(Kind::array)) {
    return natives.fail("A slice of an array can only be assigned another array");
  }
  Range range{};
  if (!slice_range(key, in.size(), "array", natives, range)) return false;
  Datum joined = Datum::array(in.size() - (range.to - range.from) + value.size());
  for (const Datum& item : in.items().first(range.from)) joined.push(item);
  for (const Datum& item : value.items()) joined.push(item);
  for (const Datum& item : in.items().subspan(range.to)) joined.push(item);
  in = std::move(joined);
  return true;
}

bool set_element(Datum& in, double number, Datum value, Natives& natives) {
  constexpr double kMost = 2147483647.0;
  double place = std::trunc(number);
  if (place < 0) place += static_cast<double>(in.size());
  if (!(place >= 0 && place <= kMost)) return natives.fail("Out of bounds negative array index");
  if (in.is_null()) in = Datum::array();
  in.set(static_cast<std::size_t>(place), std::move(value));
  return true;
}

bool cannot_delete(std::string_view what, Natives& natives) {
  return natives.fail("Cannot delete " + std::string(what));
}

// Which elements a key of an array means, as marks; `first`: no element before it is marked.
bool mark_elements(const Datum& from, const Datum& key, Natives& natives, std::vector<bool>& marks,
                   std::size_t& first) {
  Range range{};
  if (key.is(Kind::object)) {
    if (!slice_range(key, from.size(), "array", natives, range)) return false;
  } else if (key.is(Kind::number)) {
    const auto place = place_of(from, std::trunc(key.to_double()));
    if (!place) return true;
    range = {*place, *place + 1};
  } else {
    return cannot_delete(std::string(kind_name(key)) + " element of array", natives);
  }
  std::fill(marks.begin() + static_cast<std::ptrdiff_t>(range.from),
            marks.begin() + static_cast<std::ptrdiff_t>(range.to), true);
  first = std::min(first, range.from);
  return true;
}

// All of one level at once, so that no key moves what another means.
bool delete_keys(Datum& from, std::span<const Datum> keys, Natives& natives) {
  if (from.is_null() || keys.empty()) return true;
  if (from.is(Kind::object)) {
    for (const Datum& key : keys) {
      if (!key.is(Kind::string))
        return cannot_delete(std::string(kind_name(key)) + " field of object", natives);
      from.erase(key.text());
    }
    return true;
  }
  if (!from.is(Kind::array)) return cannot_delete("fields from " + std::string(kind_name(from)), natives);
  std::vector<bool> marks(from.size());
  std::size_t kept = from.size();
  for (const Datum& key : keys) {
    if (!mark_elements(from, key, natives, marks, kept)) return false;
  }
  const std::span<Datum> items = from.own_items();
  for (std::size_t i = kept; i < items.size(); ++i) {
    if (marks[i]) continue;
    if (kept != i) items[kept] = std::move(items[i]);
    ++kept;
  }
  from.truncate(kept);
  return true;
}

// `paths`, sorted, agree in what stands before place `level`.
bool delete_sorted(Datum& from, std::span<const Datum> paths, std::size_t level, Natives& natives) {
  std::vector<Datum> keys;
  for (std::size_t i = 0; i < paths.size();) {
    const std::span<const Datum> path = paths[i].items();
    const Datum& key = path[level];
    std::size_t end = i + 1;  // not-a-number equals not even itself
    while (end < paths.size() && equal(paths[end].items()[level], key)) ++end;
    if (path.size() == level + 1) {
      keys.push_back(key);  // and with it whatever the longer paths mean
    } else {
      Datum inner;
      if (!get(from, key, natives, inner)) return false;
      if (!inner.is_null()) {
        if (!take(from, key, natives, inner) ||
            !delete_sorted(inner, paths.subspan(i, end - i), level + 1, natives) ||
            !set(from, key, std::move(inner), natives)) {
          return false;
        }
      }
    }
    i = end;
  }
  return delete_keys(from, keys, natives);
}

}  // namespace

bool get(const Datum& from, const Datum& key, Natives& natives, Datum& out) {
  if (from.is(Kind::object) && key.is(Kind::string)) {
    const Datum* const found = from.find(key.text());
    out = found == nullptr ? Datum() : *found;
    return true;
  }
  if (from.is(Kind::array)) {
    if (key.is(Kind::number)) {
      const auto place = place_of(from, key.to_double());
      out = place ? from.items()[*place] : Datum();
      return true;
    }
    if (key.is(Kind::object)) return slice_of_array(from, key, natives, out);
    if (key.is(Kind::array)) {
      out = places_of(from, key, natives);
      return true;
    }
  }
  if (from.is(Kind::string) && key.is(Kind::object)) return slice_of_string(from, key, natives, out);
  if (from.is_null() && (key.is(Kind::string) || key.is(Kind::number) || key.is(Kind::object))) {
    out = Datum();
    return true;
  }
  return no_index(from, key, natives);
}

bool take(Datum& from, const Datum& key, Natives& natives, Datum& out) {
  if (from.is(Kind::object) && key.is(Kind::string)) {
    out = from.take(key.text());
    if (out.is(Kind::missing)) out = Datum();
    return true;
  }
  if (from.is(Kind::array) && key.is(Kind::number)) {
    const auto place = place_of(from, key.to_double());
    out = place ? from.take(*place) : Datum();
    return true;
  }
  return get(from, key, natives, out);
}

bool set(Datum& in, const Datum& key, Datum value, Natives& natives) {
  const bool null = in.is_null();
  if (key.is(Kind::string) && (null || in.is(Kind::object))) {
    if (null) in = Datum::object();
    in.set(key, std::move(value));
    return true;
  }
  if (key.is(Kind::number) && (null || in.is(Kind::array))) {
    return set_element(in, key.to_double(), std::move(value), natives);
  }
  if (key.is(Kind::object) && (null || in.is(Kind::array))) {
    if (null) in = Datum::array();
    return set_slice(in, key, value, natives);
  }
  if (key.is(Kind::object) && !in.is(Kind::object)) {
    return natives.fail("Cannot update field at object index of " + std::string(kind_name(in)));
  }
  if (key.is(Kind::array) && in.is(Kind::array)) {
    return natives.fail("Cannot update field at array index of array");
  }
  return no_index(in, key, natives);
}

Datum slice_key(Datum start, Datum end) {
  Datum key = Datum::object(2);
  key.set(Datum::borrowed("start"), std::move(start));
  key.set(Datum::borrowed("end"), std::move(end));
  return key;
}

bool get_path(const Datum& from, std::span<const Datum> path, Natives& natives, Datum& out) {
  Datum at = from;
  for (const Datum& key : path) {
    if (at.is_null() && !key.is(Kind::true_) && !key.is(Kind::false_)) break;
    Datum inner;
    if (!get(at, key, natives, inner)) return false;
    at = std::move(inner);
  }
  out = std::move(at);
  return true;
}

bool set_path(Datum& in, std::span<const Datum> path, Datum value, Natives& natives) {
  return change_path(in, path, natives, [&](Datum& at) {
    at = std::move(value);
    return true;
  });
}

bool delete_path(Datum& from, const Datum& path, Natives& natives) {
  if (path.size() == 0) {
    from = Datum();
    return true;
  }
  return delete_sorted(from, std::span(&path, 1), 0, natives);
}

bool delete_paths(Datum& from, Datum paths, Natives& natives) {
  if (!paths.is(Kind::array)) return natives.fail("Paths must be specified as an array");
  for (const Datum& path : paths.items()) {
    if (!path.is(Kind::array)) {
      return natives.fail("Path must be specified as array, not " + std::string(kind_name(path)));
    }
  }
  const std::span<Datum> sorted = paths.own_items();
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Datum& a, const Datum& b) { return compare(a, b) < 0; });
  if (sorted.empty()) return true;
  if (sorted[0].size() == 0) {
    from = Datum();
    return true;
  }
  return delete_sorted(from, sorted, 0, natives);
}

}  // namespace weir::expr
