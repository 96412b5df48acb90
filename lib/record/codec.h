// The compression codecs of a batch. Each lives in its own file (gzip.cpp, snappy.cpp, lz4.cpp, zstd.cpp).
// Threads: an object serves one thread. Memory: a codec's working memory is made on first use and kept.
// What is unpacked may come from anybody: output is bounded by `limit`, grows with what really comes out and
// never with a size that the packed bytes declare, and zstd windows above 8 MiB are refused.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "base/buffer.h"
#include "record/batch_format.h"
#include "record/fault.h"

namespace weir::record {

const char* name(Codec codec);                            // "none", "gzip", ...
std::optional<Codec> codec_named(std::string_view name);  // as -z and compression.type spell them

class Packer {
 public:
  virtual ~Packer() = default;
  virtual void pack(std::string_view raw, base::Buffer& to) = 0;  // appends
};

class Unpacker {
 public:
  virtual ~Unpacker() = default;
  // Appends at most `limit` bytes to `to`. On a fault what was appended is to be ignored.
  virtual Fault unpack(std::string_view packed, base::Buffer& to, std::size_t limit) = 0;
};

// One of each codec, made when first asked for.
class Codecs {
 public:
  void pack(Codec codec, std::string_view raw, base::Buffer& to);
  Fault unpack(Codec codec, std::string_view packed, base::Buffer& to, std::size_t limit = kMaxUnpackedBytes);

 private:
  std::unique_ptr<Packer> packers_[kCodecs];
  std::unique_ptr<Unpacker> unpackers_[kCodecs];
};

std::unique_ptr<Packer> gzip_packer();
std::unique_ptr<Unpacker> gzip_unpacker();
std::unique_ptr<Packer> snappy_packer();
std::unique_ptr<Unpacker> snappy_unpacker();
std::unique_ptr<Packer> lz4_packer();
std::unique_ptr<Unpacker> lz4_unpacker();
std::unique_ptr<Packer> zstd_packer();
std::unique_ptr<Unpacker> zstd_unpacker();

}  // namespace weir::record
