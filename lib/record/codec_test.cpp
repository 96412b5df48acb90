#include <doctest/doctest.h>
#include <snappy.h>
#include <zstd.h>

#include <random>
#include <string>

#include "record/codec.h"
#include "support/records.h"

namespace weir::record {
namespace {

using testing::hex;

constexpr Codec kPacking[] = {Codec::gzip, Codec::snappy, Codec::lz4, Codec::zstd};

std::string packed(Codec codec, std::string_view raw) {
  Codecs codecs;
  base::Buffer to;
  codecs.pack(codec, raw, to);
  return std::string(to.view());
}

struct Unpacked {
  Fault fault;
  std::string raw;
};

Unpacked unpacked(Codec codec, std::string_view bytes, std::size_t limit = kMaxUnpackedBytes) {
  // In memory of exactly that size, so that a sanitizer sees a read behind it.
  const auto exact = std::make_unique<char[]>(bytes.size());
  std::copy(bytes.begin(), bytes.end(), exact.get());
  Codecs codecs;
  base::Buffer to;
  Unpacked result;
  result.fault = codecs.unpack(codec, {exact.get(), bytes.size()}, to, limit);
  CHECK(to.size() <= limit);
  // What a bomb may cost: what came out, half as much again for growth, one step of output.
  CHECK(to.capacity() <= limit + limit / 2 + (512u << 10));
  if (!result.fault) result.raw = to.view();
  return result;
}

// Half of it repeats and half does not.
std::string sample(std::size_t size) {
  std::mt19937_64 random(size);
  std::string text(size, '\0');
  for (std::size_t i = 0; i < size; ++i)
    text[i] = static_cast<char>(i / 64 % 2 == 0 ? 'a' + i % 7 : random());
  return text;
}

TEST_CASE("bytes of any size come out of every codec as they went in") {
  for (const Codec codec : kPacking) {
    CAPTURE(name(codec));
    for (const std::size_t size : {0u, 1u, 2u, 100u, 32767u, 32768u, 32769u, 65536u, 65537u, 300000u}) {
      CAPTURE(size);
      const Unpacked result = unpacked(codec, packed(codec, sample(size)));
      CHECK_FALSE(result.fault);
      CHECK(result.raw == sample(size));
    }
  }
}

TEST_CASE("an object packs and unpacks many times, also after a fault") {
  Codecs codecs;
  for (int round = 0; round < 3; ++round) {
    for (const Codec codec : kPacking) {
      const std::string raw = sample(5000 + static_cast<std::size_t>(round));
      base::Buffer to, back;
      to.append("before");
      codecs.pack(codec, raw, to);
      REQUIRE(to.view().starts_with("before"));
      const std::string_view whole = to.view().substr(6);
      CHECK(codecs.unpack(codec, whole.substr(0, whole.size() / 2), back));
      back.clear();
      CHECK_FALSE(codecs.unpack(codec, whole, back));
      CHECK(back.view() == raw);
    }
  }
}

TEST_CASE("output of exactly the limit is taken, of one byte more is not") {
  const std::string raw = sample(100000);
  for (const Codec codec : {Codec::none, Codec::gzip, Codec::snappy, Codec::lz4, Codec::zstd}) {
    CAPTURE(name(codec));
    const std::string bytes = packed(codec, raw);
    CHECK_FALSE(unpacked(codec, bytes, raw.size()).fault);
    CHECK(unpacked(codec, bytes, raw.size() - 1).fault);
    CHECK(unpacked(codec, bytes, 0).fault);
  }
}

TEST_CASE("packed bytes cut off anywhere are a fault") {
  const std::string raw = sample(3000);
  for (const Codec codec : kPacking) {
    CAPTURE(name(codec));
    const std::string bytes = packed(codec, raw);
    for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
      // A snappy stream says nothing of its end: without a chunk it is empty, and whole.
      if (codec == Codec::snappy && cut == 16) continue;
      CAPTURE(cut);
      CHECK(unpacked(codec, bytes.substr(0, cut)).fault);
    }
    CHECK(unpacked(codec, bytes + '\x01').fault);
  }
}

TEST_CASE("damaged bytes unpack to no more than the limit and end") {
  const std::string raw = sample(3000);
  for (const Codec codec : kPacking) {
    CAPTURE(name(codec));
    std::string bytes = packed(codec, raw);
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
      bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ 1 << bit % 8);
      unpacked(codec, bytes, 8000);
      bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ 1 << bit % 8);
    }
  }
}

TEST_CASE("lz4 begins as Java's frames do, and independent blocks are what it holds") {
  const std::string bytes = packed(Codec::lz4, sample(200000));
  CHECK(bytes.substr(0, 7) == hex("04 22 4d 18 60 40 82"));
  CHECK(bytes.substr(bytes.size() - 4) == hex("00 00 00 00"));
}

