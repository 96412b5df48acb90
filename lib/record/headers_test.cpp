#include <doctest/doctest.h>

#include "record/headers.h"
#include "support/records.h"

namespace weir::record {
namespace {

using testing::hex;

Headers view(const std::string& bytes, std::uint32_t count) {
  return {bytes.data(), static_cast<std::uint32_t>(bytes.size()), count};
}

TEST_CASE("headers come back in order, with duplicates, empty names and null values") {
  HeadersBuilder builder;
  builder.add("a", Bytes("1"));
  builder.add("a", Bytes("2"));
  builder.add("", Bytes(""));
  builder.add("none", Bytes{});
  HeadersBuilder copy;
  copy.add(builder.headers());
  REQUIRE(copy.headers().count == 4);

  HeaderCursor cursor(copy.headers());
  Header header;
  REQUIRE(cursor.next(header));
  CHECK(header.name == "a");
  CHECK(header.value.view() == "1");
  REQUIRE(cursor.next(header));
  CHECK(header.value.view() == "2");
  REQUIRE(cursor.next(header));
  CHECK(header.name.empty());
  CHECK_FALSE(header.value.null());
  REQUIRE(cursor.next(header));
  CHECK(header.value.null());
  CHECK_FALSE(cursor.next(header));
  CHECK(cursor.valid());
  copy.clear();
  CHECK(copy.empty());
  CHECK(well_formed(copy.headers()));
}

TEST_CASE("headers that do not hold what they promise are not well formed") {
  const std::string one = hex("02 61 02 31");
  CHECK(well_formed(view(one, 1)));
  CHECK_FALSE(well_formed(view(one, 0)));
  CHECK_FALSE(well_formed(view(one, 2)));
  CHECK_FALSE(well_formed(view(one, 0xffffffff)));
  for (std::size_t cut = 0; cut < one.size(); ++cut) CHECK_FALSE(well_formed(view(one.substr(0, cut), 1)));
  CHECK_FALSE(well_formed(view(hex("01 02 31"), 1)));                 // a name of length -1
  CHECK_FALSE(well_formed(view(hex("02 61 03"), 1)));                 // a value of length -2
  CHECK_FALSE(well_formed(view(hex("02 61 fe ff ff ff 0f 31"), 1)));  // a value of 2 GiB
  CHECK(well_formed(view(hex("02 61 01"), 1)));
}

}  // namespace
}  // namespace weir::record
