#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>

#include "expr/datum_text.h"
#include "expr/native_tables.h"
#include "expr/native_words.h"
#include "expr/operators.h"
#include "expr/text_ops.h"
#include "json/utf8.h"

namespace weir::expr {
namespace {

using Args = std::span<Datum>;

bool texts(Args args) {
  return std::all_of(args.begin(), args.end(), [](const Datum& arg) { return arg.is(Kind::string); });
}

// A part of `whole`; the same value when it is all of it.
Datum part(Datum& whole, std::string_view text) {
  if (text.size() == whole.text().size()) return std::move(whole);
  return whole.is_borrowed() ? Datum::borrowed(text) : Datum::string(text);
}

bool startswith(Args args, Natives& natives, Datum& out) {
  if (!texts(args)) return natives.fail("startswith() requires string inputs");
  out = Datum::boolean(args[0].text().starts_with(args[1].text()));
  return true;
}

bool endswith(Args args, Natives& natives, Datum& out) {
  if (!texts(args)) return natives.fail("endswith() requires string inputs");
  out = Datum::boolean(args[0].text().ends_with(args[1].text()));
  return true;
}

bool ltrimstr(Args args, Natives&, Datum& out) {
  const bool there = texts(args) && args[0].text().starts_with(args[1].text());
  out = there ? part(args[0], args[0].text().substr(args[1].text().size())) : std::move(args[0]);
  return true;
}

bool rtrimstr(Args args, Natives&, Datum& out) {
  const bool there = texts(args) && args[0].text().ends_with(args[1].text());
  out = there ? part(args[0], args[0].text().substr(0, args[0].text().size() - args[1].text().size()))
              : std::move(args[0]);
  return true;
}

bool trim(Args args, Natives& natives, Datum& out) {
  if (!texts(args)) return type_error(natives, args[0], "cannot be trimmed");
  out = part(args[0], without_trailing_space(without_leading_space(args[0].text())));
  return true;
}

bool ltrim(Args args, Natives& natives, Datum& out) {
  if (!texts(args)) return type_error(natives, args[0], "cannot be trimmed");
  out = part(args[0], without_leading_space(args[0].text()));
  return true;
}

bool rtrim(Args args, Natives& natives, Datum& out) {
  if (!texts(args)) return type_error(natives, args[0], "cannot be trimmed");
  out = part(args[0], without_trailing_space(args[0].text()));
  return true;
}

bool changed_case(Args args, Natives& natives, void (*change)(std::string&), Datum& out) {
  // The words are those of explode, by which jq's own language defines both.
  if (!texts(args)) return natives.fail("explode input must be a string");
  std::string text(args[0].text());
  change(text);
  out = Datum::string(text);
  return true;
}

bool downcase(Args args, Natives& natives, Datum& out) {
  return changed_case(
      args, natives, [](std::string& text) { ascii_downcase(text); }, out);
}
bool upcase(Args args, Natives& natives, Datum& out) {
  return changed_case(
      args, natives, [](std::string& text) { ascii_upcase(text); }, out);
}

bool explode(Args args, Natives& natives, Datum& out) {
  if (!texts(args)) return natives.fail("explode input must be a string");
  const std::string_view text = args[0].text();
  Datum codes = Datum::array();
  for (std::size_t at = 0; at < text.size();)
    codes.push(Datum::integer(static_cast<std::int64_t>(next_code_point(text, at))));
  out = std::move(codes);
  return true;
}

bool implode(Args args, Natives& natives, Datum& out) {
  if (!args[0].is(Kind::array)) return natives.fail("implode input must be an array");
  std::string text;
  for (const Datum& item : args[0].items()) {
    const double code = item.is(Kind::number) ? item.to_double() : std::nan("");
    if (std::isnan(code)) {
      return type_error(natives, item, "can't be imploded, unicode codepoint needs to be numeric");
    }
    const bool exists = code > -1.0 && code < 0x110000 && !(code >= 0xD800 && code < 0xE000);
    json::append_utf8(text, exists ? static_cast<char32_t>(code) : char32_t{0xFFFD});
  }
  out = Datum::string(text);
  return true;
}

bool split(Args args, Natives& natives, Datum& out) {
  if (!texts(args)) return natives.fail("split input and separator must be strings");
  Datum parts = Datum::array();
  split_text(args[0].text(), args[1].text(), [&](std::string_view text) {
    parts.push(args[0].is_borrowed() ? Datum::borrowed(text) : Datum::string(text));
  });
  out = std::move(parts);
  return true;
}

// What stands for an element of join: text as it is, numbers and booleans as JSON, nothing for null.
Datum joined_form(const Datum& item) {
  if (item.is_null()) return Datum::borrowed("");
  if (!item.is(Kind::number) && !item.is(Kind::true_) && !item.is(Kind::false_)) return item;
  std::string text;
  append_compact(text, item);
  return Datum::string(text);
}

bool join(Args args, Natives& natives, Datum& out) {
  Datum joined;
  const bool done = each_value(natives, args[0], [&](const Datum& item) {
    natives.step();
    if (joined.is_null()) {
      joined = Datum::string("");
    } else {
      Datum left = std::exchange(joined, Datum());
      Datum separator = args[1];
      if (!add(left, separator, natives, joined)) return false;
    }
    Datum left = std::exchange(joined, Datum());
    Datum right = joined_form(item);
    return add(left, right, natives, joined);
  });
  if (!done) return false;
  out = joined.is_null() ? Datum::borrowed("") : std::move(joined);
  return true;
}

// Where `wanted` stands in `text`, in code points; one place does not reach into the next.
Datum places_in_text(std::string_view text, std::string_view wanted) {
  Datum places = Datum::array();
  if (wanted.empty()) return places;
  const std::size_t length = code_points(wanted);
  std::size_t place = 0;
  std::size_t from = 0;
  for (std::size_t at; (at = text.find(wanted, from)) != std::string_view::npos; from = at + wanted.size()) {
    place += code_points(text.substr(from, at - from));
    places.push(Datum::integer(static_cast<std::int64_t>(place)));
    place += length;
  }
  return places;
}

Datum places_in_array(const Datum& in, const Datum& wanted, Natives& natives) {
  Datum places = Datum::array();
  const auto items = in.items();
  const auto run = wanted.items();
  if (run.empty()) return places;
  for (std::size_t at = 0; at + run.size() <= items.size(); ++at) {
    natives.step();
    std::size_t same = 0;
    while (same < run.size() && equal(items[at + same], run[same])) ++same;
    natives.step(same);
    if (same == run.size()) places.push(Datum::integer(static_cast<std::int64_t>(at)));
  }
  return places;
}

bool cannot_index(Natives& natives, const Datum& value, const Datum& by) {
  if (natives.quiet) return natives.fail_with({});
  if (value.is(Kind::string) && by.is(Kind::object))
    return natives.fail("Start and end indices of an string slice must be numbers");
  std::string message =
      std::string("Cannot index ").append(kind_name(value)).append(" with ").append(kind_name(by));
  if (by.is(Kind::string)) message.append(" \"").append(by.text()).append("\"");
  return natives.fail(message);
}

// Where the second stands in the first: a text in a text, an array or an element in an array. Anything else is looked
// up as an index, which is an error or finds nothing.
bool indices(Args args, Natives& natives, Datum& out) {
  const Datum& in = args[0];
  const Datum& wanted = args[1];
  if (in.is(Kind::string) && wanted.is(Kind::string)) {
    out = places_in_text(in.text(), wanted.text());
    return true;
  }
  if (in.is(Kind::array)) {
    Datum one = wanted;
    if (!wanted.is(Kind::array)) {
      one = Datum::array(1);
      one.push(wanted);
    }
    out = places_in_array(in, one, natives);
    return true;
  }
  if (in.is(Kind::object) && wanted.is(Kind::string)) {
    const Datum* const found = in.find(wanted.text());
    Datum value = found != nullptr ? *found : Datum();
    out = std::move(value);
    return true;
  }
  if (in.is_null() && (wanted.is(Kind::string) || wanted.is(Kind::number) || wanted.is(Kind::object))) {
    out = Datum();
    return true;
  }
  return cannot_index(natives, in, wanted);
}

bool index(Args args, Natives& natives, Datum& out) {
  Datum places;
  if (!indices(args, natives, places)) return false;
  if (!places.is(Kind::array) && !places.is_null()) return cannot_index(natives, places, Datum::integer(0));
  out = places.size() > 0 ? places.items().front() : Datum();
  return true;
}

bool rindex(Args args, Natives& natives, Datum& out) {
  Datum places;
  if (!indices(args, natives, places)) return false;
  if (places.is(Kind::string)) return cannot_index(natives, places, Datum::integer(0));
  if (!places.is(Kind::array) && !places.is_null()) return cannot_index(natives, places, Datum::object());
  out = places.size() > 0 ? places.items().back() : Datum();
  return true;
}

constexpr auto kRows = std::to_array<NativeRow>({
    {"ascii_downcase", 0, downcase},
    {"ascii_upcase", 0, upcase},
    {"endswith", 1, endswith},
    {"explode", 0, explode},
    {"implode", 0, implode},
    {"index", 1, index},
    {"indices", 1, indices},
    {"join", 1, join},
    {"ltrim", 0, ltrim},
    {"ltrimstr", 1, ltrimstr},
    {"rindex", 1, rindex},
    {"rtrim", 0, rtrim},
    {"rtrimstr", 1, rtrimstr},
    {"split", 1, split},
    {"startswith", 1, startswith},
    {"trim", 0, trim},
});

}  // namespace

std::span<const NativeRow> text_natives() {
  return kRows;
}

}  // namespace weir::expr
