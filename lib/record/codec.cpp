#include "record/codec.h"

#include "base/assert.h"

namespace weir::record {
namespace {

constexpr const char* kNames[kCodecs] = {"none", "gzip", "snappy", "lz4", "zstd"};

using MakePacker = std::unique_ptr<Packer> (*)();
using MakeUnpacker = std::unique_ptr<Unpacker> (*)();
constexpr MakePacker kPackers[kCodecs] = {nullptr, gzip_packer, snappy_packer, lz4_packer, zstd_packer};
constexpr MakeUnpacker kUnpackers[kCodecs] = {nullptr, gzip_unpacker, snappy_unpacker, lz4_unpacker,
                                              zstd_unpacker};

}  // namespace

const char* name(Codec codec) {
  return kNames[static_cast<int>(codec)];
}

std::optional<Codec> codec_named(std::string_view name) {
  for (int i = 0; i < kCodecs; ++i) {
    if (name == kNames[i]) return static_cast<Codec>(i);
  }
  return std::nullopt;
}

void Codecs::pack(Codec codec, std::string_view raw, base::Buffer& to) {
  if (codec == Codec::none) return to.append(raw);
  auto& packer = packers_[static_cast<int>(codec)];
  if (packer == nullptr) packer = kPackers[static_cast<int>(codec)]();
  packer->pack(raw, to);
}

Fault Codecs::unpack(Codec codec, std::string_view packed, base::Buffer& to, std::size_t limit) {
  if (codec == Codec::none) {
    if (packed.size() > limit) return {"records are larger than the limit", 0};
    to.append(packed);
    return {};
  }
  WEIR_ASSERT(static_cast<int>(codec) < kCodecs);
  auto& unpacker = unpackers_[static_cast<int>(codec)];
  if (unpacker == nullptr) unpacker = kUnpackers[static_cast<int>(codec)]();
  return unpacker->unpack(packed, to, limit);
}

}  // namespace weir::record
