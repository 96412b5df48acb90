// Expected offsets are jq 1.6's, but where the name says otherwise.
#include "expr/regex.h"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "expr/parser.h"
#include "expr/regex_cache.h"
#include "expr/regex_check.h"
#include "expr/regex_pattern.h"
#include "expr/regex_walk.h"

namespace weir::expr {
namespace {

// Every match as OFFSET+CODE POINTS' BYTES, blanks between.
std::string walk(std::string_view pattern, std::string_view letters, std::string_view text,
                 RegexWalk::End end = RegexWalk::End::as_match) {
  Regex::Flags flags;
  std::string error;
  REQUIRE(flags.parse(letters, error));
  const Regex regex = Regex::compile(pattern, flags, error);
  if (!regex) return error;
  std::string out;
  RegexWalk matches(regex, text, end);
  while (matches.next()) {
    if (matches.skipped()) continue;
    out += (out.empty() ? "" : " ") + std::to_string(matches.offset()) + "+" +
           std::to_string(matches.whole().end - matches.whole().at);
  }
  return out;
}

TEST_CASE("without g there is one match, with g all that do not overlap") {
  CHECK(walk("a", "", "banana") == "1+1");
  CHECK(walk("an", "g", "banana") == "1+2 3+2");
  CHECK(walk("x", "g", "banana").empty());
}

TEST_CASE("empty matches stand before every character but not at the end, unless the text is empty") {
  CHECK(walk("", "g", "abc") == "0+0 1+0 2+0");
  CHECK(walk("x*", "g", "xabc") == "0+1 1+0 2+0 3+0");
  CHECK(walk("x*", "g", "abcx") == "0+0 1+0 2+0 3+1");
  CHECK(walk("x*", "gi", "aXbxc") == "0+0 1+1 2+0 3+1 4+0");
  CHECK(walk("x*?", "gi", "aXbxc") == "0+0 1+0 2+0 3+0 4+0");
  CHECK(walk("x*", "g", "") == "0+0");
  CHECK(walk("x*", "", "") == "0+0");
}

TEST_CASE("the end is found once, where jq 1.6 finds it once per character before") {
  CHECK(walk("$", "g", "abc") == "3+0");
  CHECK(walk("^", "g", "abc") == "0+0");
}

TEST_CASE("for replacing, the end of the text is a place of its own") {
  CHECK(walk("", "g", "abc", RegexWalk::End::as_sub) == "0+0 1+0 2+0 3+0");
  CHECK(walk("x*$", "g", "xabcx", RegexWalk::End::as_sub) == "4+1 5+0");
  CHECK(walk("b", "g", "ab", RegexWalk::End::as_sub) == "1+1");
}

TEST_CASE("offsets count code points, and empty matches never fall into one") {
  CHECK(walk("x+", "g", "é€xx") == "2+2");
  CHECK(walk("", "g", "é€😀") == "0+0 1+0 2+0");
  CHECK(walk("€|x", "g", "é€x😀x") == "1+3 2+1 4+1");
}

TEST_CASE("n wants something to be matched, where it has to by another way than the first") {
  CHECK(walk("x*?", "gn", "xaxx") == "0+1 2+2");
  CHECK(walk("x*", "n", "aax") == "2+1");
  CHECK(walk("(a|b)*", "gn", "cabc") == "1+2");
  CHECK(walk("x?", "gn", "abc").empty());
}

TEST_CASE("l takes the longest, p lets the dot match a newline, s and no letter change nothing") {
  CHECK(walk("a|ab", "", "ab") == "0+1");
  CHECK(walk("a|ab", "l", "ab") == "0+2");
  CHECK(walk("a.b", "", "a\nb").empty());
  CHECK(walk("a.b", "p", "a\nb") == "0+3");
  CHECK(walk("a.b", "s", "a\nb").empty());
}

TEST_CASE("groups are counted and named as they were written") {
  const auto translated = [](std::string_view pattern) {
    const RegexPattern made = translate_pattern(pattern);
    std::string out = made.re2;
    for (const std::string& name : made.names) out += " " + (name.empty() ? std::string("-") : name);
    return out;
  };
  CHECK(translated("(a)(?<n>b)(?:c)") == "(a)(b)(?:c) - n");
  CHECK(translated("(?<x>a)|(?<x>b)") == "(a)|(b) x x");
  CHECK(translated("(?P<y>a)(?<é_1>b)") == "(a)(b) y é_1");
  CHECK(translated("[(]\\((?#note)[]()](z)") == "[(]\\([]()](z) -");
  CHECK(translated("[[:alpha:](](q)\\Q(\\E(r)") == "[[:alpha:](](q)\\Q(\\E(r) - -");
  CHECK(translated("(?i)(?-i:a)(b)") == "(?i)(?-i:a)(b) -");
  CHECK(translated("(?<=a)(?<!b)(?=c)") == "(?<=a)(?<!b)(?=c)");
  CHECK(translated("(") == "( -");
  CHECK(translated("[") == "[");
  CHECK(translated("\\") == "\\");
  CHECK(translated("(?<1a>b)") == "(?<1a>b)");
}

TEST_CASE("a pattern reads ahead when an alternative waits for the end of a loop") {
  CHECK(translate_pattern("<!--.*?-->|.").reads_ahead);
  CHECK(translate_pattern("(a.*b)?").reads_ahead);
  CHECK_FALSE(translate_pattern("[a-z]+").reads_ahead);
  CHECK_FALSE(translate_pattern("a|b|cd").reads_ahead);
}

TEST_CASE("what a search over all of a long text reads again and again is counted") {
  std::string error;
  Regex::Flags flags;
  flags.global = true;
  const Regex regex = Regex::compile("a.*b|a", flags, error);
  const std::string text(20'000, 'a');
  RegexWalk matches(regex, text, RegexWalk::End::as_match);
  while (matches.next()) {
  }
  CHECK(matches.effort() > 100'000);
}

TEST_CASE("look-around and back-references are refused by name") {
  CHECK(walk("a(?=b)", "", "").find("look-around (?=") == 0);
  CHECK(walk("(?<!a)b", "", "").find("look-around (?<") == 0);
  CHECK(walk("(a)\\1", "", "").find("the back-reference \\1") == 0);
  CHECK(walk("(?>a)", "", "").find("the atomic group (?>") == 0);
  Regex::Flags flags;
  std::string error;
  CHECK(flags.parse("gx", error));
  CHECK(error == "the flag x is not supported");
  CHECK_FALSE(flags.parse("gq", error));
}

// What check_patterns says of the first call in the expression.
std::string complaint(const std::string& expression) {
  const Source source{expression};
  const NodePtr tree = parse(source);
  try {
    check_patterns(*tree, source, [](std::string_view name) {
      return name == "bad" ? std::optional<std::string>("[")
             : name == "x" ? std::optional<std::string>("x")
                           : std::nullopt;
    });
    return {};
  } catch (const base::Error& error) {
    return error.what() + error.place().substr(error.place().rfind(':'));
  }
}

TEST_CASE("patterns in the expression are judged before any event") {
  CHECK(complaint("match(\"a(?=b)\")").find("look-around (?=") != std::string::npos);
  CHECK(complaint("sub(\"(a)\\\\1\"; \"x\")").find("the back-reference \\1") != std::string::npos);
  CHECK(complaint("gsub(\"a\"; \"b\"; \"x\")").find("the flag x is not supported:16") != std::string::npos);
  CHECK(complaint("split(\"[\"; null)").find("missing ]") != std::string::npos);
  CHECK(complaint("split(\"[\")").empty());
  CHECK(complaint("scan(\"a\")").empty());
  CHECK(complaint("test(\"a\"; \"q\")").empty());
  CHECK(complaint("test(.pattern)").empty());
}

TEST_CASE("patterns with their flags in an array, and those of the command line, are judged as well") {
  CHECK(complaint("capture([\"(\"])").find("missing ): (:10") != std::string::npos);
  CHECK(complaint("test([\"[\", \"i\"])").find("missing ]: [:7") != std::string::npos);
  CHECK(complaint("match([\"a\", \"x\"])").find("the flag x is not supported:13") != std::string::npos);
  CHECK(complaint("gsub([\"a(?=b)\", \"g\"]; \"c\")").find("look-around (?=") != std::string::npos);
  CHECK(complaint("test($bad)").find("missing ]: [:6") != std::string::npos);
  CHECK(complaint("sub([$bad, null]; \"\")").find("missing ]: [:6") != std::string::npos);
  CHECK(complaint("scan(\"a\"; $x)").find("the flag x is not supported:11") != std::string::npos);
  CHECK(complaint("test($other)").empty());
  CHECK(complaint("test([\"a\", \"q\"])").empty());
  CHECK(complaint("test([])").empty());
  CHECK(complaint("test([.a, \"x\"])").find("the flag x is not supported") != std::string::npos);
  CHECK(complaint("scan([\"[\"])").empty());  // jq's error, when an event comes: no text
  CHECK(complaint("split([\"[\"]; null)").empty());
  CHECK(complaint("test([\"[\"]; \"i\")").empty());
}

TEST_CASE("the cache keeps patterns and complaints apart by their flags") {
  RegexCache cache;
  std::string error;
  Regex::Flags plain, small;
  small.ignore_case = true;
  const Regex* const first = cache.find("a", plain, error);
  REQUIRE(first != nullptr);
  CHECK_FALSE(first->test("A"));
  CHECK(cache.find("a", small, error)->test("A"));
  CHECK(cache.find("a", plain, error) == first);
  CHECK(cache.find("(", plain, error) == nullptr);
  CHECK_FALSE(error.empty());
  for (int i = 0; i < 100; ++i) CHECK(cache.find("p" + std::to_string(i), plain, error) != nullptr);
  CHECK(cache.find("a", plain, error)->test("bab"));
}

}  // namespace
}  // namespace weir::expr
