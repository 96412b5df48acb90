// Matching. test and split are whole; of the functions with several results, and of those that take a function, these
// are the parts that the language builds on:
//   _match(re; flags)          the match objects, in an array
//   _capture(re; flags)        the named groups of each match, an object each
//   _scan(re; flags)           what scan gives, in an array
//   _sub_parts(re; flags)      [text, groups, text, groups, ..., text]: what stays, and between it the named groups of
//                              what goes
//   _sub_join(parts; results)  the texts with the groups replaced; results: for each groups object the array of what
//                              it is replaced by. Several make every combination, the first replacement turning fastest.
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "expr/meter.h"
#include "expr/native_tables.h"
#include "expr/native_words.h"
#include "expr/operators.h"
#include "expr/regex_cache.h"
#include "expr/regex_walk.h"
#include "expr/text_ops.h"
#include "expr/wording.h"

namespace weir::expr {
namespace {

using Args = std::span<Datum>;

bool not_a_string(Natives& natives, const Datum& value) {
  return type_error(natives, value, "is not a string");
}

// The compiled form of a pattern and its flags. `more` are letters that the function itself asks for.
const Regex* compiled(const Datum& text, const Datum& pattern, const Datum& letters, std::string_view more,
                      Natives& natives) {
  if (!more.empty() && !letters.is_null() && !letters.is(Kind::string)) {
    type_error(natives, Datum::borrowed(more), letters, "cannot be added");
    return nullptr;
  }
  if (!text.is(Kind::string)) {
    type_error(natives, text, "cannot be matched, as it is not a string");
    return nullptr;
  }
  natives.step(text.size() / kBytesPerStep);
  if (!pattern.is(Kind::string)) {
    not_a_string(natives, pattern);
    return nullptr;
  }
  if (!letters.is_null() && !letters.is(Kind::string)) {
    not_a_string(natives, letters);
    return nullptr;
  }
  Regex::Flags flags;
  std::string error;
  if (letters.is(Kind::string) && !flags.parse(letters.text(), error)) {
    natives.fail(std::string(more).append(letters.text()) + " is not a valid modifier string");
    return nullptr;
  }
  if (!more.empty()) flags.parse(more, error);
  if (!natives.regexes) natives.regexes = std::make_shared<RegexCache>();
  const Regex* const regex = error.empty() ? natives.regexes->find(pattern.text(), flags, error) : nullptr;
  if (regex == nullptr) natives.fail("Regex failure: " + error);
  return regex;
}

// The one argument of match(re) and its like: a pattern, or [pattern, flags].
bool unpack(const Datum& given, Natives& natives, Datum& pattern, Datum& letters) {
  if (given.is(Kind::string)) {
    pattern = given;
    return true;
  }
  if (!given.is(Kind::array) || given.size() == 0) {
    if (natives.quiet) return natives.fail_with({});
    return natives.fail(std::string(kind_name(given)) + " not a string or array");
  }
  pattern = given.items()[0];
  if (given.size() > 1) letters = given.items()[1];
  return true;
}

Datum slice(const Datum& of, const Regex::Place& place) {
  const std::string_view text = of.text().substr(place.at, place.end - place.at);
  return of.is_borrowed() ? Datum::borrowed(text) : Datum::string(text);
}

Datum count(std::size_t number) {
  return Datum::integer(static_cast<std::int64_t>(number));
}

Datum group_name(const Regex& regex, std::size_t group) {
  const std::string_view name = regex.name(group);
  return name.empty() ? Datum() : Datum::string(name);
}

// The order of the members is jq's, which differs for a group without text.
Datum group_object(const Datum& text, const Regex& regex, const RegexWalk& walk, std::size_t group) {
  const Regex::Place& place = walk.groups()[group - 1];
  Datum made = Datum::object(4);
  if (place.none() || place.at == place.end) {
    Datum offset = place.none() ? Datum::integer(-1) : Datum();
    if (!place.none()) {
      const std::size_t from = walk.whole().at;
      offset = count(walk.offset() + code_points(text.text().substr(from, place.at - from)));
    }
    made.set(Datum::borrowed("offset"), std::move(offset));
    made.set(Datum::borrowed("string"), place.none() ? Datum() : Datum::borrowed(""));
    made.set(Datum::borrowed("length"), count(0));
  } else {
    const std::size_t from = walk.whole().at;
    Datum string = slice(text, place);
    made.set(Datum::borrowed("offset"),
             count(walk.offset() + code_points(text.text().substr(from, place.at - from))));
    made.set(Datum::borrowed("length"), count(code_points(string.text())));
    made.set(Datum::borrowed("string"), std::move(string));
  }
  made.set(Datum::borrowed("name"), group_name(regex, group));
  return made;
}

// As in jq 1.6 an empty match shows no groups.
bool shows_groups(const RegexWalk& walk) {
  return walk.whole().at != walk.whole().end;
}

Datum match_object(const Datum& text, const Regex& regex, const RegexWalk& walk) {
  Datum string = slice(text, walk.whole());
  Datum groups = Datum::array();
  if (shows_groups(walk)) {
    for (std::size_t group = 1; group <= regex.groups(); ++group)
      groups.push(group_object(text, regex, walk, group));
  }
  Datum made = Datum::object(4);
  made.set(Datum::borrowed("offset"), count(walk.offset()));
  made.set(Datum::borrowed("length"), count(code_points(string.text())));
  made.set(Datum::borrowed("string"), std::move(string));
  made.set(Datum::borrowed("captures"), std::move(groups));
  return made;
}

Datum named_groups(const Datum& text, const Regex& regex, const RegexWalk& walk) {
  Datum made = Datum::object();
  if (!shows_groups(walk)) return made;
  for (std::size_t group = 1; group <= regex.groups(); ++group) {
    if (regex.name(group).empty()) continue;
    const Regex::Place& place = walk.groups()[group - 1];
    made.set(group_name(regex, group), place.none() ? Datum() : slice(text, place));
  }
  return made;
}

// Calls `take(walk)` for every match, and counts what that costs.
template <typename Take>
void each_match(const Regex& regex, const Datum& text, RegexWalk::End end, Natives& natives,
                const Take& take) {
  RegexWalk walk(regex, text.text(), end);
  std::uint64_t paid = 0;
  while (walk.next()) {
    natives.step(1 + walk.effort() - paid);
    paid = walk.effort();
    if (!walk.skipped()) take(walk);
  }
}

// An array of what `make(text, regex, walk)` says of every match.
template <typename Make>
bool collect(const Datum& text, const Datum& pattern, const Datum& letters, std::string_view more,
             Natives& natives, Datum& out, const Make& make) {
  const Regex* const regex = compiled(text, pattern, letters, more, natives);
  if (regex == nullptr) return false;
  Datum made = Datum::array();
  each_match(*regex, text, RegexWalk::End::as_match, natives,
             [&](const RegexWalk& walk) { made.push(make(text, *regex, walk)); });
  out = std::move(made);
  return true;
}

bool test_with(const Datum& text, const Datum& pattern, const Datum& letters, Natives& natives, Datum& out) {
  const Regex* const regex = compiled(text, pattern, letters, "", natives);
  if (regex == nullptr) return false;
  if (regex->not_empty()) {
    bool found = false;
    each_match(*regex, text, RegexWalk::End::as_match, natives, [&](const RegexWalk&) { found = true; });
    out = Datum::boolean(found);
  } else {
    out = Datum::boolean(regex->test(text.text()));
  }
  return true;
}

bool test(Args args, Natives& natives, Datum& out) {
  Datum pattern, letters;
  return unpack(args[1], natives, pattern, letters) && test_with(args[0], pattern, letters, natives, out);
}
bool test_flags(Args args, Natives& natives, Datum& out) {
  return test_with(args[0], args[1], args[2], natives, out);
}

bool match(Args args, Natives& natives, Datum& out) {
  Datum pattern, letters;
  return unpack(args[1], natives, pattern, letters) &&
         collect(args[0], pattern, letters, "", natives, out, match_object);
}
bool match_flags(Args args, Natives& natives, Datum& out) {
  return collect(args[0], args[1], args[2], "", natives, out, match_object);
}

bool capture(Args args, Natives& natives, Datum& out) {
  Datum pattern, letters;
  return unpack(args[1], natives, pattern, letters) &&
         collect(args[0], pattern, letters, "", natives, out, named_groups);
}
bool capture_flags(Args args, Natives& natives, Datum& out) {
  return collect(args[0], args[1], args[2], "", natives, out, named_groups);
}

// The texts of the groups, or without groups the match itself.
Datum scanned(const Datum& text, const Regex& regex, const RegexWalk& walk) {
  if (regex.groups() == 0 || !shows_groups(walk)) return slice(text, walk.whole());
  Datum made = Datum::array(regex.groups());
  for (const Regex::Place& place : walk.groups()) made.push(place.none() ? Datum() : slice(text, place));
  return made;
}

bool scan(Args args, Natives& natives, Datum& out) {
  return collect(args[0], args[1], {}, "g", natives, out, scanned);
}
bool scan_flags(Args args, Natives& natives, Datum& out) {
  return collect(args[0], args[1], args[2], "g", natives, out, scanned);
}

bool split_with(const Datum& text, const Datum& pattern, const Datum& letters, Natives& natives, Datum& out) {
  const Regex* const regex = compiled(text, pattern, letters, "g", natives);
  if (regex == nullptr) return false;
  Datum parts = Datum::array();
  std::size_t from = 0;
  each_match(*regex, text, RegexWalk::End::as_match, natives, [&](const RegexWalk& walk) {
    parts.push(slice(text, {from, walk.whole().at}));
    from = walk.whole().end;
  });
  parts.push(slice(text, {from, text.text().size()}));
  out = std::move(parts);
  return true;
}

bool split(Args args, Natives& natives, Datum& out) {
  return split_with(args[0], args[1], args[2], natives, out);
}

bool sub_parts(Args args, Natives& natives, Datum& out) {
  const Datum& text = args[0];
  Datum pattern, letters;
  if (!unpack(args[1], natives, pattern, letters)) return false;
  Datum more = args[2];
  if (more.is(Kind::number) || more.is(Kind::true_) || more.is(Kind::false_)) {
    if (natives.quiet) return natives.fail_with({});
    return natives.fail(std::string("Cannot index ").append(kind_name(more)).append(" with string \"g\""));
  }
  if (args[1].is(Kind::array)) {
    Datum sum;
    if (!add(letters, more, natives, sum)) return false;
    more = std::move(sum);
  }
  const Regex* const regex = compiled(text, pattern, more, "", natives);
  if (regex == nullptr) return false;
  Datum parts = Datum::array();
  std::size_t from = 0;
  each_match(*regex, text, RegexWalk::End::as_sub, natives, [&](const RegexWalk& walk) {
    parts.push(slice(text, {from, walk.whole().at}));
    parts.push(named_groups(text, *regex, walk));
    from = walk.whole().end;
  });
  parts.push(slice(text, {from, text.text().size()}));
  out = std::move(parts);
  return true;
}

bool sub_join(Args args, Natives& natives, Datum& out) {
  const std::span<const Datum> parts = args[1].items();
  const std::span<const Datum> results = args[2].items();
  Datum texts = Datum::array();
  out = texts;
  for (const Datum& choices : results) {
    if (choices.size() == 0) return true;  // nothing to put in one place: no result at all
  }
  std::vector<std::size_t> turn(results.size(), 0);
  for (;;) {
    natives.step(1 + results.size());
    // jq puts the text together from its end, so that is where it meets something that is no text first.
    for (std::size_t i = results.size(); i > 0; --i) {
      const Datum& instead = results[i - 1].items()[turn[i - 1]];
      if (!instead.is(Kind::string) && !instead.is_null())
        return type_error(natives, parts[2 * i - 2], instead, "cannot be added");
    }
    Datum text = Datum::string(parts[0].text());
    for (std::size_t i = 0; i < results.size(); ++i) {
      const Datum& instead = results[i].items()[turn[i]];
      if (instead.is(Kind::string)) text.append(instead.text());
      text.append(parts[2 * i + 2].text());
    }
    texts.push(std::move(text));
    std::size_t place = 0;
    while (place < turn.size() && ++turn[place] == results[place].size()) turn[place++] = 0;
    if (place == turn.size()) break;
  }
  out = std::move(texts);
  return true;
}

constexpr auto kRows = std::to_array<NativeRow>({
    {"_capture", 1, capture},
    {"_capture", 2, capture_flags},
    {"_match", 1, match},
    {"_match", 2, match_flags},
    {"_scan", 1, scan},
    {"_scan", 2, scan_flags},
    {"_sub_join", 2, sub_join},
    {"_sub_parts", 2, sub_parts},
    {"split", 2, split},
    {"test", 1, test},
    {"test", 2, test_flags},
});

}  // namespace

std::span<const NativeRow> regex_natives() {
  return kRows;
}

}  // namespace weir::expr
