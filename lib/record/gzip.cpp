// gzip as RFC 1952 has it, by zlib.
#include <zlib.h>

#include <algorithm>
#include <new>

#include "base/assert.h"
#include "record/codec.h"

namespace weir::record {
namespace {

constexpr int kGzip = 15 + 16;  // the whole window, with gzip header and trailer
constexpr std::size_t kStep = 64u << 10;

void check_memory(int outcome) {
  if (outcome == Z_MEM_ERROR) throw std::bad_alloc();
}

Bytef* in(std::string_view bytes) {
  return reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
}

class GzipPacker : public Packer {
 public:
  GzipPacker() {
    check_memory(deflateInit2(&stream_, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzip, 8, Z_DEFAULT_STRATEGY));
  }
  ~GzipPacker() override { deflateEnd(&stream_); }

  void pack(std::string_view raw, base::Buffer& to) override {
    deflateReset(&stream_);
    stream_.next_in = in(raw);
    stream_.avail_in = static_cast<uInt>(raw.size());
    const std::size_t most = deflateBound(&stream_, raw.size());
    stream_.next_out = reinterpret_cast<Bytef*>(to.room(most));
    stream_.avail_out = static_cast<uInt>(most);
    const int outcome = deflate(&stream_, Z_FINISH);
    WEIR_ASSERT(outcome == Z_STREAM_END);
    to.added(most - stream_.avail_out);
  }

 private:
  z_stream stream_{};
};

class GzipUnpacker : public Unpacker {
 public:
  GzipUnpacker() { check_memory(inflateInit2(&stream_, kGzip)); }
  ~GzipUnpacker() override { inflateEnd(&stream_); }

  Fault unpack(std::string_view packed, base::Buffer& to, std::size_t limit) override {
    inflateReset(&stream_);
    stream_.next_in = in(packed);
    stream_.avail_in = static_cast<uInt>(packed.size());
    std::size_t left = limit;
    for (;;) {
      // One byte more than allowed, so that output of exactly the limit is told from more than that.
      const std::size_t step = std::min(kStep, left + 1);
      stream_.next_out = reinterpret_cast<Bytef*>(to.room(step));
      stream_.avail_out = static_cast<uInt>(step);
      const int outcome = inflate(&stream_, Z_NO_FLUSH);
      check_memory(outcome);
      const std::size_t made = step - stream_.avail_out;
      if (made > left) return {"gzip data unpacks to more than the limit", 0};
      to.added(made);
      left -= made;
      if (outcome == Z_STREAM_END) {
        if (stream_.avail_in == 0) return {};
        inflateReset(&stream_);  // members may follow one another
        continue;
      }
      if (outcome == Z_BUF_ERROR || (outcome == Z_OK && made == 0 && stream_.avail_in == 0)) {
        return {"gzip data is cut off", packed.size()};
      }
      if (outcome != Z_OK) return {"gzip data is damaged", packed.size() - stream_.avail_in};
    }
  }

 private:
  z_stream stream_{};
};

}  // namespace

std::unique_ptr<Packer> gzip_packer() {
  return std::make_unique<GzipPacker>();
}
std::unique_ptr<Unpacker> gzip_unpacker() {
  return std::make_unique<GzipUnpacker>();
}

}  // namespace weir::record
