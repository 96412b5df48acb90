#include "cli/message.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace {

using namespace weir;
using base::Error;
using base::Kind;

std::string text(const Error& error) {
  return cli::format_error("filter", error, {});
}

TEST_CASE("a message is what happened, where, and what to do") {
  const Error error = Error(Kind::data, "line is not valid JSON: expected ',' or '}' after a value")
                          .at("events.ndjson:1159:17")
                          .hint("keep going and save bad lines: --dead-letter bad.ndjson");
  CHECK(text(error) ==
        "filter: error: line is not valid JSON: expected ',' or '}' after a value\n"
        "  at: events.ndjson:1159:17\n"
        "  hint: keep going and save bad lines: --dead-letter bad.ndjson\n");
  CHECK(text(Error(Kind::io, "disk full writing a.log")
                 .detail("91,002 records are safe; 14 were not written")) ==
        "filter: error: disk full writing a.log\n  91,002 records are safe; 14 were not written\n");
}

TEST_CASE("the excerpt with its caret is for terminals, one row long, and the caret stands under the fault") {
  const Error error = Error(Kind::data, "bad").at("f:1:5").excerpt("{\"ä\": x}", 7).hint("none");
  CHECK(cli::format_error("filter", error, {.excerpt = true}) ==
        "filter: error: bad\n  at: f:1:5\n  {\"ä\": x}\n        ^\n  hint: none\n");
  const std::string longer(500, 'a');
  const std::string message =
      cli::format_error("filter", Error(Kind::data, "bad").excerpt(longer, 300), {.excerpt = true});
  CHECK(message == "filter: error: bad\n  " + std::string(76, 'a') + "\n  " + std::string(38, ' ') + "^\n");
}

TEST_CASE("an excerpt may end at its caret, and may be cut within a character") {
  CHECK(cli::format_error("f", Error(Kind::data, "bad").excerpt("abc", 3), {.excerpt = true}) ==
        "f: error: bad\n  abc\n     ^\n");
  std::string umlauts;
  for (int i = 0; i < 100; ++i) umlauts += "ä";
  for (std::size_t caret = 0; caret <= umlauts.size(); ++caret) {
    const std::string message =
        cli::format_error("f", Error(Kind::data, "bad").excerpt(umlauts, caret), {.excerpt = true});
    CHECK(std::count(message.begin(), message.end(), '\n') == 3);
  }
}

TEST_CASE("a message never has more than five lines") {
  const Error full = Error(Kind::data, "w\nx").at("a\nb").detail("d\ne").excerpt("{\n}", 1).hint("h\ni");
  for (const bool excerpt : {false, true}) {
    const std::string message = cli::format_error("filter", full, {.excerpt = excerpt});
    CHECK(std::count(message.begin(), message.end(), '\n') <= 5);
  }
}

TEST_CASE("control characters from data never reach the terminal") {
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  for (int c = 0x80; c < 0xa0; ++c) {
    all += '\xc2';
    all += static_cast<char>(c);
  }
  const std::string message =
      cli::format_error(all, Error(Kind::data, all).at(all).detail(all).hint(all), {});
  for (std::size_t i = 0; i < message.size(); ++i) {
    const auto c = static_cast<unsigned char>(message[i]);
    CAPTURE(i);
    CHECK((c == '\n' || c >= 0x20));
    CHECK(c != 0x7f);
    if (c == 0xc2) CHECK(static_cast<unsigned char>(message[i + 1]) >= 0xa0);
  }
  CHECK(cli::escape_control("a\x1b[31mb\n\t\r\x7f\xc2\x9b\xff é") ==
        "a\\u001b[31mb\\n\\t\\r\\u007f\\u009b\\xff é");
}

TEST_CASE("only whole UTF-8 passes: no over-long forms, no surrogates, nothing cut") {
  CHECK(cli::escape_control("\xc0\xaf") == "\\xc0\\xaf");
  CHECK(cli::escape_control("\xed\xa0\x80") == "\\xed\\xa0\\x80");
  CHECK(cli::escape_control("\xf4\x90\x80\x80") == "\\xf4\\x90\\x80\\x80");
  CHECK(cli::escape_control("\xe0\x80\x80") == "\\xe0\\x80\\x80");
  CHECK(cli::escape_control("\xf0\x80\x80\x80") == "\\xf0\\x80\\x80\\x80");
  CHECK(cli::escape_control("\xe2\x82") == "\\xe2\\x82");
  CHECK(cli::escape_control("€😀") == "€😀");
}

TEST_CASE("as JSON an error is one object with a stable code") {
  const Error error = Error(Kind::usage, "no flag \"x\"\n").hint("a\\b").code("unknown_flag").at("f:1");
  CHECK(cli::format_error("weir filter", error, {.json = true}) ==
        "{\"tool\":\"weir filter\",\"error\":\"no flag "
        "\\\"x\\\"\\n\",\"code\":\"unknown_flag\",\"exit\":2,\"at\":\"f:1\","
        "\"hint\":\"a\\\\b\"}\n");
  CHECK(cli::format_error("f", Error(Kind::io, "\xff\x01"), {.json = true}) ==
        "{\"tool\":\"f\",\"error\":\"\xef\xbf\xbd\\u0001\",\"code\":\"io\",\"exit\":4}\n");
}

TEST_CASE("colour is escape sequences around the labels alone") {
  const std::string message = cli::format_error("f", Error(Kind::io, "bad").hint("h"), {.color = true});
  CHECK(message == "f: \x1b[1;31merror:\x1b[0m bad\n  \x1b[1;32mhint:\x1b[0m h\n");
}

}  // namespace
