#include "state/codec.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <string>

using namespace weir;
using state::Reader;
using state::Writer;

namespace {

std::string sample() {
  base::Buffer bytes;
  Writer out(bytes);
  out.number(UINT64_MAX);
  out.number(300);
  out.integer(INT64_MIN);
  out.integer(-1);
  out.flag(true);
  out.real(-0.1);
  out.text("text");
  out.text("");
  return std::string(bytes.view());
}

}  // namespace

TEST_CASE("what is written is read back, to the last byte") {
  const std::string bytes = sample();
  Reader in(bytes);
  CHECK(in.number() == UINT64_MAX);
  CHECK(in.number_of<std::uint16_t>() == 300);
  CHECK(in.integer() == INT64_MIN);
  CHECK(in.integer() == -1);
  CHECK(in.flag());
  CHECK(in.real() == -0.1);
  CHECK(in.text() == "text");
  CHECK_FALSE(in.done());
  CHECK(in.text().empty());
  CHECK(in.done());
}

TEST_CASE("numbers of every size are read back") {
  for (unsigned bit = 0; bit < 64; ++bit) {
    for (const std::uint64_t value : {std::uint64_t{1} << bit, (std::uint64_t{1} << bit) - 1}) {
      base::Buffer bytes;
      Writer(bytes).number(value);
      Writer(bytes).integer(static_cast<std::int64_t>(value));
      Writer(bytes).integer(static_cast<std::int64_t>(0 - value));
      Reader in(bytes.view());
      CHECK(in.number() == value);
      CHECK(in.integer() == static_cast<std::int64_t>(value));
      CHECK(in.integer() == static_cast<std::int64_t>(0 - value));
      CHECK(in.done());
    }
  }
}

TEST_CASE("bytes that were cut anywhere fail, and stay failed") {
  const std::string whole = sample();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CAPTURE(size);
    Reader in(std::string_view(whole).substr(0, size));
    in.number(), in.number(), in.integer(), in.integer(), in.flag(), in.real(), in.text(), in.text();
    CHECK(in.failed());
    CHECK_FALSE(in.done());
    CHECK(in.number() == 0);
    CHECK(in.text().empty());
  }
}

TEST_CASE("what no writer writes fails") {
  Reader too_long("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02");
  too_long.number();
  CHECK(too_long.failed());
  Reader endless("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01");
  endless.number();
  CHECK(endless.failed());
  Reader no_flag("\x02");
  no_flag.flag();
  CHECK(no_flag.failed());
  Reader past_the_end("\x05text");
  past_the_end.text();
  CHECK(past_the_end.failed());
  Reader too_large("\x80\x02");
  CHECK(too_large.number_of<std::uint8_t>() == 0);
  CHECK(too_large.failed());
}
