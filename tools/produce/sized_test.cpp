#include <doctest/doctest.h>

#include <tuple>

#include "base/error.h"
#include "ops/print_format.h"
#include "record/headers.h"
#include "stream/stream_test_words.h"
#include "support/random_records.h"
#include "support/records.h"
#include "tools/produce/in_format.h"
#include "tools/produce/sized_source.h"

namespace weir::produce {
namespace {

using namespace stream::testing;

struct Reader {
  Reader(const char* format, std::size_t max_line = 1u << 20, std::size_t block = 64u << 10)
      : in(format, topics, [] { return base::EventTime{7}; }),
        options{.max_line = max_line, .block_bytes = block} {}

  TopicTable topics;
  InFormat in;
  SizedSource::Options options;
  stream::Errors errors{{.tool = "produce", .policy = stream::Errors::Policy::skip}};

  // Calls use(batch) with every batch of records.
  template <typename Use>
  void read(std::string_view bytes, Use use) {
    const TempFile file{std::string(bytes)};
    SizedSource source({{file.path()}}, in.sized(), options, errors);
    FakeSink unused;
    stream::Context context{unused, errors};
    stream::Batch batch;
    while (source.next(batch) == stream::Pull::batch) {
      for (std::size_t i = 0; i < batch.lines.size(); ++i) CHECK(batch.lines[i].index == i);
      in.on_batch(batch, context);
      use(batch);
    }
  }

