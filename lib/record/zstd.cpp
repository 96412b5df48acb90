// Zstandard: one frame written; several in a row, with or without a content size, are read.
#include <zstd.h>

#include <algorithm>
#include <new>

#include "base/assert.h"
#include "record/codec.h"

namespace weir::record {
namespace {

constexpr int kLevel = 3;
constexpr int kMaxWindowLog = 23;  // 8 MiB: a frame may ask the reader for 2 GiB otherwise
constexpr std::size_t kStep = 128u << 10;

class ZstdPacker : public Packer {
 public:
  ZstdPacker() : context_(ZSTD_createCCtx()) {
    if (context_ == nullptr) throw std::bad_alloc();
    ZSTD_CCtx_setParameter(context_, ZSTD_c_compressionLevel, kLevel);
  }
  ~ZstdPacker() override { ZSTD_freeCCtx(context_); }

  void pack(std::string_view raw, base::Buffer& to) override {
    const std::size_t most = ZSTD_compressBound(raw.size());
    const std::size_t made = ZSTD_compress2(context_, to.room(most), most, raw.data(), raw.size());
    if (ZSTD_isError(made)) throw std::bad_alloc();  // with room for the worst case only memory can lack
    to.added(made);
  }

 private:
  ZSTD_CCtx* context_;
};

class ZstdUnpacker : public Unpacker {
 public:
  ZstdUnpacker() : context_(ZSTD_createDCtx()) {
    if (context_ == nullptr) throw std::bad_alloc();
    ZSTD_DCtx_setParameter(context_, ZSTD_d_windowLogMax, kMaxWindowLog);
  }
  ~ZstdUnpacker() override { ZSTD_freeDCtx(context_); }

  Fault unpack(std::string_view packed, base::Buffer& to, std::size_t limit) override {
    ZSTD_DCtx_reset(context_, ZSTD_reset_session_only);
    ZSTD_inBuffer in{packed.data(), packed.size(), 0};
    std::size_t left = limit;
    for (;;) {
      const std::size_t step = std::min(kStep, left + 1);
      ZSTD_outBuffer out{to.room(step), step, 0};
      const std::size_t before = in.pos;
      const std::size_t hint = ZSTD_decompressStream(context_, &out, &in);
      if (ZSTD_isError(hint)) return {"zstd data is damaged or needs a window above 8 MiB", in.pos};
      if (out.pos > left) return {"zstd data unpacks to more than the limit", in.pos};
      to.added(out.pos);
      left -= out.pos;
      if (hint == 0 && in.pos == in.size) return {};
      if (out.pos == 0 && in.pos == before) return {"zstd data is cut off", in.size};
    }
  }

 private:
  ZSTD_DCtx* context_;
};

}  // namespace

std::unique_ptr<Packer> zstd_packer() {
  return std::make_unique<ZstdPacker>();
}
std::unique_ptr<Unpacker> zstd_unpacker() {
  return std::make_unique<ZstdUnpacker>();
}

}  // namespace weir::record
