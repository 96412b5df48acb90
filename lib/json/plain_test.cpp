#include "json/plain.h"

#include <cstring>
#include <string>

#include <doctest/doctest.h>

#include "json/cursor.h"
#include "json/judge.h"

namespace weir::json {
namespace {

// What is plain is exactly what the slow way takes and judges good; `plain` counts them.
void compare(std::string_view text, std::size_t& plain) {
  char room[64] = {};
  std::memcpy(room, text.data(), text.size());
  Value value;
  if (!take_plain(room, value)) return;
  ++plain;
  const Value expected = parse_value({room, text.size()});
  const bool same = value.data == expected.data && value.size == expected.size &&
                    value.kind == expected.kind && value.escaped == expected.escaped &&
                    value.integer == expected.integer;
  if (!same || judge(value.raw()).fault != Fault::none) FAIL_CHECK(text);
}

bool is_plain(std::string_view text) {
  std::size_t plain = 0;
  compare(text, plain);
  return plain == 1;
}

TEST_CASE("every short text is plain only if the slow way agrees") {
  const std::string_view alphabet = "01.-e,}\"\\x\x1f\x80";
  std::size_t plain = 0;
  std::string text;
  for (std::size_t n = 0; n < 12 * 12 * 12 * 12 * 12; ++n) {
    text.clear();
    for (std::size_t rest = n, i = 0; i < 5; ++i, rest /= 12) text += alphabet[rest % 12];
    compare(text, plain);
  }
#ifdef __SSE2__
  CHECK(plain > 10'000);
#endif
}

#ifdef __SSE2__
TEST_CASE("usual scalars are plain up to 15 bytes of a number and 16 of a string") {
  for (const char* text : {"0,", "-0}", "7]", "150.25,", "-0.5]", "123456789012345,", "12345678901234.,"}) {
    CAPTURE(text);
    CHECK(is_plain(text) == (std::string_view(text) != "12345678901234.,"));
  }
  CHECK_FALSE(is_plain("1234567890123456,"));
  CHECK_FALSE(is_plain("1 ,"));
  CHECK_FALSE(is_plain("1e5,"));
  CHECK_FALSE(is_plain("true,"));
  CHECK(is_plain("\"\","));
  CHECK(is_plain("\"12345678901234\","));
  CHECK_FALSE(is_plain("\"123456789012345\","));
  CHECK_FALSE(is_plain("\"a\\n\","));
  CHECK_FALSE(is_plain("\"\xc3\xa9\","));
  CHECK(is_plain("\"a\",\"\x01\xff\\"));  // what is wrong stands behind it
}
#endif

}  // namespace
}  // namespace weir::json
