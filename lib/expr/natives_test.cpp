// What the native functions do, without the language around them. Expected values are jq 1.6's, but where a name says
// otherwise.
#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "expr/datum_text.h"
#include "expr/native.h"
#include "expr/pool.h"

namespace weir::expr {
namespace {

// The function on JSON values, the input first; the result as JSON, or ! and the error's text. What goes over a budget
// of 64 MiB or a million steps is "limit".
std::string run(std::string_view name, const std::vector<std::string>& args, const base::Zone& zone = {}) {
  const Native function = find_native(name, args.size() - 1);
  CAPTURE(name);
  const bool known = function != nullptr;
  REQUIRE(known);
  Natives natives;
  natives.zone = zone;
  natives.steps_left = 1'000'000;
  std::vector<Datum> values(args.size());
  for (std::size_t i = 0; i < args.size(); ++i) REQUIRE(parse(args[i], Text::goes, values[i]));
  Pool::mine().allow(64u << 20);
  std::string text;
  try {
    Datum out;
    if (function(values, natives, out)) {
      append_compact(text, out);
    } else {
      text = "!" + std::string(natives.thrown.text());
    }
  } catch (const LimitReached&) {
    text = "limit";
  }
  Pool::mine().allow(std::size_t{1} << 40);
  return text;
}

std::string quoted(std::string_view text) {
  std::string out;
  append_compact(out, Datum::string(text));
  return out;
}

TEST_CASE("length, has, contains, keys") {
  CHECK(run("length", {"-12345678901234567890"}) == "12345678901234567890");
  CHECK(run("length", {"-9223372036854775808"}) == "9223372036854775808");
  CHECK(run("abs", {"-9223372036854775808"}) == "9223372036854775808");
  CHECK(run("length", {"-1.5"}) == "1.5");
  CHECK(run("length", {"\"aé😀\""}) == "3");
  CHECK(run("length", {"null"}) == "0");
  CHECK(run("length", {"true"}) == "!boolean (true) has no length");
  CHECK(run("utf8bytelength", {"\"aé😀\""}) == "7");
  CHECK(run("has", {"[1]", "-0.5"}) == "true");
  CHECK(run("has", {"[]", "-0.5"}) == "false");
  CHECK(run("has", {"{}", "1"}) == "!Cannot check whether object has a number key");
  CHECK(run("in", {"\"a\"", "{\"a\":1}"}) == "true");
  CHECK(run("contains", {"\"foobar\"", "\"bar\""}) == "true");
  CHECK(run("contains", {"[\"foobar\",1]", "[\"bar\"]"}) == "true");
  CHECK(run("contains", {"{\"a\":[1,{\"b\":2}]}", "{\"a\":[{\"b\":2}]}"}) == "true");
  CHECK(run("contains", {"1", "\"a\""}) ==
        "!number (1) and string (\"a\") cannot have their containment checked");
  CHECK(run("inside", {"[1]", "[1,2]"}) == "true");
  CHECK(run("keys", {"{\"b\":1,\"a\":2}"}) == "[\"a\",\"b\"]");
  CHECK(run("keys_unsorted", {"{\"b\":1,\"a\":2}"}) == "[\"b\",\"a\"]");
  CHECK(run("keys", {"[5,6]"}) == "[0,1]");
  CHECK(run("keys", {"1"}) == "!number (1) has no keys");
}

TEST_CASE("a string contains what stands behind a zero character, where jq stops there") {
  CHECK(run("contains", {"\"a\\u0000b\"", "\"b\""}) == "true");
}

TEST_CASE("builtins lists what there is, without what is left out on purpose") {
  const std::string names = run("builtins", {"null"});
  CHECK(names.find("\"length/0\"") != std::string::npos);
  CHECK(names.find("\"sub/3\"") != std::string::npos);
  CHECK(names.find("\"input/0\"") == std::string::npos);
}

TEST_CASE("add, any, all, flatten, reverse") {
  CHECK(run("add", {"[1,null,2.5]"}) == "3.5");
  CHECK(run("add", {"[12345678901234567890]"}) == "12345678901234567890");
  CHECK(run("add", {"{\"a\":\"x\",\"b\":\"y\"}"}) == "\"xy\"");
  CHECK(run("add", {"[]"}) == "null");
  CHECK(run("add", {"[1,\"x\"]"}) == "!number (1) and string (\"x\") cannot be added");
  CHECK(run("add", {"5"}) == "!Cannot iterate over number (5)");
  CHECK(run("any", {"[null,0]"}) == "true");
  CHECK(run("all", {"[]"}) == "true");
  CHECK(run("all", {"[1,null]"}) == "false");
  CHECK(run("flatten", {"[1,[2,[3]],[]]"}) == "[1,2,3]");
  CHECK(run("flatten", {"[1,[2,[3]]]", "1"}) == "[1,2,[3]]");
  CHECK(run("flatten", {"[[1]]", "-1"}) == "!flatten depth must not be negative");
  CHECK(run("flatten", {"[[1]]", "\"a\""}) == "!string (\"a\") and number (1) cannot be subtracted");
  CHECK(run("reverse", {"[1,2,3]"}) == "[3,2,1]");
  CHECK(run("reverse", {"\"\""}) == "[]");
  CHECK(run("reverse", {"\"ab\""}) == "!Cannot index string with number");
  CHECK(run("toarray", {"1"}) == "[1]");
  CHECK(run("toarray", {"[1]"}) == "[1]");
}

TEST_CASE("sorting is stable and compares types in order") {
  CHECK(run("sort", {"[{},[],\"a\",1,true,false,null]"}) == "[null,false,true,1,\"a\",[],{}]");
  CHECK(run("_sort_by", {"[\"x\",\"y\",\"z\"]", "[[2],[1],[2]]"}) == "[\"y\",\"x\",\"z\"]");
  CHECK(run("_group_by", {"[\"x\",\"y\",\"z\"]", "[[2],[1],[2]]"}) == "[[\"y\"],[\"x\",\"z\"]]");
  CHECK(run("_unique_by", {"[\"x\",\"y\",\"z\"]", "[[2],[1],[2]]"}) == "[\"y\",\"x\"]");
  CHECK(run("_min_by", {"[\"x\",\"y\",\"z\"]", "[[1],[1],[2]]"}) == "\"x\"");
  CHECK(run("_max_by", {"[\"x\",\"y\",\"z\"]", "[[1],[2],[2]]"}) == "\"z\"");
  CHECK(run("min", {"[]"}) == "null");
  CHECK(run("unique", {"[2,1,2.0]"}) == "[1,2]");
  CHECK(run("sort", {"1"}) == "!number (1) cannot be sorted, as it is not an array");
  CHECK(run("_sort_by", {"{}", "[]"}) ==
        "!object ({}) and array ([]) cannot be sorted, as they are not both arrays");
  CHECK(run("max", {"1"}) == "!number (1) and number (1) cannot be iterated over");
  CHECK(run("bsearch", {"[1,2,3]", "2"}) == "1");
  CHECK(run("bsearch", {"[1,2,3]", "0"}) == "-1");
  CHECK(run("bsearch", {"[1,2,3]", "4"}) == "-4");
}

TEST_CASE("entries and columns") {
  CHECK(run("to_entries", {"{\"a\":1}"}) == "[{\"key\":\"a\",\"value\":1}]");
  CHECK(run("from_entries", {"[{\"name\":\"a\",\"Value\":2},{\"Key\":\"b\"}]"}) == "{\"a\":2,\"b\":null}");
  CHECK(run("from_entries", {"[{\"key\":false}]"}) == "!Cannot use null (null) as object key");
  CHECK(run("from_entries", {"[1]"}) == "!Cannot index number with string \"key\"");
  CHECK(run("transpose", {"[[1,2],[3]]"}) == "[[1,3],[2,null]]");
  CHECK(run("transpose", {"[[1],5]"}) == "!Cannot index number with number");
}

TEST_CASE("strings") {
  CHECK(run("split", {"\"a, b\"", "\", \""}) == "[\"a\",\"b\"]");
  CHECK(run("split", {"\"a\"", "1"}) == "!split input and separator must be strings");
  CHECK(run("join", {"[1,null,\"a\",true]", "\",\""}) == "\"1,,a,true\"");
  CHECK(run("join", {"[]", "\",\""}) == "\"\"");
  CHECK(run("join", {"[\"a\",[]]", "\",\""}) == "!string (\"a,\") and array ([]) cannot be added");
  CHECK(run("ltrimstr", {"\"foobar\"", "\"foo\""}) == "\"bar\"");
  CHECK(run("rtrimstr", {"5", "\"foo\""}) == "5");
  CHECK(run("trim", {"\" \\n a \\t\""}) == "\"a\"");
  CHECK(run("startswith", {"1", "\"a\""}) == "!startswith() requires string inputs");
  CHECK(run("explode", {"\"aé😀\""}) == "[97,233,128512]");
  CHECK(run("implode", {"[65,55296,1114112,-1,65.7]"}) == "\"A\uFFFD\uFFFD\uFFFDA\"");
  CHECK(run("implode", {"[\"a\"]"}) ==
        "!string (\"a\") can't be imploded, unicode codepoint needs to be numeric");
  CHECK(run("indices", {"\"aaaa\"", "\"aa\""}) == "[0,2]");
  CHECK(run("indices", {"[1,2,1,2,1]", "[1,2]"}) == "[0,2]");
  CHECK(run("rindex", {"[1,2,1]", "1"}) == "2");
  CHECK(run("index", {"\"abc\"", "\"x\""}) == "null");
}

TEST_CASE(
    "places in a text are code points, where jq 1.6 counts bytes, and an empty text is nowhere, where it "
    "hangs") {
  CHECK(run("indices", {"\"aéb😀b\"", "\"b\""}) == "[2,4]");
  CHECK(run("indices", {"\"a\"", "\"\""}) == "[]");
}

TEST_CASE("formats by name") {
  const std::string row = "[1,\"a\\\"b\",null,true,\"x\\ty\"]";
  CHECK(run("@csv", {row}) == quoted("1,\"a\"\"b\",,true,\"x\ty\""));
  CHECK(run("@tsv", {row}) == quoted("1\ta\"b\t\ttrue\tx\\ty"));
  CHECK(run("@sh", {row}) == quoted("1 'a\"b' null true 'x\ty'"));
  CHECK(run("format", {row, "\"json\""}) == quoted("[1,\"a\\\"b\",null,true,\"x\\ty\"]"));
  CHECK(run("format", {"1", "\"zz\""}) == "!zz is not a valid format");
  CHECK(run("@csv", {"[[2]]"}) == "!array ([2]) is not valid in a csv row");
  CHECK(run("@sh", {"{\"a\":1}"}) == "!object ({\"a\":1}) can not be escaped for shell");
  CHECK(run("@base64d", {"\"/w==\""}) == "\"\uFFFD\"");
  CHECK(run("@base64d", {"\"Y\""}) == "!string (\"Y\") trailing base64 byte found");
  CHECK(run("tonumber", {"\" 05 \""}) == "5");
  CHECK(run("tonumber", {"\"true\""}) == "!string (\"true\") cannot be parsed as a number");
  CHECK(run("tonumber", {"null"}) == "!null (null) cannot be parsed as a number");
  CHECK(run("fromjson", {"5"}) == "!number (5) only strings can be parsed");
}

TEST_CASE("matches have jq's members in jq's order") {
  CHECK(
      run("_match", {"\"aéb\"", "\"(?<x>é)(z)?(y*)b\""}) ==
      R"([{"offset":1,"length":2,"string":"éb","captures":[{"offset":1,"length":1,"string":"é","name":"x"},)"
      R"({"offset":-1,"string":null,"length":0,"name":null},)"
      R"({"offset":2,"string":"","length":0,"name":null}]}])");
  CHECK(run("_match", {"\"ab\"", "\"(x*)\""}) == R"([{"offset":0,"length":0,"string":"","captures":[]}])");
  CHECK(run("_match", {"\"aA\"", "[\"a\",\"gi\"]"}).find("\"offset\":1") != std::string::npos);
  CHECK(run("_capture", {"\"ab\"", "\"(?<x>a)(?<y>z)?\""}) == R"([{"x":"a","y":null}])");
  CHECK(run("_scan", {"\"abab\"", "\"(a)b\""}) == R"([["a"],["a"]])");
  CHECK(run("_scan", {"\"aA\"", "\"a\"", "\"i\""}) == R"(["a","A"])");
  CHECK(run("test", {"\"ab\"", "\"B\"", "\"i\""}) == "true");
  CHECK(run("split", {"\"a, b,c\"", "\", *\"", "null"}) == R"(["a","b","c"])");
  CHECK(run("test", {"1", "\"a\""}) == "!number (1) cannot be matched, as it is not a string");
  CHECK(run("test", {"\"a\"", "1"}) == "!number not a string or array");
  CHECK(run("test", {"\"a\"", "\"a\"", "\"q\""}) == "!q is not a valid modifier string");
  CHECK(run("test", {"\"a\"", "\"a\"", "5"}) == "!number (5) is not a string");
  CHECK(run("test", {"\"a\"", "\"a(?=b)\""}).starts_with("!Regex failure: look-around"));
  CHECK(run("test", {"\"a\"", "\"a\"", "\"x\""}) == "!Regex failure: the flag x is not supported");
}

TEST_CASE("replacing puts texts together, the first replacement turning fastest") {
  CHECK(run("_sub_parts", {"\"xaya\"", "\"(?<n>a)\"", "\"g\""}) == R"(["x",{"n":"a"},"y",{"n":"a"},""])");
  CHECK(run("_sub_parts", {"\"ab\"", "\"\"", "\"g\""}) == R"(["",{},"a",{},"b",{},""])");
  CHECK(run("_sub_join", {"null", R"(["x",{},"y",{},""])", R"([["1","2"],["3","4"]])"}) ==
        R"(["x1y3","x2y3","x1y4","x2y4"])");
  CHECK(run("_sub_join", {"null", R"(["x",{},"y"])", R"([[null]])"}) == R"(["xy"])");
  CHECK(run("_sub_join", {"null", R"(["x",{},"y"])", R"([[]])"}) == "[]");
  CHECK(run("_sub_join", {"null", R"(["x"])", "[]"}) == R"(["x"])");
  CHECK(run("_sub_join", {"null", R"(["x",{},"y"])", R"([[1]])"}) ==
        "!string (\"x\") and number (1) cannot be added");
}

TEST_CASE("dates") {
  CHECK(run("gmtime", {"1425599621.678"}) == "[2015,2,5,23,53,41.67799997329712,4,63]");
  CHECK(run("mktime", {"[2015,2,5,23,51,47.9,0,0]"}) == "1425599507");
  CHECK(run("mktime", {"[1,2]"}) == "!mktime requires parsed datetime inputs");
  CHECK(run("todate", {"1425599621"}) == "\"2015-03-05T23:53:41Z\"");
  CHECK(run("fromdate", {"\"2015-03-05T23:51:47Z\""}) == "1425599507");
  CHECK(run("fromdate", {"\"2015-03-05\""}) ==
        "!date \"2015-03-05\" does not match format \"%Y-%m-%dT%H:%M:%SZ\"");
  CHECK(run("strftime", {"0", "\"\""}) == "!strftime/1: unknown system failure");
  CHECK(run("strftime", {"\"x\"", "\"%d\""}) == "!strftime/1 requires parsed datetime inputs");
  CHECK(run("strptime", {"\"05 xx\"", "\"%d\""}) == "[1900,0,5,0,0,0,5,4,\" xx\"]");
  CHECK(run("gmtime", {"1e18"}) == "!errror converting number of seconds since epoch to datetime");
}

TEST_CASE("times before 1970 are what they are, where jq 1.6 rounds them up or refuses them") {
  CHECK(run("gmtime", {"-1.5"}) == "[1969,11,31,23,59,58.5,3,364]");
  CHECK(run("mktime", {"[1969,11,31,23,59,59,0,0]"}) == "-1");
}

TEST_CASE("--tz decides what localtime and strflocaltime say, and nothing else") {
  const base::Zone india = base::Zone::open("+05:30");
  CHECK(run("localtime", {"0"}, india) == "[1970,0,1,5,30,0,4,0]");
  CHECK(run("strflocaltime", {"0", "\"%c %z %Z %s\""}, india) ==
        "\"Thu Jan  1 05:30:00 1970 +0530 +05:30 0\"");
  CHECK(run("strflocaltime", {"[1970,0,1,5,30,0,4,0]", "\"%z %s\""}, india) == "\"+0530 0\"");
  CHECK(run("strftime", {"0", "\"%H:%M %z %Z\""}, india) == "\"00:00 +0000 UTC\"");
  CHECK(run("mktime", {"[1970,0,1,0,0,0,4,0]"}, india) == "0");
}

TEST_CASE("functions of numbers") {
  CHECK(run("pow", {"null", "2", "10"}) == "1024");
  CHECK(run("floor", {"\"a\""}) == "!string (\"a\") number required");
  CHECK(run("frexp", {"10.5"}) == "[0.65625,4]");
  CHECK(run("modf", {"-10.5"}) == "[-0.5,-10]");
  CHECK(run("lgamma_r", {"-10.5"}) == "[-15.14727059071784,-1]");
  CHECK(run("ldexp", {"null", "1.5", "3"}) == "12");
  CHECK(run("jn", {"null", "1.9", "2"}) == "0.5767248077568733");
  CHECK(run("significand", {"10"}) == "1.25");
  CHECK(run("isinfinite", {"\"a\""}) == "false");
  CHECK(run("infinite", {"null"}) == "1.7976931348623157e+308");
  CHECK(run("abs", {"-12345678901234567890"}) == "12345678901234567890");
  CHECK(run("abs", {"\"a\""}) == "!string (\"a\") has no absolute value");
}

TEST_CASE("what would take too long or too much ends in a limit") {
  CHECK(run("jn", {"null", "1e10", "1e10"}) == "limit");
  std::string many = "[0";
  for (int i = 1; i < 2000; ++i) many += "," + std::to_string(i);
  many += "]";
  CHECK(run("contains", {many, "[" + many + "," + many + "]"}) == "false");
  CHECK(run("inside", {many, many}) == "limit");
  CHECK(run("_scan", {quoted(std::string(200'000, 'a')), "\"a.*b|a\""}) == "limit");
  // Two choices in each of forty places are a million million texts.
  std::string parts = "[\"\"";
  std::string results = "[[\"a\",\"b\"]";
  for (int i = 0; i < 40; ++i) parts += ",{},\"\"";
  for (int i = 1; i < 40; ++i) results += ",[\"a\",\"b\"]";
  CHECK(run("_sub_join", {"null", parts + "]", results + "]"}) == "limit");
}

}  // namespace
}  // namespace weir::expr
