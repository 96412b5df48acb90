#include <doctest/doctest.h>

#include "record/varint.h"
#include "support/records.h"

namespace weir::record {
namespace {

using testing::hex;

std::string written(std::int64_t number) {
  char bytes[kMaxVarlongBytes];
  char* const end = put_varint(bytes, number);
  CHECK(static_cast<std::size_t>(end - bytes) == varint_size(number));
  return {bytes, end};
}

TEST_CASE("varints are the bytes that Kafka writes") {
  CHECK(written(0) == hex("00"));
  CHECK(written(-1) == hex("01"));
  CHECK(written(1) == hex("02"));
  CHECK(written(63) == hex("7e"));
  CHECK(written(-64) == hex("7f"));
  CHECK(written(64) == hex("80 01"));
  CHECK(written(-65) == hex("81 01"));
  CHECK(written(300) == hex("d8 04"));
  CHECK(written(INT32_MAX) == hex("fe ff ff ff 0f"));
  CHECK(written(INT32_MIN) == hex("ff ff ff ff 0f"));
  CHECK(written(INT64_MIN) == hex("ff ff ff ff ff ff ff ff ff 01"));
}

TEST_CASE("every power of two and its neighbours come back, and a missing byte is noticed") {
  for (int bit = 0; bit < 64; ++bit) {
    for (const std::int64_t step : {-1, 0, 1}) {
      const auto number =
          static_cast<std::int64_t>((std::uint64_t{1} << bit) + static_cast<std::uint64_t>(step));
      for (const std::int64_t sign : {1, -1}) {
        const auto wanted =
            static_cast<std::int64_t>(static_cast<std::uint64_t>(number) * static_cast<std::uint64_t>(sign));
        CAPTURE(wanted);
        const std::string bytes = written(wanted);
        const char* const begin = bytes.data();
        std::int64_t read = 0;
        REQUIRE(get_varlong(begin, begin + bytes.size(), &read) == begin + bytes.size());
        CHECK(read == wanted);
        CHECK(get_varlong(begin, begin + bytes.size() - 1, &read) == nullptr);
        std::int32_t narrow = 0;
        const char* const end = get_varint(begin, begin + bytes.size(), &narrow);
        const bool fits = wanted >= INT32_MIN && wanted <= INT32_MAX;
        CHECK((end != nullptr) == fits);
        if (fits) CHECK(narrow == wanted);
        CHECK(get_varint(begin, begin + bytes.size() - 1, &narrow) == nullptr);
      }
    }
  }
}

TEST_CASE("a varint that goes on for too long is refused") {
  std::int32_t narrow = 0;
  std::int64_t wide = 0;
  const std::string six = hex("80 80 80 80 80 00");
  CHECK(get_varint(six.data(), six.data() + six.size(), &narrow) == nullptr);
  const std::string above = hex("ff ff ff ff 1f");
  CHECK(get_varint(above.data(), above.data() + above.size(), &narrow) == nullptr);
  const std::string eleven = hex("80 80 80 80 80 80 80 80 80 80 00");
  CHECK(get_varlong(eleven.data(), eleven.data() + eleven.size(), &wide) == nullptr);
  const std::string two_bits = hex("80 80 80 80 80 80 80 80 80 02");
  CHECK(get_varlong(two_bits.data(), two_bits.data() + two_bits.size(), &wide) == nullptr);
}

}  // namespace
}  // namespace weir::record
