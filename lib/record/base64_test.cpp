#include <doctest/doctest.h>

#include "record/base64.h"

#include <optional>
#include <random>
#include <string>

namespace weir::record {
namespace {

std::string encoded(std::string_view bytes) {
  std::string text(base64_size(bytes.size()), '\0');
  CHECK(base64_encode(bytes, text.data()) == text.data() + text.size());
  return text;
}

std::optional<std::string> decoded(std::string_view text) {
  std::string bytes(text.size() + 1, '\0');
  char* const end = base64_decode(text, bytes.data());
  if (end == nullptr) return std::nullopt;
  bytes.resize(static_cast<std::size_t>(end - bytes.data()));
  return bytes;
}

TEST_CASE("base64 is that of RFC 4648") {
  CHECK(encoded("") == "");
  CHECK(encoded("f") == "Zg==");
  CHECK(encoded("fo") == "Zm8=");
  CHECK(encoded("foo") == "Zm9v");
  CHECK(encoded("foob") == "Zm9vYg==");
  CHECK(encoded("\xfb\xff\xbf") == "+/+/");
}

TEST_CASE("any bytes come back") {
  std::mt19937_64 random(3);
  for (std::size_t size = 0; size < 300; ++size) {
    std::string bytes(size, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    CHECK(decoded(encoded(bytes)) == bytes);
  }
}

TEST_CASE("text that no encoder writes is refused") {
  for (const std::string_view bad : {"Z", "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm8=Zm8=", "Z===", "====",
                                     "Zm9v\n", "Zm 9", "Zm-_", "=Zm8", "Z=8=", "Zm9\xff"}) {
    CAPTURE(bad);
    CHECK(decoded(bad) == std::nullopt);
  }
}

}  // namespace
}  // namespace weir::record
