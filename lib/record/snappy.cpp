// Snappy: written in the xerial stream that Java clients write, read in that and as the one raw block that
// others write.
//   stream: 8 bytes 82 'S' 'N' 'A' 'P' 'P' 'Y' 00, int32 version, int32 oldest compatible version,
//           then chunks: int32 size, a raw block of that size (big-endian)
#include <snappy.h>

#include <algorithm>
#include <cstring>

#include "base/assert.h"
#include "base/byte_order.h"
#include "record/codec.h"

namespace weir::record {
namespace {

using base::load_be;
using base::store_be;

constexpr std::string_view kStreamMagic("\x82SNAPPY\0", 8);
constexpr std::size_t kStreamHeaderBytes = 16;
constexpr std::size_t kChunkBytes = 32u << 10;
// What a raw block can grow to at most: its longest copy makes 64 bytes out of 3 (tag and 2-byte offset).
constexpr std::size_t kMostBytesPerByte = 22;

class SnappyPacker : public Packer {
 public:
  void pack(std::string_view raw, base::Buffer& to) override {
    char header[kStreamHeaderBytes];
    std::memcpy(header, kStreamMagic.data(), kStreamMagic.size());
    store_be<std::int32_t>(header + 8, 1);
    store_be<std::int32_t>(header + 12, 1);
    to.append(header, sizeof header);
    for (; !raw.empty(); raw.remove_prefix(std::min(kChunkBytes, raw.size()))) {
      const std::string_view chunk = raw.substr(0, kChunkBytes);
      char* at = to.room(4 + snappy::MaxCompressedLength(chunk.size()));
      std::size_t size = 0;
      snappy::RawCompress(chunk.data(), chunk.size(), at + 4, &size);
      store_be(at, static_cast<std::int32_t>(size));
      to.added(4 + size);
    }
  }
};

class SnappyUnpacker : public Unpacker {
 public:
  Fault unpack(std::string_view packed, base::Buffer& to, std::size_t limit) override {
    const std::size_t all = packed.size();
    if (!packed.starts_with(kStreamMagic)) return block(packed, to, &limit, 0);
    if (all < kStreamHeaderBytes) return {"snappy stream is cut off", all};
    if (load_be<std::int32_t>(packed.data() + 12) > 1) return {"snappy stream of an unknown version", 12};
    packed.remove_prefix(kStreamHeaderBytes);
    while (!packed.empty()) {
      const std::size_t at = all - packed.size();
      // Streams may be joined: then the next one's header stands where a chunk would.
      if (packed.size() >= kStreamHeaderBytes && packed.starts_with(kStreamMagic)) {
        packed.remove_prefix(kStreamHeaderBytes);
        continue;
      }
      if (packed.size() < 4) return {"snappy stream is cut off", all};
      const auto size = load_be<std::int32_t>(packed.data());
      packed.remove_prefix(4);
      if (size <= 0 || static_cast<std::size_t>(size) > packed.size())
        return {"snappy chunk beyond its stream", at};
      if (Fault fault = block(packed.substr(0, static_cast<std::size_t>(size)), to, &limit, at)) return fault;
      packed.remove_prefix(static_cast<std::size_t>(size));
    }
    return {};
  }

 private:
  static Fault block(std::string_view packed, base::Buffer& to, std::size_t* left, std::size_t at) {
    std::size_t size = 0;
    if (!snappy::GetUncompressedLength(packed.data(), packed.size(), &size))
      return {"snappy block is damaged", at};
    if (size > *left) return {"snappy data unpacks to more than the limit", at};
    // The size is declared, so it is believed only as far as the packed bytes could make it true.
    if (size > packed.size() * kMostBytesPerByte + 64) return {"snappy block is damaged", at};
    if (!snappy::RawUncompress(packed.data(), packed.size(), to.room(size)))
      return {"snappy block is damaged", at};
    to.added(size);
    *left -= size;
    return {};
  }
};

}  // namespace

std::unique_ptr<Packer> snappy_packer() {
  return std::make_unique<SnappyPacker>();
}
std::unique_ptr<Unpacker> snappy_unpacker() {
  return std::make_unique<SnappyUnpacker>();
}

}  // namespace weir::record