TEST_CASE("an lz4 frame that lies about its content size is refused") {
  // Version 01, independent blocks, content size 2^40; an uncompressed block "abc"; end mark. The header's
  // checksum (0xa2, the second byte of its xxh32) is right for these bytes or the size would not be looked at.
  const std::string lying =
      hex("04 22 4d 18 68 40 00 00 00 00 00 01 00 00 55 03 00 00 80 61 62 63 00 00 00 00");
  for (int sum = 0; sum < 256; ++sum) {
    std::string bytes = lying;
    bytes[14] = static_cast<char>(sum);
    CHECK(unpacked(Codec::lz4, bytes).fault);
  }
}

TEST_CASE("snappy is written in the stream that Java reads, in chunks of 32 KiB") {
  const std::string bytes = packed(Codec::snappy, std::string(70000, 'x'));
  CHECK(bytes.substr(0, 16) == hex("82 53 4e 41 50 50 59 00 00 00 00 01 00 00 00 01"));
  CHECK(unpacked(Codec::snappy, bytes).raw == std::string(70000, 'x'));
  CHECK(unpacked(Codec::snappy, bytes + bytes).raw == std::string(140000, 'x'));
}

TEST_CASE("one raw snappy block, as librdkafka writes it, is read too") {
  for (const std::size_t size : {0u, 1u, 100u, 200000u}) {
    std::string block;
    const std::string raw = sample(size);
    snappy::Compress(raw.data(), raw.size(), &block);
    CHECK(unpacked(Codec::snappy, block).raw == raw);
    if (size > 0) CHECK(unpacked(Codec::snappy, block, size - 1).fault);
  }
}

TEST_CASE("a snappy block that declares more than its bytes can make costs no memory") {
  CHECK(unpacked(Codec::snappy, hex("ff ff ff ff 0f 00 61")).fault);  // 4 GiB
  CHECK(unpacked(Codec::snappy, hex("80 80 80 20 00 61")).fault);     // exactly the limit of 64 MiB
  CHECK(unpacked(Codec::snappy, hex("ff ff ff ff ff ff 0f")).fault);  // no size at all
  CHECK(unpacked(Codec::snappy, hex("82534e4150505900 00000001 00000001 7fffffff 00")).fault);
  CHECK(unpacked(Codec::snappy, hex("82534e4150505900 00000001 00000001 00000000 00")).fault);
  CHECK(unpacked(Codec::snappy, hex("82534e4150505900 00000001 00000001 ffffffff 00")).fault);
  CHECK(
      unpacked(Codec::snappy, hex("82534e4150505900 00000001 00000002")).fault);  // a version from the future
}

TEST_CASE("several zstd frames in a row, and one without a content size, are read") {
  const std::string a = packed(Codec::zstd, "first ");
  const std::string b = packed(Codec::zstd, "second");
  CHECK(unpacked(Codec::zstd, a + b).raw == "first second");

  const std::string raw = sample(100000);
  std::string bytes(ZSTD_compressBound(raw.size()), '\0');
  ZSTD_CCtx* const context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 0);
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  bytes.resize(ZSTD_compress2(context, bytes.data(), bytes.size(), raw.data(), raw.size()));
  ZSTD_freeCCtx(context);
  REQUIRE(ZSTD_getFrameContentSize(bytes.data(), bytes.size()) == ZSTD_CONTENTSIZE_UNKNOWN);
  CHECK(unpacked(Codec::zstd, bytes).raw == raw);
}

TEST_CASE("a zstd frame that wants a window of 2 GiB is refused") {
  // Magic, descriptor (no content size, no checksum), window 2 GiB, one raw block "a", last.
  CHECK(unpacked(Codec::zstd, hex("28 b5 2f fd 00 a8 09 00 00 61")).fault);
  CHECK(unpacked(Codec::zstd, hex("28 b5 2f fd 00 68 09 00 00 61")).raw == "a");  // 8 MiB
  CHECK(unpacked(Codec::zstd, hex("28 b5 2f fd 00 70 09 00 00 61")).fault);       // 16 MiB
}

TEST_CASE("bombs of a thousand to one stop at the limit") {
  const std::string zeros(128u << 20, '\0');
  for (const Codec codec : kPacking) {
    CAPTURE(name(codec));
    const std::string bomb = packed(codec, zeros);
    CHECK(unpacked(codec, bomb).fault);
    CHECK(unpacked(codec, bomb, 1000).fault);
  }
}

TEST_CASE("codecs are found by the names that -z and compression.type use") {
  CHECK(codec_named("zstd") == Codec::zstd);
  CHECK(codec_named("none") == Codec::none);
  CHECK(codec_named("ZSTD") == std::nullopt);
  CHECK(codec_named("") == std::nullopt);
  for (int i = 0; i < kCodecs; ++i) CHECK(codec_named(name(static_cast<Codec>(i))) == static_cast<Codec>(i));
}

}  // namespace
}  // namespace weir::record
