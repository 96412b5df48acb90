// Dates, zones, TIME and the formats of an event's time.
#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/civil.h"
#include "base/error.h"
#include "base/posix_zone.h"
#include "base/rfc3339.h"
#include "base/strptime.h"
#include "base/time_format.h"
#include "base/time_spec.h"
#include "base/zone.h"

namespace {

using namespace weir::base;

constexpr std::int64_t kNow = 1'700'000'000'123;  // 2023-11-14T22:13:20.123Z

std::int64_t resolved(std::string_view text, const Zone& zone = {}) {
  return parse_time(text).resolve(EventTime{kNow}, zone).ms;
}

std::string refusal(std::string_view text) {
  try {
    parse_time(text);
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

TEST_CASE("every day of four centuries comes back from its number, and months have the days they have") {
  std::int64_t days = days_from_civil({1900, 1, 1});
  for (std::int32_t year = 1900; year < 2300; ++year) {
    for (std::int32_t month = 1; month <= 12; ++month) {
      for (std::int32_t day = 1; day <= days_in_month(year, month); ++day, ++days) {
        const Date date = civil_from_days(days);
        REQUIRE((date.year == year && date.month == month && date.day == day));
        REQUIRE(days_from_civil({year, month, day}) == days);
      }
    }
  }
  CHECK(days_from_civil({1970, 1, 1}) == 0);
  CHECK(weekday(0) == 4);  // a Thursday
  CHECK(weekday(-1) == 3);
  CHECK(civil_from_days(days_from_civil({1, 1, 1})).year == 1);
  CHECK(floor_div(-1, 1000) == -1);
  CHECK(floor_div(-1000, 1000) == -1);
  CHECK(floor_div(999, 1000) == 0);
}

TEST_CASE("TIME is now, a distance from it, a day, an epoch, or a date") {
  CHECK(resolved("now") == kNow);
  CHECK(resolved("now-1h") == kNow - 3'600'000);
  CHECK(resolved("now+1m30s") == kNow + 90'000);
  CHECK(resolved("-250ms") == kNow - 250);
  CHECK(resolved("-1us") == kNow - 1);  // floored: it lies in the millisecond before
  CHECK(resolved("now+1us") == kNow);
  CHECK(resolved("today") == 1'699'920'000'000);
  CHECK(resolved("yesterday") == 1'699'833'600'000);
  CHECK(resolved("@1700000000") == 1'700'000'000'000);
  CHECK(resolved("@1700000000123") == 1'700'000'000'123);
  CHECK(resolved("@1700000000123456") == 1'700'000'000'123);
  CHECK(resolved("@1700000000123456789") == 1'700'000'000'123);
  CHECK(resolved("2023-11-14") == 1'699'920'000'000);
  CHECK(resolved("2023-11-14T22:13:20Z") == 1'700'000'000'000);
  CHECK(resolved("2023-11-14T23:13:20.5+01:00") == 1'700'000'000'500);
  CHECK(resolved("2023-11-14T22:13:20") == 1'700'000'000'000);
  CHECK(resolved("2023-11-14 22:13") == 1'699'999'980'000);
}

TEST_CASE("a TIME without a zone, and a day, are of the zone that --tz names") {
  const Zone plus = Zone::open("+05:30");
  CHECK(resolved("2023-11-14", plus) == 1'699'920'000'000 - 19'800'000);
  CHECK(resolved("2023-11-14T00:00:00.25", plus) == 1'699'920'000'250 - 19'800'000);
  CHECK(resolved("2023-11-14T22:13:20Z", plus) == 1'700'000'000'000);
  // 22:13 in UTC is already the next day there.
  CHECK(resolved("today", plus) == 1'700'006'400'000 - 19'800'000);
  CHECK(resolved("yesterday", plus) == 1'699'920'000'000 - 19'800'000);
}

TEST_CASE("what is no TIME is refused, with the words to say it") {
  CHECK(refusal("@170000") ==
        "@170000 is no time: 10 digits are seconds, 13 milliseconds, 16 microseconds, 19 nanoseconds");
  CHECK(refusal("@") == "@ is no time: digits must follow the @");
  CHECK(refusal("@-5") == "@-5 is no time: digits must follow the @");
  CHECK(refusal("tomorrow") == "tomorrow is no time");
  CHECK(refusal("") == "'' is no time");
  CHECK(refusal("2023-02-29") == "2023-02-29 is no time");
  CHECK(refusal("now-5") == "5 has no unit");
  CHECK(refusal("now 5s") == "now 5s is no time");
  CHECK(refusal("@9999999999999999999") == "@9999999999999999999 is no time: digits must follow the @");
}

TEST_CASE("RFC 3339 is read as it is written, and nothing else") {
  const auto ms = [](std::string_view text) {
    const auto found = parse_rfc3339(text);
    return found ? (found->seconds - found->offset_seconds.value_or(0)) * 1000 + found->nanos / 1'000'000
                 : -7;
  };
  CHECK(ms("1970-01-01T00:00:00Z") == 0);
  CHECK(ms("1969-12-31T23:59:59.999Z") == -1);
  CHECK(ms("2024-02-29t12:00:00z") == 1'709'208'000'000);
  CHECK(ms("2024-02-29 12:00:00Z") == 1'709'208'000'000);
  CHECK(ms("2024-02-29T12:00:00.9999Z") == 1'709'208'000'999);
  CHECK(ms("2024-02-29T12:00:00-0130") == 1'709'213'400'000);
  CHECK(ms("2016-12-31T23:59:60Z") == 1'483'228'799'999);
  CHECK(ms("0001-01-01T00:00:00Z") == -62'135'596'800'000);
  CHECK(ms("9999-12-31T23:59:59Z") == 253'402'300'799'000);
  CHECK_FALSE(parse_rfc3339("2024-02-29T12:00:00")->offset_seconds);
  for (const char* text :
       {"", "2024", "2024-02-30T00:00:00Z", "2023-02-29T00:00:00Z", "0000-01-01T00:00:00Z",
        "2024-13-01T00:00:00Z", "2024-01-01T24:00:00Z", "2024-01-01T00:60:00Z", "2024-01-01T00:00:61Z",
        "2024-01-01T00:00:00.Z", "2024-01-01T00:00:00+24:00", "2024-01-01T00:00:00+1:00",
        "2024-01-01T00:00:00Zx", "2024-1-1T00:00:00Z", "24-01-01T00:00:00Z", "2024-01-01X00:00:00Z",
        "2024-01-01", "+2024-01-01T00:00:00Z", " 2024-01-01T00:00:00Z"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_rfc3339(text));
  }
}

TEST_CASE("a time comes back from its RFC 3339 text, in any zone") {
  std::uint64_t seed = 7;
  for (int i = 0; i < 20'000; ++i) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    const auto ms = static_cast<std::int64_t>(seed >> 17) % 253'402'300'800'000;
    const std::int64_t time = i % 2 == 0 ? ms : -(ms % 62'135'596'800'000);
    const auto offset = static_cast<std::int32_t>((seed % 1439) * 60) - 43'140;
    const auto found = parse_rfc3339(format_rfc3339(time));
    CAPTURE(time);
    REQUIRE(found);
    REQUIRE(found->seconds * 1000 + found->nanos / 1'000'000 == time);
    if (time < 0 || time > 253'402'200'000'000) continue;
    const auto local = parse_rfc3339(format_rfc3339(time, offset));
    REQUIRE(local);
    REQUIRE((local->seconds - local->offset_seconds.value()) * 1000 + local->nanos / 1'000'000 == time);
  }
  CHECK(format_rfc3339(1'700'000'000'000) == "2023-11-14T22:13:20Z");
  CHECK(format_rfc3339(1'700'000'000'500) == "2023-11-14T22:13:20.5Z");
  CHECK(format_rfc3339(-1) == "1969-12-31T23:59:59.999Z");
  CHECK(format_rfc3339(0, 3600) == "1970-01-01T01:00:00+01:00");
  CHECK(format_rfc3339(0, -19800) == "1969-12-31T18:30:00-05:30");
}

// Big-endian bytes of a TZif file of version 2 with one 64-bit block.
std::string tzif(const std::vector<std::pair<std::int64_t, std::uint8_t>>& changes,
                 const std::vector<std::int32_t>& offsets, std::string_view footer) {
  const auto be = [](auto value, int bytes) {
    std::string text;
    for (int i = bytes - 1; i >= 0; --i)
      text += static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i));
    return text;
  };
  const auto header = [&](std::size_t times, std::size_t types) {
    return std::string("TZif2") + std::string(15, '\0') + be(0, 4) + be(0, 4) + be(0, 4) + be(times, 4) +
           be(types, 4) + be(4, 4);
  };
  std::string bytes = header(0, 1) + be(0, 4) + std::string(2, '\0') + std::string("UTC\0", 4);
  bytes += header(changes.size(), offsets.size());
  for (const auto& change : changes) bytes += be(change.first, 8);
  for (const auto& change : changes) bytes += be(change.second, 1);
  for (const std::int32_t offset : offsets) bytes += be(offset, 4) + std::string(2, '\0');
  return bytes + std::string("UTC\0", 4) + "\n" + std::string(footer) + "\n";
}

TEST_CASE("a zone's table gives the offset of an instant, and its footer that of later ones") {
  const Zone zone = Zone::from_tzif(
      tzif({{1'000'000, 1}, {2'000'000, 0}}, {3600, 7200}, "CET-1CEST,M3.5.0,M10.5.0/3"), "Test");
  CHECK(zone.offset_at(0) == 3600);
  CHECK(zone.offset_at(999'999) == 3600);
  CHECK(zone.offset_at(1'000'000) == 7200);
  CHECK(zone.offset_at(1'999'999) == 7200);
  CHECK(zone.offset_at(2'000'000) == 3600);
  CHECK(zone.offset_at(1'711'846'799) == 3600);  // 2024-03-31T00:59:59Z
  CHECK(zone.offset_at(1'711'846'800) == 7200);
  CHECK(zone.offset_at(1'729'990'799) == 7200);  // 2024-10-27T00:59:59Z
  CHECK(zone.offset_at(1'729'990'800) == 3600);
  CHECK(zone.name() == "Test");
  CHECK(zone.abbreviation_at(0) == "UTC");
  CHECK(zone.abbreviation_at(1'711'846'799) == "CET");
  CHECK(zone.abbreviation_at(1'711'846'800) == "CEST");
}

TEST_CASE("a local time that a change skips counts from before it; of one that comes twice, the first") {
  const Zone zone = Zone::from_tzif(tzif({}, {3600}, "CET-1CEST,M3.5.0,M10.5.0/3"), "Test");
  const auto utc = [&](std::string_view local) {
    return format_rfc3339(zone.to_utc(parse_rfc3339(local)->seconds) * 1000);
  };
  CHECK(utc("2024-01-15T12:00:00") == "2024-01-15T11:00:00Z");
  CHECK(utc("2024-07-15T12:00:00") == "2024-07-15T10:00:00Z");
  CHECK(utc("2024-03-31T01:59:59") == "2024-03-31T00:59:59Z");
  CHECK(utc("2024-03-31T02:30:00") == "2024-03-31T01:30:00Z");  // 03:30 in summer time
  CHECK(utc("2024-03-31T03:00:00") == "2024-03-31T01:00:00Z");
  CHECK(utc("2024-10-27T02:30:00") == "2024-10-27T00:30:00Z");
  CHECK(utc("2024-10-27T03:00:00") == "2024-10-27T02:00:00Z");
}

TEST_CASE("rules of the footer: both hemispheres, days of the year, hours beyond a day") {
  const auto at = [](std::string_view rule, std::string_view time) {
    const auto zone = PosixZone::parse(rule);
    REQUIRE(zone);
    return zone->offset_at(parse_rfc3339(time)->seconds);
  };
  CHECK(at("UTC0", "2024-07-01T00:00:00Z") == 0);
  CHECK(at("<+0330>-3:30", "2024-07-01T00:00:00Z") == 12'600);
  CHECK(at("EST5EDT,M3.2.0,M11.1.0", "2024-03-10T06:59:59Z") == -18'000);
  CHECK(at("EST5EDT,M3.2.0,M11.1.0", "2024-03-10T07:00:00Z") == -14'400);
  CHECK(at("EST5EDT,M3.2.0,M11.1.0", "2024-11-03T06:00:00Z") == -18'000);
  CHECK(at("AEST-10AEDT,M10.1.0,M4.1.0/3", "2024-01-15T00:00:00Z") == 39'600);
  CHECK(at("AEST-10AEDT,M10.1.0,M4.1.0/3", "2024-07-15T00:00:00Z") == 36'000);
  CHECK(at("IST-2IDT,M3.4.4/26,M10.5.0", "2024-03-29T00:00:00Z") == 10'800);
  CHECK(at("IST-2IDT,M3.4.4/26,M10.5.0", "2024-03-28T23:59:59Z") == 7'200);
  CHECK(at("AAA0BBB,J60,J300", "2024-03-01T02:00:00Z") == 3'600);  // J60 is 1 March, leap year or not
  CHECK(at("AAA0BBB,J60,J300", "2024-02-29T23:59:59Z") == 0);
  CHECK(at("AAA0BBB,59,300", "2024-02-29T02:00:00Z") == 3'600);
  for (const char* bad : {"", "C", "CET", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0",
                          "CET-1CEST,M3.6.0,M1.1.1", "CET-1CEST,M3.5.7,M1.1.1", "CET-1x", "CET-200",
                          "<+0330-3", "CET-1CEST,M3.5.0,M10.5.0x"}) {
    CAPTURE(bad);
    CHECK_FALSE(PosixZone::parse(bad));
  }
}

TEST_CASE("a zone is UTC, an offset, or a name in the system's database") {
  CHECK(Zone::open("UTC").utc());
  CHECK(Zone::open("Z").utc());
  CHECK(Zone::open("UTC").abbreviation_at(0) == "UTC");
  CHECK(Zone::open("+01:00").offset_at(0) == 3600);
  CHECK(Zone::open("+01:00").abbreviation_at(0) == "+01:00");
  CHECK(Zone::open("-0830").offset_at(0) == -30'600);
  CHECK(Zone::open("+02").to_utc(7200) == 0);
  for (const char* name : {"", "Nowhere/City", "../../etc/passwd", "/etc/passwd", "+25:00", "+1", "Europe",
                           "Eur\nope", "zone.tab"}) {
    CAPTURE(name);
    CHECK_THROWS_AS(Zone::open(name), Error);
  }
}

TEST_CASE("the system's own zones are read, where it has them") {
  try {
    const Zone berlin = Zone::open("Europe/Berlin");
    CHECK(berlin.offset_at(1'700'000'000) == 3600);
    CHECK(berlin.offset_at(1'720'000'000) == 7200);
    CHECK(berlin.abbreviation_at(1'720'000'000) == "CEST");
    CHECK(berlin.offset_at(4'102'444'800 + 15'552'000) == 7200);  // July 2100, by the footer
    CHECK(Zone::open("Asia/Kolkata").offset_at(0) == 19'800);
  } catch (const Error& error) {
    MESSAGE("no zone database on this machine: ", error.what());
  }
}

TEST_CASE("a damaged TZif file is refused, wherever it was cut or flipped") {
  const std::string whole =
      tzif({{1'000'000, 1}, {2'000'000, 0}}, {3600, 7200}, "CET-1CEST,M3.5.0,M10.5.0/3");
  for (std::size_t cut = 0; cut < whole.size() - 28; ++cut) {
    CAPTURE(cut);
    CHECK_THROWS_AS(Zone::from_tzif(whole.substr(0, cut), "Test"), Error);
  }
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string flipped = whole;
    flipped[i] = static_cast<char>(flipped[i] ^ 0x81);
    try {  // some flips leave a valid file; none may crash
      const Zone zone = Zone::from_tzif(flipped, "Test");
      zone.to_utc(1'700'000'000);
    } catch (const Error&) {
    }
  }
}

std::string by_pattern(std::string_view text, std::string_view pattern) {
  const auto found = parse_by_pattern(text, pattern);
  if (!found) return "none";
  std::string result = format_rfc3339(found->seconds * 1000 + found->nanos / 1'000'000);
  if (found->offset_seconds) result.append(" ").append(std::to_string(*found->offset_seconds));
  return result;
}

TEST_CASE("strptime patterns read what they describe") {
  CHECK(by_pattern("2023/11/14 22:13", "%Y/%m/%d %H:%M") == "2023-11-14T22:13:00Z");
  CHECK(by_pattern("14 Nov 2023", "%d %b %Y") == "2023-11-14T00:00:00Z");
  CHECK(by_pattern("14 NOVEMBER 2023", "%d %B %Y") == "2023-11-14T00:00:00Z");
  CHECK(by_pattern("Tue, 14 Nov 2023 22:13:20 GMT", "%a, %d %b %Y %T %Z") == "2023-11-14T22:13:20Z 0");
  CHECK(by_pattern("14/Nov/2023:22:13:20 +0100", "%d/%b/%Y:%T %z") == "2023-11-14T22:13:20Z 3600");
  CHECK(by_pattern("2023-11-14T22:13:20.125-05:30", "%FT%T.%f%z") == "2023-11-14T22:13:20.125Z -19800");
  CHECK(by_pattern("11/14/23 10:13 PM", "%D %I:%M %p") == "2023-11-14T22:13:00Z");
  CHECK(by_pattern("12:00 am", "%I:%M %p") == "1970-01-01T00:00:00Z");
  CHECK(by_pattern("12:00 pm", "%I:%M %p") == "1970-01-01T12:00:00Z");
  CHECK(by_pattern("1700000000", "%s") == "2023-11-14T22:13:20Z 0");
  CHECK(by_pattern("-1.5", "%s.%f") == "1969-12-31T23:59:59.5Z 0");
  CHECK(by_pattern("2024 366", "%Y %j") == "2024-12-31T00:00:00Z");
  CHECK(by_pattern("69 68", "%y %H") == "none");
  CHECK(by_pattern("69", "%y") == "1969-01-01T00:00:00Z");
  CHECK(by_pattern("68", "%y") == "2068-01-01T00:00:00Z");
  CHECK(by_pattern("20231114", "%Y%m%d") == "2023-11-14T00:00:00Z");
  CHECK(by_pattern("2023-11-14   22", "%F %H") == "2023-11-14T22:00:00Z");
  CHECK(by_pattern("100%", "%H0%%") == "1970-01-01T10:00:00Z");
  CHECK(by_pattern("23:59:60", "%T") == "1970-01-01T23:59:59.999Z");
  for (const auto& [text, pattern] : std::vector<std::pair<const char*, const char*>>{{"2023-02-29", "%F"},
                                                                                      {"2023 366", "%Y %j"},
                                                                                      {"2023-11-14x", "%F"},
                                                                                      {"2023-11", "%F"},
                                                                                      {"", "%F"},
                                                                                      {"Foo 1", "%b %d"},
                                                                                      {"24:00", "%R"},
                                                                                      {"13", "%I"},
                                                                                      {"1", "%z"},
                                                                                      {"+0", "%z"},
                                                                                      {"xm", "%p"}}) {
    CAPTURE(text);
    CHECK(by_pattern(text, pattern) == "none");
  }
  CHECK(unknown_directive("%Y-%m-%d %H:%M:%S.%f%z %%").empty());
  CHECK(unknown_directive("%Y-%q") == "%q");
  CHECK(unknown_directive("%Y%") == "%");
}

TEST_CASE("FIELD is split at the first ':' outside brackets that a format follows") {
  using Form = TimeFormat::Kind;
  const auto is = [](std::string_view text, std::string_view expression, const TimeFormat& format) {
    CAPTURE(text);
    const Field field = parse_field(text);
    CHECK(field.expression == expression);
    CHECK(field.format == format);
  };
  is(".time", ".time", {});
  is("time:s", "time", {Form::s, {}});
  is(".t:ms", ".t", {Form::ms, {}});
  is(".t:us", ".t", {Form::us, {}});
  is(".t:ns", ".t", {Form::ns, {}});
  is(".t:rfc3339", ".t", {Form::rfc3339, {}});
  is(".t:auto", ".t", {Form::automatic, {}});
  is(".date:strptime:%Y/%m/%d %H:%M", ".date", {Form::strptime, "%Y/%m/%d %H:%M"});
  is(".a[1:2]", ".a[1:2]", {});
  is(".[\"a:s\"]:s", ".[\"a:s\"]", {Form::s, {}});
  is("{a:s}|.a:ms", "{a:s}|.a", {Form::ms, {}});
  is(".a:b", ".a:b", {});
  is(".a:b:s", ".a:b", {Form::s, {}});
  is("\"x\\\":s\"", "\"x\\\":s\"", {});
  CHECK_THROWS_AS(parse_field(""), Error);
  CHECK_THROWS_AS(parse_field(":s"), Error);
  CHECK_THROWS_AS(parse_field(".a:strptime:%Q"), Error);
  CHECK_THROWS_AS(parse_field(".a:strptime:"), Error);
}

std::string of(const TimeOrFault& found) {
  return found.fault != nullptr ? found.fault : std::to_string(found.time.ms);
}
std::string number(std::string_view text, TimeFormat::Kind kind) {
  return of(time_of_number(text, {kind, {}}, Zone()));
}
std::string text(std::string_view value, TimeFormat::Kind kind) {
  return of(time_of_text(value, {kind, {}}, Zone()));
}

TEST_CASE("numbers are times in the unit of their format, floored to the millisecond") {
  using Form = TimeFormat::Kind;
  CHECK(number("1700000000123", Form::by_type) == "1700000000123");
  CHECK(number("1700000000.5", Form::s) == "1700000000500");
  CHECK(number("1.7e9", Form::s) == "1700000000000");
  CHECK(number("17E8", Form::s) == "1700000000000");
  CHECK(number("1700000000123456", Form::us) == "1700000000123");
  CHECK(number("1700000000123456789", Form::ns) == "1700000000123");
  CHECK(number("0.5", Form::ms) == "0");
  CHECK(number("-0.5", Form::ms) == "is -1 ms, which means 'no time'");
  CHECK(number("-1.5", Form::ms) == "-2");
  CHECK(number("-2", Form::ms) == "-2");
  CHECK(number("-2.0", Form::ms) == "-2");
  CHECK(number("-1999999", Form::ns) == "-2");
  CHECK(number("-0.001001", Form::s) == "-2");
  CHECK(number("0", Form::s) == "0");
  CHECK(number("-0", Form::s) == "0");
  CHECK(number("0e5", Form::s) == "0");
  CHECK(number("1e-400", Form::s) == "0");
  CHECK(number("0.0015", Form::s) == "1");
  CHECK(number("1e300", Form::ms) == "lies outside the years 0001 to 9999");
  CHECK(number("1e999999999999", Form::ms) == "lies outside the years 0001 to 9999");
  CHECK(number("253402300799999", Form::ms) == "253402300799999");
  CHECK(number("253402300800000", Form::ms) == "lies outside the years 0001 to 9999");
  CHECK(number("-62135596800000", Form::ms) == "-62135596800000");
  CHECK(number("-62135596800001", Form::ms) == "lies outside the years 0001 to 9999");
  CHECK(number("5", Form::rfc3339) == "is a number, not an RFC 3339 time");
}

TEST_CASE("auto decides by magnitude") {
  using Form = TimeFormat::Kind;
  CHECK(number("1700000000", Form::automatic) == "1700000000000");
  CHECK(number("99999999999", Form::automatic) == "99999999999000");
  CHECK(number("100000000000", Form::automatic) == "100000000000");
  CHECK(number("99999999999999", Form::automatic) == "99999999999999");
  CHECK(number("100000000000000", Form::automatic) == "100000000000");
  CHECK(number("99999999999999999", Form::automatic) == "99999999999999");
  CHECK(number("100000000000000000", Form::automatic) == "100000000000");
  CHECK(number("-1700000000", Form::automatic) == "-1700000000000");
  CHECK(text("1700000000", Form::automatic) == "1700000000000");
  CHECK(text("2023-11-14T22:13:20Z", Form::automatic) == "1700000000000");
  CHECK(text("x", Form::automatic) == "is neither a number nor an RFC 3339 time");
}

TEST_CASE("strings are times in RFC 3339, by a pattern, or numbers in quotes where the format says so") {
  using Form = TimeFormat::Kind;
  CHECK(text("2023-11-14T22:13:20Z", Form::by_type) == "1700000000000");
  CHECK(text("2023-11-14T22:13:20", Form::by_type) == "1700000000000");
  CHECK(text("1700000000", Form::by_type) == "is no RFC 3339 time");
  CHECK(text("1700000000", Form::s) == "1700000000000");
  CHECK(text("1700000000s", Form::s) == "is no number");
  CHECK(text("1969-12-31T23:59:59.999Z", Form::rfc3339) == "is -1 ms, which means 'no time'");
  const Zone plus = Zone::open("+01:00");
  CHECK(of(time_of_text("2023-11-14T22:13:20", {}, plus)) == "1699996400000");
  const TimeFormat pattern{Form::strptime, "%Y/%m/%d %H:%M"};
  CHECK(of(time_of_text("2023/11/14 22:13", pattern, plus)) == "1699996380000");
  CHECK(of(time_of_text("14.11.2023", pattern, plus)) == "is not as the strptime pattern says");
  CHECK(of(time_of_number("20231114", {Form::strptime, "%Y%m%d"}, Zone())) == "1699920000000");
}

}  // namespace
