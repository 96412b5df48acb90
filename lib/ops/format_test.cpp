#include "ops/format.h"

#include <doctest/doctest.h>

#include "base/error.h"
#include "ops/print_format.h"
#include "ops/time_layout.h"
#include "record/headers.h"

namespace weir::ops {
namespace {

std::string formatted(std::string_view format, const record::Record& record = {}) {
  PrintFormat made(format, base::Zone());
  std::string text;
  made.write({.record = record, .topic = "orders", .partition = 3, .offset = 42}, text);
  return text;
}

record::Record sample(const record::HeadersBuilder& headers) {
  record::Record record;
  record.key = record::Bytes(std::string_view("k1"));
  record.value = record::Bytes(std::string_view("\x01v\n"));
  record.headers = headers.headers();
  record.ts = {1'700'000'000'123};
  return record;
}

TEST_CASE("letters stand for the parts of a record, in rpk's meaning and in kcat's where only kcat has one") {
  record::HeadersBuilder headers;
  headers.add("a", record::Bytes(std::string_view("1")));
  headers.add("b", {});
  const record::Record record = sample(headers);
  CHECK(formatted("%t-%p@%o", record) == "orders-3@42");
  CHECK(formatted("%k=%v", record) == "k1=\x01v\n");
  CHECK(formatted("%s|%S|%T", record) == "\x01v\n|3|1700000000123");
  CHECK(formatted("%K %V %H %d %i", record) == "2 3 2 1700000000123 1");
  CHECK(formatted("%h{<%k=%v>}", record) == "<a=1><b=>");
  CHECK(formatted("%h", record) == "a=1,b=NULL");
  CHECK(formatted("%R", record) == std::string("\0\0\0\3", 4));
}

TEST_CASE("a null key or value is empty, and -1 where kcat says so") {
  CHECK(formatted("[%k][%v][%V][%S][%K]") == "[][][0][-1][-1]");
  CHECK(formatted("%R") == "\xff\xff\xff\xff");
}

TEST_CASE("a length that does not fit is a fault, and a null in few bits is as long as nothing") {
  const std::string text(256, 'x');
  record::Record record;
  record.value = record::Bytes(std::string_view(text));
  const auto fault = [&](std::string_view format) {
    PrintFormat made(format, base::Zone());
    std::string written;
    made.write({.record = record, .topic = "t", .partition = 0, .offset = 0}, written);
    return made.fault();
  };
  CHECK(fault("%V{byte}") == "a length of 256 does not fit into 8 bits, which -f gives it");
  CHECK(fault("%V{hex8}") == fault("%V{byte}"));
  CHECK(fault("%V{big16}").empty());
  CHECK(fault("%V").empty());
  CHECK(formatted("%K{byte}%K{hex8}%K{little16}") == std::string("\0"
                                                                 "00"
                                                                 "\0\0",
                                                                 5));
  CHECK(formatted("%K{little32}") == "\xff\xff\xff\xff");
}

TEST_CASE("literal text, escapes and doubled signs stay what they are") {
  CHECK(formatted("plain %% %{ %} {x} \\t\\n\\\\\\x41") == "plain % { } {x} \t\n\\A");
  CHECK(formatted("") == "");
}

TEST_CASE("modifiers say how texts and numbers are written") {
  record::HeadersBuilder none;
  const record::Record record = sample(none);
  CHECK(formatted("%v{hex}", record) == "01760a");
  CHECK(formatted("%k{base64} %k{base64raw}", record) == "azE= azE");
  CHECK(formatted("%o{hex16} %o{hex4} %o{ascii}", record) == "002a a 42");
  CHECK(formatted("%o{big32}", record) == std::string("\0\0\0\x2a", 4));
  CHECK(formatted("%o{little16}", record) == std::string("\x2a\0", 2));
  CHECK(formatted("%o{byte}%o{bool}", record) == "*true");
  CHECK(formatted("%h{%v{hex}}", record) == "");
}

TEST_CASE("a time is written as strftime or Go would") {
  record::HeadersBuilder none;
  const record::Record record = sample(none);
  CHECK(formatted("%d{strftime[%F %T]}", record) == "2023-11-14 22:13:20");
  CHECK(formatted("%d{strftime###%H###}", record) == "22");
  CHECK(formatted("%d{go[2006-01-02T15:04:05.000Z07:00]}", record) == "2023-11-14T22:13:20.123Z");
  CHECK(formatted("%d{go(Mon Jan _2 3:04PM 06)}", record) == "Tue Nov 14 10:13PM 23");
  CHECK(formatted("%d{hex64}", record) == "0000018bcfe5687b");
}

TEST_CASE("times follow the zone, before 1970 too") {
  const base::Zone zone = base::Zone::open("+05:30");
  CHECK(format_time("%F %T %Q %z", 1'700'000'000'123, zone) == "2023-11-15 03:43:20 +05:30 +0530");
  CHECK(format_time("%F %T.%3", -1, base::Zone()) == "1969-12-31 23:59:59.999");
  CHECK(format_time("%s", -1, zone) == "-1");
  CHECK(format_time("", 0, zone) == "");
  CHECK(format_time("%p", 0, zone) == "AM");
}

TEST_CASE("where records are read, %T is the length of the topic and a length may be a number") {
  CHECK(parse_format("%T", FormatUse::write)[0].what == Piece::What::time);
  CHECK(parse_format("%T", FormatUse::read)[0].what == Piece::What::topic_size);
  const Piece three = parse_format("%K{3}", FormatUse::read)[0];
  CHECK(three.as == Piece::As::constant);
  CHECK(three.width == 3);
  for (const char* bad : {"%K{0}", "%K{-1}", "%K{3x}", "%K{}", "%p{3}", "%K{99999999999}"}) {
    CAPTURE(bad);
    CHECK_THROWS_AS(parse_format(bad, FormatUse::read), base::Error);
  }
  CHECK_THROWS_AS(parse_format("%K{3}", FormatUse::write), base::Error);
}

TEST_CASE("what nobody knows is refused, with its place") {
  for (const char* bad : {"%", "%z", "a %q", "%v{nope}", "%o{hex}", "%o{hex7}", "%v{hex", "%h{%k", "%h{%h}",
                          "\\q", "\\x4", "%d{strftime}", "%d{strftime[%F}", "%d{go[x]", "%d{go[x]y}"}) {
    CAPTURE(bad);
    CHECK_THROWS_AS(parse_format(bad, FormatUse::write), base::Error);
  }
  try {
    parse_format("%v %q", FormatUse::write);
    FAIL("accepted");
  } catch (const base::Error& error) {
    CHECK(error.kind() == base::Kind::usage);
    CHECK(error.place() == "-f:1:4");
    CHECK(error.caret() == 3);
  }
}

}  // namespace
}  // namespace weir::ops
