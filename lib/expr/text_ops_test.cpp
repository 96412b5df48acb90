#include "expr/text_ops.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "expr/formats.h"

namespace weir::expr {
namespace {

std::string parts(std::string_view text, std::string_view separator) {
  std::string out;
  split_text(text, separator, [&](std::string_view part) { out.append("[").append(part).append("]"); });
  return out;
}

template <typename Append>
std::string made(const Append& append, std::string_view text) {
  std::string out;
  append(out, text);
  return out;
}

TEST_CASE("code points are counted and found") {
  CHECK(code_points("") == 0);
  CHECK(code_points("aé€😀") == 4);
  CHECK(bytes_of_code_points("aé€😀", 2) == 3);
  CHECK(bytes_of_code_points("aé", 9) == 3);
  std::vector<char32_t> codes;
  const std::string_view text = "aé€😀";
  for (std::size_t at = 0; at < text.size();) codes.push_back(next_code_point(text, at));
  CHECK(codes == std::vector<char32_t>{97, 233, 8364, 128512});
  std::size_t at = 0;
  CHECK(next_code_point("\xFF", at) == 0xFFFD);
  CHECK(at == 1);
}

TEST_CASE("only ASCII letters change their case") {
  std::string text = "AzÉé_9";
  ascii_downcase(text);
  CHECK(text == "azÉé_9");
  ascii_upcase(text);
  CHECK(text == "AZÉé_9");
}

TEST_CASE("white space of every kind is trimmed") {
  CHECK(without_leading_space(" \t\n\u00a0\u3000a ") == "a ");
  CHECK(without_trailing_space(" a\r\u2028\u0085 ") == " a");
  CHECK(without_trailing_space(without_leading_space(" \u2003 ")).empty());
  CHECK(without_leading_space("\u200b") == "\u200b");
}

TEST_CASE("splitting") {
  CHECK(parts("a, b,c", ",") == "[a][ b][c]");
  CHECK(parts("a", "a") == "[][]");
  CHECK(parts("", "a").empty());
  CHECK(parts("", "").empty());
  CHECK(parts("aé😀", "") == "[a][é][😀]");
  CHECK(parts("xabxabx", "ab") == "[x][x][x]");
}

TEST_CASE("formats write what jq 1.6 writes") {
  CHECK(made(append_html, "<&'\">é") == "&lt;&amp;&apos;&quot;&gt;é");
  CHECK(made(append_uri, "aé b-._~!*()/?'") == "a%C3%A9%20b-._~!*()%2F%3F'");
  CHECK(made(append_sh, "it's") == "'it'\\''s'");
  CHECK(made(append_csv, "a\"b\tc") == "\"a\"\"b\tc\"");
  CHECK(made(append_tsv, "a\"b\tc\\d\r\n") == "a\"b\\tc\\\\d\\r\\n");
  for (const auto append : {append_html, append_sh, append_csv, append_tsv})
    CHECK(made(append, std::string_view("\0", 1)).find("\\0") != std::string::npos);
}

TEST_CASE("base64 goes there and back") {
  CHECK(made(append_base64, "") == "");
  CHECK(made(append_base64, "a") == "YQ==");
  CHECK(made(append_base64, "ab") == "YWI=");
  CHECK(made(append_base64, "abc") == "YWJj");
  std::string bytes;
  for (int i = 0; i < 256; ++i) {
    bytes += static_cast<char>(i);
    std::string back;
    CHECK(append_from_base64(back, made(append_base64, bytes)) == Decoded::fine);
    CHECK(back == bytes);
  }
}

TEST_CASE("base64 is read as jq 1.6 reads it") {
  const auto decoded = [](std::string_view text) {
    std::string out;
    const Decoded result = append_from_base64(out, text);
    return result == Decoded::fine ? out : result == Decoded::lone_byte ? "!lone" : "!foreign";
  };
  CHECK(decoded("YQ") == "a");
  CHECK(decoded("YQ=a") == "a");
  CHECK(decoded("=") == "");
  CHECK(decoded("Y") == "!lone");
  CHECK(decoded("YWJjYQ==YWJj") == "abca");
  CHECK(decoded("YWJjY===") == "!lone");
  CHECK(decoded("Y*W") == "!foreign");
  CHECK(decoded("YWJj\n") == "!foreign");
}

TEST_CASE("bytes that are no UTF-8 are mended") {
  CHECK(mended_utf8("aé") == "aé");
  CHECK(mended_utf8("\xFF") == "\uFFFD");
  CHECK(mended_utf8("\xE2\x82") == "\uFFFD");
  CHECK(mended_utf8("\xE2\x82z") == "\uFFFDz");
  CHECK(mended_utf8("\x80\xC3") == "\uFFFD\uFFFD");
  CHECK(mended_utf8("\xF5\x80") == "\uFFFD\uFFFD");
}

}  // namespace
}  // namespace weir::expr