  // "key=value name:value @ts" of each record.
  Strings texts(std::string_view input) {
    Strings all;
    const auto words = [](const record::Bytes& bytes) {
      return bytes.null() ? std::string("(null)") : std::string(bytes.view());
    };
    read(input, [&](const stream::Batch& batch) {
      for (const record::Record& record : batch.records) {
        std::string text = words(record.key) + "=" + words(record.value);
        record::HeaderCursor cursor(record.headers);
        for (record::Header header; cursor.next(header);)
          text += " " + std::string(header.name) + ":" + words(header.value);
        all.push_back(text + " @" + std::to_string(record.ts.ms));
      }
    });
    return all;
  }
};

// With every NUL that the literal holds.
template <std::size_t size>
std::string bytes(const char (&literal)[size]) {
  return {literal, size - 1};
}

TEST_CASE("a text is as long as was said before it, whatever it holds") {
  CHECK(Reader("%V %v").texts("3 a\nb0 9 5 6 7 8 9") ==
        Strings{"(null)=a\nb @7", "(null)= @7", "(null)=5 6 7 8 9 @7"});
  CHECK(Reader("%K %k%V %v\\n").texts("1 k2 v\n\n0 0 \n") == Strings{"k=v\n @7", "= @7"});
  CHECK(Reader("%K{3}%k%V{big16}%v").texts(bytes("abc\0\2\0\0def\0\0")) ==
        Strings{"abc=" + bytes("\0\0") + " @7", "def= @7"});
  CHECK(Reader("%k=%V{byte}%v;").texts(bytes("a=\1;;b=\0;")) == Strings{"a=; @7", "b= @7"});
  CHECK(Reader("%d{big64} %v\\n").texts(bytes("\0\0\0\0\0\0\1\1 v\n")) == Strings{"(null)=v @257"});
}

TEST_CASE("numbers stand in every form, and -1 is null") {
  CHECK(Reader("%V{hex8}%v").texts("02ab00") == Strings{"(null)=ab @7", "(null)= @7"});
  CHECK(Reader("%V{hex4}%v").texts("2ab") == Strings{"(null)=ab @7"});
  CHECK(Reader("%V{little16}%v").texts(bytes("\1\0a")) == Strings{"(null)=a @7"});
  CHECK(Reader("%V{little32}%v").texts(bytes("\1\0\0\0a\xff\xff\xff\xff")) ==
        Strings{"(null)=a @7", "(null)=(null) @7"});
  CHECK(Reader("%S %s").texts("-1 1 a") == Strings{"(null)=(null) @7", "(null)=a @7"});
  CHECK(Reader("%R%v").texts(bytes("\0\0\0\1a\xff\xff\xff\xff")) ==
        Strings{"(null)=a @7", "(null)=(null) @7"});
  CHECK(Reader("%V{hex32}%v").texts("ffffffff00000000") == Strings{"(null)=(null) @7", "(null)= @7"});
}

TEST_CASE("a length counts the bytes themselves where they are written in digits") {
  CHECK(Reader("%K %k{hex}%V %v{base64}\\n").texts("2 6B311 dg==\n") == Strings{"k1=v @7"});
  Reader reader("%V %v{hex}\\n");
  CHECK(reader.texts("1 zz\n1 61\n") == Strings{"(null)=a @7"});
  CHECK(reader.errors.skipped() == 1);
}

TEST_CASE("headers are as many as was said") {
  CHECK(Reader("%H %h{%K %k%V %v}%V %v\\n").texts("2 1 a1 b1 c-1 1 x\n0 1 y\n") ==
        Strings{"(null)=x a:b c:(null) @7", "(null)=y @7"});
  CHECK(Reader("%H{1}%h{%k=%v,}%V{1}%v").texts("a=b,x") == Strings{"(null)=x a:b @7"});
}

TEST_CASE("a topic and a partition may have a length and a number too") {
  Reader reader("%T{byte}%t%p{big16}%V{byte}%v");
  int seen = 0;
  reader.read(bytes("\2ab\0\3\1x\2..\0\3\1x"), [&](const stream::Batch& batch) {
    REQUIRE(batch.routes.size() == batch.lines.size());
    for (const stream::Route& route : batch.routes) {
      ++seen;
      CHECK(reader.topics.names().at(route.topic) == "ab");
      CHECK(route.partition.value == 3);
    }
  });
  CHECK(seen == 1);
  CHECK(reader.errors.skipped() == 1);
}

TEST_CASE("however the bytes arrive, the records are the same") {
  const std::string text = bytes("1 k3 v\nw1 1 a0 ;0 100 ") + std::string(100, 'x') + "0 ;";
  const char* const format = "%K %k%V %v%H %h{%K %k%V %v};";
  const Strings whole = Reader(format).texts(text);
  CHECK(whole == Strings{"k=v\nw a: @7", "=" + std::string(100, 'x') + " @7"});
  for (std::size_t block : {1, 2, 3, 5, 8, 64}) CHECK(Reader(format, 1000, block).texts(text) == whole);
}

TEST_CASE(
    "an input cut at every byte gives the records before, and one bad event unless it is cut between two") {
  const std::string first = bytes("1 k3 v\nw1 1 a0 ;"), second = bytes("-1 2 vv0 ;");
  for (std::size_t cut = 0; cut <= first.size() + second.size(); ++cut) {
    CAPTURE(cut);
    Reader reader("%K %k%V %v%H %h{%K %k%V %v};", 1000, 16);
    const Strings read = reader.texts((first + second).substr(0, cut));
    // Without the text that ends the very last one it is whole too, as a line is without its newline.
    const std::size_t end = first.size() - 1, last = first.size() + second.size() - 1;
    CHECK(read.size() == std::size_t{cut >= end} + std::size_t{cut >= last});
    const bool between = cut == 0 || cut == end || cut == end + 1 || cut >= last;
    CHECK(reader.errors.skipped() == !between);
  }
}

TEST_CASE("a cut off record is told with the byte where the input ends") {
  Reader reader("%V %v\\n");
  stream::Errors strict{{.tool = "produce"}};
  const TempFile file("1 a\n10 bc");
  SizedSource source({{file.path()}}, reader.in.sized(), {}, strict);
  stream::Batch batch;
  while (source.next(batch) == stream::Pull::batch) continue;
  REQUIRE(strict.halted());
  CHECK(std::string(strict.halted()->what()) ==
        "input ends at byte 9 within a record: in its value, 8 bytes before its end");
  CHECK(strict.halted()->place() == file.path() + ":2:6");
  CHECK(strict.halted()->code() == "truncated_record");
}

TEST_CASE("a record too long is passed over in bounded memory, and costs no other record") {
  for (std::size_t size : {11u, 70000u, 3000000u}) {
    CAPTURE(size);
    Reader reader("%V %v\\n", 10, 64);
    const std::string text =
        "1 a\n" + std::to_string(size) + " " + std::string(size, 'x') + "\n10 0123456789\n";
    CHECK(reader.texts(text) == Strings{"(null)=a @7", "(null)=0123456789 @7"});
    CHECK(reader.errors.skipped() == 1);
  }
  Reader headers("%H{big32}%h{%K{byte}%k%V{byte}%v}%V{byte}%v", 10, 64);
  CHECK(headers.texts(bytes("\0\4\0\0") + std::string(2 * 0x40000, '\0') + bytes("\1a\0\0\0\0\1b")) ==
        Strings{"(null)=b @7"});
  CHECK(headers.errors.skipped() == 1);
}

TEST_CASE("where nobody can tell where the next record begins the run ends, under skip too") {
  for (const auto& [format, text, byte] : {std::tuple{"%V %v\\n", "1 a\nx b\n", "byte 4"},
                                           {"%V %v\\n", "1 a\n1 bc\n", "byte 7"},
                                           {"%V{hex8}%v\\n", "01a\n0xb\n", "byte 4"},
                                           {"%V %v\\n", "1 a\n-2 b\n", "byte 4"},
                                           {"%V %v\\n", "1 a\n99999999999 b\n", "byte 4"},
                                           {"%V %v\\n", "1 a\n9999999999999999999999 b\n", "byte 4"},
                                           {"%H %h{%k:%v,}%V %v\\n", "0 1 a\n-1 1 b\n", "byte 6"}}) {
    CAPTURE(text);
    Reader reader(format);
    std::size_t records = 0;
    try {
      reader.read(text, [&](const stream::Batch& batch) { records += batch.lines.size(); });
      FAIL("read to its end");
    } catch (const base::Error& error) {
      CHECK(error.kind() == base::Kind::data);
      CHECK(std::string(error.what()).ends_with(byte));
    }
    CHECK(records == 1);
  }
}

TEST_CASE("what consume writes by a format with lengths, produce reads back, whatever the record") {
  for (const char* format : {"%K{big32}%k%S{big32}%v%H{big32}%h{%K{big32}%k%S{big32}%v}%d{big64}",
                             "%d %K %k%S %v%H %h{%K %k%S %v}\\n",
                             "%S{little64}%H{byte}%K{hex64}%v%h{%k{hex}|%S{little32}%v}%k%d{hex64}",
                             "%K %k{base64} %H{hex4}%h{%K{hex16}%k{hex}%S %v}%R%s{hex}%d{little64}"}) {
    CAPTURE(format);
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      CAPTURE(seed);
      record::testing::RandomRecords wild(seed), again(seed);
      ops::PrintFormat print(format, base::Zone());
      std::string text;
      for (int i = 0; i < 100; ++i) {
        print.write({.record = wild.next(), .topic = "t", .partition = 0, .offset = i}, text);
        REQUIRE(print.fault().empty());
      }
      Reader reader(format, 1u << 20, 1000 * seed);
      int seen = 0;
      reader.read(text, [&](const stream::Batch& batch) {
        for (const record::Record& record : batch.records) {
          ++seen;
          CHECK(record::testing::own(record, {0}) == record::testing::own(again.next(), {0}));
        }
      });
      CHECK(seen == 100);
      CHECK(reader.errors.skipped() == 0);
    }
  }
}

TEST_CASE("a format whose records nobody could tell apart is refused") {
  TopicTable topics;
  for (const char* bad : {"%V%v",
                          "%V %v%d",
                          "%V 5%d\\n",
                          "%V1%v",
                          "%v\\n%V ",
                          "%V %v%V ",
                          "%V %v%v",
                          "%V \\n",
                          "%T %v\\n",
                          "%V %v%k",
                          "%V %v%h{%K %k%V %v}",
                          "%H %V %v",
                          "%H %h{}%V %v",
                          "%H %h{%K{byte}}%V %v",
                          "%H %h{%t }%V %v",
                          "%H %h{%d }%V %v",
                          "%V %v%o ",
                          "%V{bool} %v",
                          "%V{0}%v",
                          "%V %v{base64raw}",
                          "%V %v%h",
                          "%H %h{%V %v%k}"}) {
    CAPTURE(bad);
    CHECK_THROWS_AS(InFormat(bad, topics, [] { return base::EventTime{0}; }), base::Error);
  }
}

}  // namespace
}  // namespace weir::produce
