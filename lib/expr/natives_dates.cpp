#include <array>
#include <cmath>
#include <string>
#include <utility>

#include "expr/dates.h"
#include "expr/native_tables.h"
#include "expr/native_words.h"
#include "expr/operators.h"

namespace weir::expr {
namespace {

using Args = std::span<Datum>;

constexpr std::string_view kIso8601 = "%Y-%m-%dT%H:%M:%SZ";

// [year, month, day, hour, minute, second, weekday, day of the year], with a fraction in the seconds.
Datum to_array(const BrokenTime& time, double fraction) {
  Datum made = Datum::array(9);
  for (const std::int32_t member : {time.year, time.month, time.day, time.hour, time.minute})
    made.push(Datum::integer(member));
  made.push(fraction == 0 ? Datum::integer(time.second) : Datum::number(time.second + fraction));
  made.push(Datum::integer(time.weekday));
  made.push(Datum::integer(time.yearday));
  return made;
}

// None: it is no such array. Fractions are cut.
bool from_array(const Datum& array, BrokenTime& time) {
  std::int32_t* const members[] = {&time.year,   &time.month,  &time.day,     &time.hour,
                                   &time.minute, &time.second, &time.weekday, &time.yearday};
  if (!array.is(Kind::array) || array.size() < std::size(members)) return false;
  for (std::size_t i = 0; i < std::size(members); ++i) {
    const Datum& member = array.items()[i];
    constexpr double kLimit = 2147483648.0;
    if (!member.is(Kind::number)) return false;
    const double number = member.to_double();
    if (!(number > -kLimit - 1 && number < kLimit)) return false;
    *members[i] = static_cast<std::int32_t>(number);
  }
  return true;
}

// Of a number that no year holds; both as jq spells them.
constexpr std::string_view kGmtimeTooFar = "errror converting number of seconds since epoch to datetime";
constexpr std::string_view kLocaltimeTooFar = "error converting number of seconds since epoch to datetime";

// The whole second that a number of seconds lies in, taken apart in the zone.
bool break_number(const Datum& number, const base::Zone& zone, std::string_view too_far, Natives& natives,
                  BrokenTime& time, std::int64_t& seconds) {
  const double exact = number.to_double();
  constexpr double kLimit = 1e17;
  seconds = exact > -kLimit && exact < kLimit ? static_cast<std::int64_t>(std::floor(exact)) : INT64_MAX;
  const std::int32_t offset = seconds == INT64_MAX ? 0 : zone.offset_at(seconds);
  const auto broken = break_time(seconds == INT64_MAX ? seconds : seconds + offset);
  if (!broken) return natives.fail(too_far);
  time = *broken;
  return true;
}

bool broken_down(const Datum& number, const base::Zone& zone, std::string_view complaint,
                 std::string_view too_far, Natives& natives, Datum& out) {
  if (!number.is(Kind::number)) return natives.fail(complaint);
  BrokenTime time;
  std::int64_t seconds = 0;
  if (!break_number(number, zone, too_far, natives, time, seconds)) return false;
  const double exact = number.to_double();
  out = to_array(time, exact - std::floor(exact));
  return true;
}

bool gmtime(Args args, Natives& natives, Datum& out) {
  return broken_down(args[0], {}, "gmtime() requires numeric inputs", kGmtimeTooFar, natives, out);
}

bool localtime(Args args, Natives& natives, Datum& out) {
  return broken_down(args[0], natives.zone, "localtime() requires numeric inputs", kLocaltimeTooFar, natives,
                     out);
}

// Of an array as UTC, as in jq: what gmtime and strptime take apart is put together again.
bool mktime(Args args, Natives& natives, Datum& out) {
  if (!args[0].is(Kind::array)) return natives.fail("mktime requires array inputs");
  BrokenTime time;
  if (!from_array(args[0], time)) return natives.fail("mktime requires parsed datetime inputs");
  out = Datum::integer(join_time(time));
  return true;
}

bool strptime(Args args, Natives& natives, Datum& out) {
  if (!args[0].is(Kind::string) || !args[1].is(Kind::string))
    return natives.fail("strptime/1 requires string inputs and arguments");
  std::string_view rest;
  const auto time = parse_time(args[0].text(), args[1].text(), rest);
  if (!time) {
    if (natives.quiet) return natives.fail_with({});
    const auto until_zero = [](std::string_view text) { return text.substr(0, text.find('\0')); };
    return natives.fail(std::string("date \"")
                            .append(until_zero(args[0].text()))
                            .append("\" does not match format \"")
                            .append(until_zero(args[1].text()))
                            .append("\""));
  }
  Datum made = to_array(*time, 0);
  if (!rest.empty()) made.push(Datum::string(rest));
  out = std::move(made);
  return true;
}

// Wording differs between strftime and strflocaltime, the work does not.
struct Words {
  std::string_view no_time, no_format, failure, too_far;
};
constexpr Words kStrftime{"strftime/1 requires parsed datetime inputs", "strftime/1 requires a string format",
                          "strftime/1: unknown system failure", kGmtimeTooFar};
constexpr Words kStrflocaltime{"strflocaltime/1 requires parsed datetime inputs",
                               "strflocaltime/1 requires a string format",
                               "strflocaltime/1: unknown system failure", kLocaltimeTooFar};

bool written(const Datum& input, std::string_view format, const base::Zone& zone, const Words& words,
             Natives& natives, Datum& out) {
  BrokenTime time;
  std::int64_t seconds = 0;
  if (input.is(Kind::number)) {
    if (!break_number(input, zone, words.too_far, natives, time, seconds)) return false;
  } else {
    if (!from_array(input, time)) return natives.fail(words.no_time);
    seconds = zone.to_utc(join_time(time));
  }
  const std::int32_t offset = zone.offset_at(seconds);
  const std::string_view name = zone.abbreviation_at(seconds);
  const auto text = format_time(time, format, {offset, name});
  if (!text) return natives.fail(words.failure);
  out = Datum::string(*text);
  return true;
}

bool strftime(Args args, Natives& natives, Datum& out) {
  if (!args[0].is(Kind::number) && !args[0].is(Kind::array)) return natives.fail(kStrftime.no_time);
  if (!args[1].is(Kind::string)) return natives.fail(kStrftime.no_format);
  return written(args[0], args[1].text(), {}, kStrftime, natives, out);
}

bool strflocaltime(Args args, Natives& natives, Datum& out) {
  if (!args[0].is(Kind::number) && !args[0].is(Kind::array)) return natives.fail(kStrflocaltime.no_time);
  if (!args[1].is(Kind::string)) return natives.fail(kStrflocaltime.no_format);
  return written(args[0], args[1].text(), natives.zone, kStrflocaltime, natives, out);
}

bool todate(Args args, Natives& natives, Datum& out) {
  return written(args[0], kIso8601, {}, kStrftime, natives, out);
}

bool fromdate(Args args, Natives& natives, Datum& out) {
  Datum both[] = {std::move(args[0]), Datum::borrowed(kIso8601)};
  Datum time[1];
  return strptime(both, natives, time[0]) && mktime(time, natives, out);
}

// dateadd(unit; n) and datesub(unit; n): jq 1.6 never looks at the unit.
bool dateadd(Args args, Natives& natives, Datum& out) {
  return add(args[0], args[2], natives, out);
}
bool datesub(Args args, Natives& natives, Datum& out) {
  return subtract(args[0], args[2], natives, out);
}

constexpr auto kRows = std::to_array<NativeRow>({
    {"date", 0, todate},
    {"dateadd", 2, dateadd},
    {"datesub", 2, datesub},
    {"fromdate", 0, fromdate},
    {"fromdateiso8601", 0, fromdate},
    {"gmtime", 0, gmtime},
    {"localtime", 0, localtime},
    {"mktime", 0, mktime},
    {"strflocaltime", 1, strflocaltime},
    {"strftime", 1, strftime},
    {"strptime", 1, strptime},
    {"todate", 0, todate},
    {"todateiso8601", 0, todate},
});

}  // namespace

std::span<const NativeRow> date_natives() {
  return kRows;
}

}  // namespace weir::expr
