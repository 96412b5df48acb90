// LZ4 in its frame format, written as Java clients write it: version 01, independent blocks of 64 KiB, no
// checksums but the header's, no content size (04 22 4d 18 60 40 82). The Java reader refuses linked blocks.
#include <lz4frame.h>

#include <algorithm>
#include <new>

#include "base/assert.h"
#include "record/codec.h"

namespace weir::record {
namespace {

constexpr std::size_t kStep = 256u << 10;

class Lz4Packer : public Packer {
 public:
  Lz4Packer() {
    if (LZ4F_isError(LZ4F_createCompressionContext(&context_, LZ4F_VERSION))) throw std::bad_alloc();
  }
  ~Lz4Packer() override { LZ4F_freeCompressionContext(context_); }

  void pack(std::string_view raw, base::Buffer& to) override {
    LZ4F_preferences_t wish = LZ4F_INIT_PREFERENCES;
    wish.frameInfo.blockSizeID = LZ4F_max64KB;
    wish.frameInfo.blockMode = LZ4F_blockIndependent;
    wish.autoFlush = 1;
    char* at = to.room(LZ4F_compressFrameBound(raw.size(), &wish));
    const std::size_t room = to.capacity() - to.size();
    // Three steps in place of LZ4F_compressFrame, which would add the content size and pick the block size
    // itself.
    std::size_t made = checked(LZ4F_compressBegin(context_, at, room, &wish));
    made += checked(LZ4F_compressUpdate(context_, at + made, room - made, raw.data(), raw.size(), nullptr));
    made += checked(LZ4F_compressEnd(context_, at + made, room - made, nullptr));
    to.added(made);
  }

 private:
  static std::size_t checked(std::size_t outcome) {
    WEIR_ASSERT(!LZ4F_isError(outcome));
    return outcome;
  }
  LZ4F_cctx* context_ = nullptr;
};

class Lz4Unpacker : public Unpacker {
 public:
  Lz4Unpacker() {
    if (LZ4F_isError(LZ4F_createDecompressionContext(&context_, LZ4F_VERSION))) throw std::bad_alloc();
  }
  ~Lz4Unpacker() override { LZ4F_freeDecompressionContext(context_); }

  Fault unpack(std::string_view packed, base::Buffer& to, std::size_t limit) override {
    LZ4F_resetDecompressionContext(context_);
    std::size_t read = 0;
    std::size_t left = limit;
    for (;;) {
      const std::size_t step = std::min(kStep, left + 1);
      std::size_t made = step;
      std::size_t taken = packed.size() - read;
      const std::size_t hint =
          LZ4F_decompress(context_, to.room(step), &made, packed.data() + read, &taken, nullptr);
      if (LZ4F_isError(hint)) return {"lz4 data is damaged", read};
      read += taken;
      if (made > left) return {"lz4 data unpacks to more than the limit", read};
      to.added(made);
      left -= made;
      if (hint == 0 && read == packed.size()) return {};
      if (made == 0 && taken == 0) return {"lz4 data is cut off", packed.size()};
    }
  }

 private:
  LZ4F_dctx* context_ = nullptr;
};

}  // namespace

std::unique_ptr<Packer> lz4_packer() {
  return std::make_unique<Lz4Packer>();
}
std::unique_ptr<Unpacker> lz4_unpacker() {
  return std::make_unique<Lz4Unpacker>();
}

}  // namespace weir::record
