// Expected values are those of jq 1.6 with glibc 2.36, but where a name says otherwise.
#include "expr/dates.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace weir::expr {
namespace {

constexpr std::int64_t kThen = 1425599621;  // Thursday, 2015-03-05 23:53:41

std::string written(std::string_view format, const BrokenTime& time, const ZoneText& zone = {}) {
  return format_time(time, format, zone).value_or("none");
}
std::string written(std::string_view format) {
  return written(format, *break_time(kThen));
}

std::string members(const BrokenTime& time) {
  std::string out;
  for (const int member :
       {time.year, time.month, time.day, time.hour, time.minute, time.second, time.weekday, time.yearday})
    out += (out.empty() ? "" : ",") + std::to_string(member);
  return out;
}

std::string read(std::string_view text, std::string_view format) {
  std::string_view rest;
  const auto time = parse_time(text, format, rest);
  if (!time) return "none";
  return members(*time) + (rest.empty() ? "" : "|" + std::string(rest));
}

TEST_CASE("times are taken apart and put together") {
  CHECK(members(*break_time(kThen)) == "2015,2,5,23,53,41,4,63");
  CHECK(members(*break_time(-1)) == "1969,11,31,23,59,59,3,364");
  CHECK(members(*break_time(1'000'000'000'000)) == "33658,8,27,1,46,40,5,269");
  CHECK_FALSE(break_time(1'000'000'000'000'000'000));
  for (const std::int64_t seconds : {std::int64_t{0}, kThen, std::int64_t{-1}, std::int64_t{-62'135'596'800},
                                     std::int64_t{67'767'976'233'532'799}}) {
    CHECK(join_time(*break_time(seconds)) == seconds);
  }
}

TEST_CASE("members out of range count on") {
  CHECK(join_time({2015, 14, 35, 23, 51, -47, 0, 0}) == 1459813813);
  CHECK(join_time({1900, 1, 1, 1, 1, 1, 1, 1}) == -2206306739);
  CHECK(join_time({2147483647, 2147483647, 2147483647, 2147483647, 2147483647, 2147483647, 0, 0}) > 0);
  CHECK(join_time({-2147483647, -2147483647, -2147483647, -2147483647, 0, 0, 0, 0}) < 0);
}

TEST_CASE("every directive of strftime") {
  CHECK(written("%Y-%m-%dT%H:%M:%SZ") == "2015-03-05T23:53:41Z");
  CHECK(written("%a %A %b %B %h") == "Thu Thursday Mar March Mar");
  CHECK(written("%c|%x|%X") == "Thu Mar  5 23:53:41 2015|03/05/15|23:53:41");
  CHECK(written("%C %y %g %G %V %U %W") == "20 15 15 2015 10 09 09");
  CHECK(written("%D %F %T %R %r") == "03/05/15 2015-03-05 23:53:41 23:53 11:53:41 PM");
  CHECK(written("%e|%k|%l|%I|%j") == " 5|23|11|11|064");
  CHECK(written("%p %P %s %u %w") == "PM pm 1425599621 4 4");
  CHECK(written("%z %Z %% %n%t") == "+0000 UTC % \n\t");
  CHECK(written("%+ %q %N %E a%5") == "%+ %q %N %E a   %5");
  CHECK(written("é %d") == "é 05");
}

TEST_CASE("flags, widths and modifiers of strftime") {
  CHECK(written("%_d %-d %^a %#Z %010Y") == " 5 5 THU utc 0000002015");
  CHECK(written("%10a|%-10a|%_10d|%-8d|%10s") == "       Thu|       Thu|         5|       5|1425599621");
  CHECK(written("%30c|%030c") == "      Thu Mar  5 23:53:41 2015|000000Thu Mar  5 23:53:41 2015");
  CHECK(written("%^c|%#p|%^P|%#B") == "THU MAR  5 23:53:41 2015|pm|pm|MARCH");
  CHECK(written("%Ey %Od %Ob %EC %Ed %OY %E%") == "15 05 Mar 20 %Ed %OY %");
  CHECK(written("%5%|%5n|%05n") == "    %|    \n|0000\n");
}

TEST_CASE("strftime of members that no time has") {
  CHECK(written("%s %S %A %j %c", {2015, 12, 45, 23, 51, 47, 0, 0}) ==
        "1455493907 47 Sunday 001 Sun ? 45 23:51:47 2015");
  CHECK(written("%A %j", {2015, 2, 5, 23, 51, 47, 9, 400}) == "? 401");
  CHECK(written("%Y|%C|%y|%G|%F|%4Y|%_6Y", {-5, 0, 1, 0, 0, 0, 0, 0}) == "-5|-1|95|-6|-5-01-01|-005|    -5");
  CHECK(written("%d|%H|%M|%e|%I|%j|%5d|%_5d", {2015, 0, -3, -5, -7, -9, 0, -3}) ==
        "-3|-5|-7|-3|-5|-02|-0003|   -3");
}

TEST_CASE("%z, %Z and %s are those of the zone") {
  CHECK(written("%z %Z %s", *break_time(kThen + 32'400), {32'400, "JST"}) == "+0900 JST 1425599621");
  CHECK(written("%z", *break_time(kThen), {-34'200, "MART"}) == "-0930");
}

TEST_CASE("an empty result, and one that is too long, are none") {
  CHECK(written("") == "none");
  CHECK(written(std::string(4095, 'a')).size() == 4095);
  CHECK(written(std::string(4096, 'a')) == "none");
  CHECK(written("%99999999999d") == "none");
}

TEST_CASE("strptime reads what strftime wrote") {
  CHECK(read("2015-03-05T23:51:47Z", "%Y-%m-%dT%H:%M:%SZ") == "2015,2,5,23,51,47,4,63");
  CHECK(read("Thu, 05 Mar 2015 23:51:47 +0130", "%a, %d %b %Y %H:%M:%S %z") == "2015,2,5,23,51,47,4,63");
  CHECK(read("Thu Mar  5 23:53:41 2015", "%c") == "2015,2,5,23,53,41,4,63");
  CHECK(read("11:53:41 PM", "%r") == "1900,0,0,23,53,41,8,367");
  CHECK(read("12 AM 0", "%I %p %M") == "1900,0,0,0,0,0,8,367");
  CHECK(read("1425599621", "%s") == "2015,2,5,23,53,41,4,63");
  CHECK(read("2015 64", "%Y %j") == "2015,2,5,0,0,0,4,63");
  CHECK(read("2015 10 4", "%Y %W %w") == "2015,2,12,0,0,0,4,70");
  CHECK(read("2000 3 5 2", "%Y %m %U %w") == "2000,2,1,0,0,0,2,31");
  CHECK(read("thursday thu MARCH mar", "%A %a %B %b") == "1900,2,0,0,0,0,4,58");
  CHECK(read("19 15", "%C %y") == "1915,0,0,0,0,0,4,-1");
  CHECK(read("10:20", "%H:%M") == "1900,0,0,10,20,0,8,367");
  CHECK(read("2015-02-31", "%Y-%m-%d") == "2015,1,31,0,0,0,2,61");
  CHECK(read("23:59:61", "%T") == "1900,0,0,23,59,61,8,367");
}

TEST_CASE("blanks and what is left over") {
  CHECK(read(" 2015-03-05  23:51:47", "%F %T") == "2015,2,5,23,51,47,4,63");
  CHECK(read("05 xx", "%d") == "1900,0,5,0,0,0,5,4| xx");
  CHECK(read("05xx", "%d") == "none");
  CHECK(read("12345 ", "%Y%m") == "1234,4,0,0,0,0,0,119| ");
  CHECK(read("x EST", "x %Z") == "1900,0,0,0,0,0,8,367");
}

TEST_CASE("what strptime refuses") {
  for (const auto& [text, format] :
       std::vector<std::pair<const char*, const char*>>{{"xx", "%d"},
                                                        {"-5", "%d"},
                                                        {"0", "%d"},
                                                        {"31", "%m"},
                                                        {"00", "%j"},
                                                        {"12345", "%Y"},
                                                        {"12.5", "%S"},
                                                        {"1 x", "%d %Q"},
                                                        {"1", "%d%"},
                                                        {"+2360", "%z"},
                                                        {"+1", "%z"},
                                                        {"0100", "%z"},
                                                        {"a5", "A%d"},
                                                        {"-5", "%s"},
                                                        {"99999999999999999999", "%s"},
                                                        {"2015", "%OY"},
                                                        {"abc", ""},
                                                        {"pm", "%P"},
                                                        {"5", "%E"}}) {
    CAPTURE(text);
    CAPTURE(format);
    CHECK(read(text, format) == "none");
  }
}

TEST_CASE("a day that its year has not is refused, where glibc reads past a table") {
  CHECK(read("2001 366", "%Y %j") == "none");
  CHECK(read("2000 366", "%Y %j") == "2000,11,31,0,0,0,0,365");
}

}  // namespace
}  // namespace weir::expr
