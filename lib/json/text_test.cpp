#include "json/text.h"

#include <doctest/doctest.h>

#include "json/cursor.h"
#include "json/utf8.h"
#include "json/validate.h"

namespace weir::json {
namespace {

std::string unescaped(std::string_view quoted) {
  std::string buffer;
  return std::string(text_of(parse_value(quoted), buffer));
}

std::string quoted(std::string_view text) {
  std::string out;
  append_quoted(out, text);
  return out;
}

TEST_CASE("escapes become what they stand for") {
  using namespace std::string_literals;
  CHECK(unescaped(R"("plain")") == "plain");
  CHECK(unescaped(R"("\"\\\/\b\f\n\r\t")") == "\"\\/\b\f\n\r\t");
  CHECK(unescaped(R"("\u0000\u001F\u007f")") == "\0\x1f\x7f"s);
  CHECK(unescaped(R"("pri\u0063e")") == "price");
  CHECK(unescaped(R"("\u00e9\u20AC\ud83d\ude00")") == "é€😀");
  CHECK(unescaped(R"("a\\u0041")") == "a\\u0041");
}

TEST_CASE("a surrogate without its other half becomes U+FFFD") {
  CHECK(unescaped(R"("\ud800")") == "\uFFFD");
  CHECK(unescaped(R"("\udc00x")") == "\uFFFDx");
  CHECK(unescaped(R"("\ud800\u0041")") == "\uFFFDA");
  CHECK(unescaped(R"("\ud800\ud83d\ude00")") == "\uFFFD😀");
  CHECK(unescaped(R"("\ude00\ud83d")") == "\uFFFD\uFFFD");
}

TEST_CASE("a string without escapes is not copied") {
  std::string buffer = "untouched";
  const Value value = parse_value("\"text\"");
  CHECK(text_of(value, buffer).data() == value.data + 1);
  CHECK(buffer == "untouched");
}

TEST_CASE("texts compare without copying, escaped or not") {
  for (const char* string : {R"("price")", R"("pri\u0063e")", R"("\u0070\u0072\u0069\u0063\u0065")"}) {
    CHECK(text_equals(parse_value(string), "price"));
    CHECK_FALSE(text_equals(parse_value(string), "pric"));
    CHECK_FALSE(text_equals(parse_value(string), "prices"));
    CHECK_FALSE(text_equals(parse_value(string), ""));
  }
  CHECK(text_equals(parse_value(R"("\ud83d\ude00!")"), "😀!"));
  CHECK(text_equals(parse_value("\"\""), ""));
}

TEST_CASE("texts are written with jq's escapes") {
  using namespace std::string_literals;
  CHECK(quoted("a\"b\\c/d") == R"("a\"b\\c/d")");
  CHECK(quoted("\b\f\n\r\t") == R"("\b\f\n\r\t")");
  CHECK(quoted("\0\x1f\x7f"s) == R"("\u0000\u001f\u007f")");
  CHECK(quoted("é€😀\u2028") == "\"é€😀\u2028\"");
  CHECK(quoted("") == "\"\"");
}

TEST_CASE("bytes that are not UTF-8 are written as U+FFFD, one each") {
  CHECK(quoted("a\xff\xc3(") == "\"a\uFFFD\uFFFD(\"");
  CHECK(quoted("\xed\xa0\x80") == "\"\uFFFD\uFFFD\uFFFD\"");
  CHECK(quoted("\xf0\x9f\x98") == "\"\uFFFD\uFFFD\uFFFD\"");
}

TEST_CASE("every code point survives writing and reading") {
  std::size_t wrong = 0;
  for (char32_t code = 0; code <= 0x10FFFF; ++code) {
    if (code == 0xD800) code = 0xE000;
    std::string text;
    append_utf8(text, code);
    wrong += unescaped(quoted(text)) != text;
  }
  CHECK(wrong == 0);
  for (unsigned unit = 0; unit < 0x10000; unit += 7) {
    char escape[16];
    std::snprintf(escape, sizeof escape, "\"\\u%04x\"", unit);
    wrong += !valid(escape) || !valid_utf8(unescaped(escape));
  }
  CHECK(wrong == 0);
}

TEST_CASE("a byte that cannot stay as it is is escaped wherever it stands in a long text") {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string one(1, static_cast<char>(byte));
    std::string alone;
    append_quoted(alone, one);
    for (std::size_t size = 1; size < 40; ++size) {
      for (std::size_t place = 0; place < size; ++place) {
        std::string text(size, 'x');
        text[place] = one[0];
        std::string expected = '"' + std::string(place, 'x') + alone.substr(1, alone.size() - 2) +
                               std::string(size - place - 1, 'x') + '"';
        std::string out;
        append_quoted(out, text);
        if (out != expected) FAIL_CHECK(out);
      }
    }
  }
}

}  // namespace
}  // namespace weir::json
