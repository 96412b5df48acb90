// All judges agree: the plain one, every kernel, with and without padding, and an independent parser.
#include <doctest/doctest.h>
#include <simdjson.h>

#include "json/json_test_words.h"
#include "json/judge.h"
#include "json/validate.h"

namespace weir::json {
namespace {

PathSet some_paths() {
  PathSet paths;
  paths.add(std::array{Step::member("price")});
  paths.add(std::array{Step::member("user"), Step::member("name")});
  paths.add(Path{});
  return paths;
}

// Asks every judge; their common answer.
bool all_accept(std::string_view text) {
  const Error error = judge(text);
  const bool good = error.fault == Fault::none;
  CAPTURE(std::string(text));
  CHECK(error.column <= text.size());
  CHECK(valid(text) == good);
  const PaddedLine line(text);
  for (const Kernel* kernel : every_kernel()) {
    CAPTURE(name_of(kernel));
    if (kernel != nullptr) {
      bool ascii = false;
      const bool fast = kernel->validate(line.view().data(), line.view().size(), &ascii) &&
                        (ascii || kernel->utf8(line.view().data(), line.view().size()));
      // A kernel may leave a valid line to the judge, but only scalars and what is nested very deep.
      const bool container = text.find_first_of("{[") == text.find_first_not_of(" \t\r\n");
      CHECK(fast == (good && container));
    }
    for (const Layout first : {Layout::compact, Layout::spaced}) {
      Scanner scanner(some_paths(), Check::whole_line, kernel);
      Error found;
      if (first == Layout::spaced) CHECK(scanner.scan(PaddedLine("{ }").view(), found));
      CHECK(scanner.scan(line.view(), found) == good);
      CHECK(found.fault == (good ? Fault::none : error.fault));
      CHECK(found.column == error.column);
    }
    // Nobody promises what the trusting scan accepts, but it does not refuse what is good.
    Scanner trusting(some_paths(), Check::read_values, kernel);
    Error found;
    const bool trusted = trusting.scan(line.view(), found);
    CHECK((trusted || !good));
  }
  return good;
}

std::size_t longest_digits(std::string_view text) {
  std::size_t longest = 0;
  std::size_t run = 0;
  for (const char c : text) longest = std::max(longest, run = is_digit(c) ? run + 1 : 0);
  return longest;
}

// simdjson's verdict where it means to judge what we judge; nothing where it differs on purpose: surrogates
// without their other half, numbers beyond a double or an int64.
std::optional<bool> dom_accepts(std::string_view text) {
  static simdjson::dom::parser parser;
  static const bool ready = parser.allocate(1 << 16, kMaxDepth) == simdjson::SUCCESS;
  REQUIRE(ready);
  if (text.find("\\u") != std::string_view::npos && text.find_first_of("dD") != std::string_view::npos) {
    const std::string lower(text);
    for (std::size_t i = lower.find("\\u"); i != std::string::npos; i = lower.find("\\u", i + 1)) {
      if (i + 3 < lower.size() && (lower[i + 2] | 0x20) == 'd' && hex_value(lower[i + 3]) >= 8)
        return std::nullopt;
    }
  }
  const auto result = parser.parse(simdjson::padded_string(text)).error();
  const bool big = text.find_first_of("eE") != std::string_view::npos || longest_digits(text) >= 19;
  if (result == simdjson::NUMBER_ERROR && big) return std::nullopt;
  return result == simdjson::SUCCESS;
}

void compare_with_dom(std::string_view text, std::size_t& compared) {
  const auto dom = dom_accepts(text);
  const bool ours = all_accept(text);
  if (!dom.has_value()) return;
  CAPTURE(std::string(text));
  CHECK(ours == *dom);
  ++compared;
}

TEST_CASE("every line of the corpus of bad lines is refused for its reason, at its byte") {
  const auto all = rejects();
  CHECK(all.size() >= 290);
  for (const Reject& reject : all) {
    CAPTURE(reject.line);
    CHECK_FALSE(all_accept(reject.line));
    const Error error = judge(reject.line);
    CHECK(name_of(error.fault) == reject.fault);
    CHECK(error.column == (reject.fault == "empty" ? 0 : reject.column));
  }
}

TEST_CASE("every line of the corpus of good lines is accepted") {
  const auto all = accepts();
  CHECK(all.size() >= 95);
  for (const std::string& line : all) CHECK(all_accept(line));
}

TEST_CASE(
    "bad lines stay bad, good ones good, inside of arrays, objects and at any distance from the start") {
  for (const std::size_t pad : {0, 1, 57, 62, 63, 64, 65, 120, 127}) {
    const std::string before = join({R"({"x":")", std::string(pad, '.'), R"(","y":)"});
    for (const std::string& line : accepts()) CHECK(all_accept(join({before, line, "}"})));
    for (const Reject& reject : rejects()) {
      if (reject.fault == "byte-order-mark" || reject.fault == "empty") continue;
      // Some become good: what stood behind the value now stands where a name may be.
      if (reject.fault == "trailing-bytes" || reject.line.find('}') != std::string::npos) continue;
      CHECK_FALSE(all_accept(join({before, reject.line, "}"})));
    }
  }
}

TEST_CASE("numbers, words, names and brackets are judged alike wherever a block ends in them") {
  const std::string_view values[] = {
      "1.5",
      "1.5.5",
      "0.05",
      "00.5",
      "-0.5",
      "-00.5",
      "1e-05",
      "1.25e-007",
      "-1E+05",
      "1e-05.5",
      "10",
      "010",
      "-",
      "--1",
      "1.",
      "1.e5",
      ".5",
      "1-5",
      "true",
      "falsefalse",
      "tru",
      "nulll",
      "1true",
      "true-05",
      "-true",
      "e5",
      "1e",
      "1e5e5",
      "123456789",
      "1.234567",
      "[1,-05]",
      "[-0,0,0.0]",
      "[\"a\":1]",
      "{\"a\":1,2}",
      "{\"a\"}",
      "{\"a\",1}",
      "{1:2}",
      "{\"a\":}",
      "[1,]",
      "{\"a\":1,}",
      "[[]]",
      "[{}]",
      "{\"b\":[{\"c\":{\"d\":[\"e\",1,true]}}],\"f\":\"g\"}",
      "[}",
      "\"\"",
      "\"a\\\"b\"",
      "\"\\\\\"",
      "\"\\u00e9\"",
      "\"\\u00g9\"",
      "\"\\q\"",
      "\"\"\"\"",
      "\"a\"1",
      "1\"a\"",
  };
  for (std::size_t pad = 0; pad < 130; ++pad) {
    const std::string before = join({R"({"x":")", std::string(pad, '.'), R"(","y":)"});
    for (const std::string_view value : values) {
      all_accept(join({before, value, "}"}));
      all_accept(join({before, value, R"(,"price":1})"}));
    }
  }
}

TEST_CASE("texts of many blocks are judged as short ones are") {
  // Longer than what a kernel goes over at a time; every byte of the last block counts.
  for (const std::size_t size : {4000, 4090, 4096, 4100, 8192, 20'000}) {
    std::string line = "[";
    while (line.size() < size) line += R"({"a":[1,-2.5,true,"x"],"b":{"c":null}},)";
    CHECK(all_accept(line + "0]"));
    CHECK_FALSE(all_accept(line + "]"));
    CHECK_FALSE(all_accept(line + "{\"a\":1,\"b\"}]"));
    CHECK_FALSE(all_accept(line + "{\"a\":1,5}]"));
    CHECK_FALSE(all_accept(line + "00]"));
    CHECK_FALSE(all_accept(line + "\"a]"));
    CHECK_FALSE(all_accept(line + "0}"));
    CHECK_FALSE(all_accept(join({"[1,[", std::string_view(line).substr(1), "0]"})));
    CHECK_FALSE(all_accept(join({"[01,", std::string_view(line).substr(1), "0]"})));
    CHECK(all_accept(join({"{\"price\":", line, "0],\"user\":{\"name\":2}}"})));
  }
}

TEST_CASE("a document cut anywhere but at its end is refused") {
  for (const std::string& document : documents()) {
    REQUIRE(all_accept(document));
    for (std::size_t cut = 0; cut < document.size(); ++cut) {
      CAPTURE(cut);
      CHECK_FALSE(all_accept(document.substr(0, cut)));
    }
  }
}

TEST_CASE("documents with one byte changed are judged as an independent parser judges them") {
  std::size_t compared = 0;
  const std::string_view telling =
      "\"\\{}[],:0123456789-+.eEtrufalsn \t\n\r/bx\x01\x7f\x80\xc3\xe2\xed\xf0\xff";
  for (const std::string& document : documents()) {
    for (std::size_t i = 0; i < document.size(); ++i) {
      for (const char c : telling) {
        std::string changed = document;
        changed[i] = c;
        compare_with_dom(changed, compared);
      }
    }
  }
  CHECK(compared > 18000);
}

TEST_CASE("documents with one byte left out or doubled are judged as an independent parser judges them") {
  std::size_t compared = 0;
  for (const std::string& document : documents()) {
    for (std::size_t i = 0; i < document.size(); ++i) {
      compare_with_dom(std::string(document).erase(i, 1), compared);
      compare_with_dom(std::string(document).insert(i, 1, document[i]), compared);
    }
  }
  CHECK(compared > 500);
}

TEST_CASE("a token or two anywhere in a short line are judged as an independent parser judges them") {
  const std::string_view tokens[] = {"{",     "}", "[",    "]",   ",",    ":",    "\"\"",
                                     "\"a\"", "1", "-0.5", "1e5", "true", "null", " "};
  std::size_t compared = 0;
  constexpr std::size_t kTokens = std::size(tokens);
  for (std::size_t n = 0; n < kTokens * kTokens * kTokens * kTokens; ++n) {
    // Objects and arrays around four tokens: the grammar's every corner within one block.
    std::string middle;
    for (std::size_t i = 0, rest = n; i < 4; ++i, rest /= kTokens) middle += tokens[rest % kTokens];
    for (const std::string& text : {join({"{\"k\":", middle, "}"}), join({"[", middle, "]"})}) {
      const PaddedLine line(text);
      const bool good = judge(text).fault == Fault::none;
      bool agree = true;
      for (const Kernel* kernel : kernels()) {
        bool ascii;
        agree &= kernel->validate(line.view().data(), line.view().size(), &ascii) == good;
      }
      if (n % 7 == 0) agree &= dom_accepts(text).value_or(good) == good;
      if (!agree) FAIL_CHECK(text);
      ++compared;
    }
  }
  CHECK(compared == 2 * 38416);
}

TEST_CASE("512 levels are accepted and 513 refused, of arrays, of objects and of both in turn") {
  const auto nest = [](std::string_view open, std::string_view close, unsigned depth) {
    std::string text;
    for (unsigned i = 0; i < depth; ++i) text += open;
    text += "1";
    for (unsigned i = 0; i < depth; ++i) text += close;
    return text;
  };
  for (const auto& [open, close] : {std::pair{"[", "]"}, std::pair{"{\"a\":", "}"}}) {
    for (const unsigned depth : {1u, 60u, 61u, 62u, 63u, 64u, 65u, 511u, 512u, 513u, 100'000u}) {
      const std::string text = nest(open, close, depth);
      Error error;
      CAPTURE(depth);
      CHECK(validate(text, error) == (depth <= kMaxDepth));
      if (depth > kMaxDepth) CHECK(error.fault == Fault::too_deep);
      for (const Kernel* kernel : every_kernel()) {
        Scanner scanner(some_paths(), Check::whole_line, kernel);
        CHECK(scanner.scan(PaddedLine(text).view(), error) == (depth <= kMaxDepth));
      }
    }
  }
}

TEST_CASE("nothing behind a text is read when there is no padding") {
  // An exactly allocated buffer: the address sanitizer sees every byte too many.
  for (std::size_t size = 2; size < 300; ++size) {
    const std::string text = join({"[", std::string(size - 2, ' '), "]"});
    const std::vector<char> exact(text.begin(), text.end());
    CHECK(valid({exact.data(), exact.size()}));
    std::string number = join({"[", std::string(size - 1, '1')});
    number.back() = ']';
    if (number.size() < 3) continue;
    const std::vector<char> digits(number.begin(), number.end());
    CHECK(valid({digits.data(), digits.size()}));
  }
}

TEST_CASE("a bare value has no space around it and no newline in it") {
  CHECK(valid_bare("1"));
  CHECK(valid_bare(R"({"a": 1})"));
  CHECK(valid_bare("[\r1]"));
  CHECK_FALSE(valid_bare(""));
  CHECK_FALSE(valid_bare(" 1"));
  CHECK_FALSE(valid_bare("1\r"));
  CHECK_FALSE(valid_bare("[1,\n2]"));
  CHECK_FALSE(valid_bare("[1,2"));
}

TEST_CASE("a fault has words, and the message names the line") {
  CHECK(describe({Fault::expected_comma_object, 16}) ==
        "line is not valid JSON: expected ',' or '}' after a value");
  for (int i = 0; i <= static_cast<int>(Fault::too_deep); ++i) {
    CHECK_FALSE(message(static_cast<Fault>(i)).empty());
  }
}

}  // namespace
}  // namespace weir::json
