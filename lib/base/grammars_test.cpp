// The grammars of durations, sizes, points and ranges: what is read, what is refused, and in which words.
#include <doctest/doctest.h>

#include <cstdint>
#include <string>

#include "base/decimal.h"
#include "base/duration.h"
#include "base/error.h"
#include "base/point.h"
#include "base/range.h"
#include "base/size.h"

namespace {

using namespace weir::base;
using namespace std::chrono_literals;

// The message and its hint, as one text; empty when nothing was thrown.
template <typename Parse>
std::string refusal(Parse parse, std::string_view text) {
  try {
    parse(text);
  } catch (const Error& error) {
    CHECK(error.kind() == Kind::usage);
    CHECK_FALSE(error.code().empty());
    return std::string(error.what()) + " | " + error.hint();
  }
  return {};
}

TEST_CASE("a duration is a number with a unit, or several of them") {
  CHECK(parse_duration("0") == 0ns);
  CHECK(parse_duration("7ns") == 7ns);
  CHECK(parse_duration("3us") == 3us);
  CHECK(parse_duration("250ms") == 250ms);
  CHECK(parse_duration("10s") == 10s);
  CHECK(parse_duration("5m") == 5min);
  CHECK(parse_duration("2h") == 2h);
  CHECK(parse_duration("1d") == 24h);
  CHECK(parse_duration("1w") == 168h);
  CHECK(parse_duration("1h30m") == 90min);
  CHECK(parse_duration("1.5h") == 90min);
  CHECK(parse_duration(".5s") == 500ms);
  CHECK(parse_duration("1m3ms") == 60'003ms);
  CHECK(parse_duration("0.000000001s") == 1ns);
  CHECK(parse_duration("9223372036854775807ns").count() == INT64_MAX);
}

TEST_CASE("a duration that cannot be is refused in words that help") {
  const auto why = [](std::string_view text) { return refusal(parse_duration, text); };
  CHECK(why("10") == "10 has no unit | 10s, 10m or 10h?");
  CHECK(why("1h30") == "1h30 has no unit at its end | 1h30m or 1h30s?");
  CHECK(why("") == "'' is no duration | 10s, 5m or 1h30m");
  CHECK(why("soon") == "soon is no duration | 10s, 5m or 1h30m");
  CHECK(why("5min") == "5min has an unknown unit 'min' | the units are ns us ms s m h d w");
  CHECK(why("-5s") == "-5s is no duration | 10s, 5m or 1h30m");
  CHECK(why("0.5ns") == "0.5ns is finer than a nanosecond | 10s, 5m or 1h30m");
  CHECK(why("300000w") == "300000w is longer than 292 years | 10s, 5m or 1h30m");
  CHECK(why("9223372036854775807ns1ns") ==
        "9223372036854775807ns1ns is longer than 292 years | 10s, 5m or 1h30m");
  CHECK(why("1 h").starts_with("1 h has an unknown unit"));
  CHECK_FALSE(why("1.h").empty());
  CHECK_FALSE(why("99999999999999999999999999999999999999999s").empty());
}

TEST_CASE("a duration comes back from its own text") {
  std::uint64_t seed = 1;
  for (int i = 0; i < 20'000; ++i) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    const std::chrono::nanoseconds duration(static_cast<std::int64_t>(seed >> (1 + i % 60)));
    CAPTURE(duration.count());
    CHECK(parse_duration(format_duration(duration)) == duration);
  }
  CHECK(format_duration(90s) == "1m30s");
  CHECK(format_duration(0s) == "0");
}

TEST_CASE("a size is a number with a unit of 1024 or of 1000") {
  CHECK(parse_size("0").bytes == 0);
  CHECK(parse_size("17").bytes == 17);
  CHECK(parse_size("17B").bytes == 17);
  CHECK(parse_size("1K").bytes == 1024);
  CHECK(parse_size("1KiB").bytes == 1024);
  CHECK(parse_size("64MiB").bytes == 64u << 20);
  CHECK(parse_size("2M").bytes == 2u << 20);
  CHECK(parse_size("3G").bytes == 3ull << 30);
  CHECK(parse_size("3GiB").bytes == 3ull << 30);
  CHECK(parse_size("1kB").bytes == 1000);
  CHECK(parse_size("1MB").bytes == 1'000'000);
  CHECK(parse_size("1GB").bytes == 1'000'000'000);
  CHECK(parse_size("1.5KiB").bytes == 1536);
  CHECK(parse_size("0.0009765625KiB").bytes == 1);
  CHECK(format_size({64u << 20}) == "64MiB");
  CHECK(format_size({1000}) == "1000B");
  CHECK(format_size({0}) == "0B");
  for (const std::uint64_t bytes :
       {1ull, 1023ull, 1024ull, 1536ull, 1ull << 20, 1ull << 40, 12345678901ull}) {
    CHECK(parse_size(format_size({bytes})).bytes == bytes);
  }
}

TEST_CASE("a size that cannot be is refused in words that help") {
  const auto why = [](std::string_view text) { return refusal(parse_size, text); };
  CHECK(why("") == "'' is no size | 512KiB, 64MiB or 1GiB");
  CHECK(why("big") == "big is no size | 512KiB, 64MiB or 1GiB");
  CHECK(why("-1") == "-1 is no size | 512KiB, 64MiB or 1GiB");
  CHECK(why("1TB").starts_with("1TB has an unknown unit 'TB' | "));
  CHECK(why("1mb").starts_with("1mb has an unknown unit 'mb' | "));
  CHECK(why("1.5B") == "1.5B is no whole number of bytes | 512KiB, 64MiB or 1GiB");
  CHECK(why("99999999999G") == "99999999999G is more than 8 EiB | 512KiB, 64MiB or 1GiB");
}

TEST_CASE("numbers with a fraction are scaled exactly") {
  CHECK(scale(scan_decimal("0.1"), 10, 100) == 1);
  CHECK(scale(scan_decimal("0.10000"), 10, 100) == 1);
  CHECK_FALSE(scale(scan_decimal("0.15"), 10, 100));
  CHECK(scale(scan_decimal("0.125"), 8, 100) == 1);
  CHECK_FALSE(scale(scan_decimal("101"), 1, 100));
  CHECK_FALSE(scale(scan_decimal("50.5"), 2, 100));
  CHECK(scan_decimal("abc").end == 0);
  CHECK(scan_decimal("1.").end == 1);
  CHECK(scan_decimal(".").end == 0);
  CHECK_FALSE(parse_digits("18446744073709551616"));
  CHECK(parse_digits("18446744073709551615") == UINT64_MAX);
  CHECK_FALSE(parse_digits("1x"));
  CHECK_FALSE(parse_digits(""));
}

TEST_CASE("digits are grouped by three") {
  CHECK(grouped(0) == "0");
  CHECK(grouped(999) == "999");
  CHECK(grouped(1000) == "1,000");
  CHECK(grouped(91'002) == "91,002");
  CHECK(grouped(UINT64_MAX) == "18,446,744,073,709,551,615");
}

TEST_CASE("a point is start, end, an offset or a time") {
  CHECK(parse_point("start") == Point{Point::Kind::start, 0, {}});
  CHECK(parse_point("end") == Point{Point::Kind::end, 0, {}});
  CHECK(parse_point("0") == Point{Point::Kind::offset, 0, {}});
  CHECK(parse_point("42") == Point{Point::Kind::offset, 42, {}});
  CHECK(parse_point("-1h") == Point{Point::Kind::time, 0, {TimeSpec::Kind::relative, -3'600'000}});
  CHECK(parse_point("@1700000000") ==
        Point{Point::Kind::time, 0, {TimeSpec::Kind::instant, 1'700'000'000'000}});
  CHECK(refusal(parse_point, "begin")
            .starts_with("begin is neither start, end, an offset nor a time | start, end"));
  CHECK(refusal(parse_point, "").starts_with("'' is neither"));
  CHECK(refusal(parse_point, "-5") ==
        "-5 has no unit for a time, and no offset is below 0 | -5m is a time; the newest 5 records: consume "
        "--last 5, or -o -5");
  CHECK_FALSE(refusal(parse_point, "99999999999999999999").empty());
}

Point at(std::int64_t offset) {
  return {Point::Kind::offset, offset, {}};
}
Point instant(std::int64_t ms) {
  return {Point::Kind::time, 0, {TimeSpec::Kind::instant, ms}};
}
Point ago(std::int64_t ms) {
  return {Point::Kind::time, 0, {TimeSpec::Kind::relative, -ms}};
}
Point day(std::int64_t ms) {
  return {Point::Kind::time, 0, {TimeSpec::Kind::local, ms}};
}

TEST_CASE("a range is read as rpk reads it") {
  const Point end{Point::Kind::end, 0, {}};
  const auto is = [](std::string_view text, std::optional<Point> from, std::optional<Point> to) {
    CAPTURE(text);
    CHECK(parse_range(text) == Range{from, to, std::nullopt});
  };
  is("start", Point{}, {});
  is("beginning", Point{}, {});  // kcat's word
  is("end", end, {});
  is(":end", {}, end);
  is("+10", Point{Point::Kind::after_start, 10, {}}, {});
  is("-10", Point{Point::Kind::before_end, 10, {}}, {});
  is("7", at(7), {});
  is("7:", at(7), {});
  is(":7", {}, at(7));
  is("7:9", at(7), at(9));
  is("7:7", at(7), at(7));
  is("7:end", at(7), end);
  is("@1700000000", instant(1'700'000'000'000), {});
  is("@1700000000000:", instant(1'700'000'000'000), {});
  is("@:1700000000", {}, instant(1'700'000'000'000));
  is("@-1h", ago(3'600'000), {});
  is("@-48h:-24h", ago(172'800'000), ago(86'400'000));
  is("@-1m:end", ago(60'000), end);
  is("@:-1h", {}, ago(3'600'000));
  is("@:end", {}, end);
  is("@2022-02-14", day(1'644'796'800'000), {});
  is("@2022-02-14T12:00:00Z", instant(1'644'840'000'000), {});
  is("@2022-02-14T12:00:00Z:2022-02-14T13:00:00Z", instant(1'644'840'000'000), instant(1'644'843'600'000));
  is("@2022-02-14T12:00:00+01:00:2022-02-15", instant(1'644'836'400'000), day(1'644'883'200'000));
  is("@now-1h:now", ago(3'600'000), ago(0));
}

TEST_CASE("a range's second time may be a duration, counted from the first") {
  const Range range = parse_range("@2022-02-14:1h");
  CHECK(range.from == day(1'644'796'800'000));
  CHECK(range.length == 1h);
  CHECK(range.to.has_value());
  CHECK_FALSE(parse_range("@-2h:-1h").length);
}

TEST_CASE("a range that cannot be is refused") {
  for (const char* text : {"",
                           ":",
                           "x",
                           "5:3",
                           "1:2:3",
                           "+",
                           "-",
                           "+x",
                           "@",
                           "@:",
                           "@x",
                           "@1:2",
                           "@::",
                           "-1h",
                           "a:b",
                           "5:x",
                           "@5",
                           "@2022-02-30",
                           "99999999999999999999",
                           "@:1h"}) {
    CAPTURE(text);
    CHECK_FALSE(refusal(parse_range, text).empty());
  }
  CHECK(refusal(parse_range, "5:3").starts_with("5:3 ends before it starts | start, end"));
}

}  // namespace
