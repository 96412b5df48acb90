// Any bytes as a batch: a fault or records, within bounds; and what was read, written anew, is read as the same.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/byte_order.h"
#include "record/crc32c.h"
#include "support/records.h"

namespace {

using namespace weir;
using namespace weir::record;

constexpr std::size_t kLimit = 4u << 20;

void check(std::string_view bytes) {
  const testing::Decoded decoded = testing::decode_batch(bytes, kLimit);
  if (decoded.fault) return;

  BatchView view;
  if (view.open(bytes)) std::abort();
  Codecs codecs;
  base::Buffer scratch;
  std::string_view records;
  if (view.records(codecs, scratch, &records, kLimit)) std::abort();
  BatchBuilder builder({.bytes = SIZE_MAX, .records = SIZE_MAX});
  RecordCursor cursor(view.header(), records);
  Record found;
  base::Offset offset;
  while (cursor.next(found, offset)) {
    if (!builder.append(found, static_cast<std::int32_t>(offset - view.header().first_offset())))
      std::abort();
  }
  BatchBuilder::Seal seal;
  seal.base_offset = view.header().first_offset();
  seal.last_offset_delta = view.header().last_offset_delta;
  seal.append_time = view.header().attributes.append_time();
  seal.append_at = {view.header().max_timestamp};
  const testing::Decoded again = testing::decode_batch(testing::text(builder.finish(seal)));
  if (again.fault || again.records != decoded.records) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string bytes(reinterpret_cast<const char*>(data), size);
  check(bytes);
  if (size < kBatchHeaderBytes) return 0;
  // Few random bytes have the right length, magic and checksum: with those made right the rest is reached.
  base::store_be(bytes.data() + 8, static_cast<std::int32_t>(size - kLengthCountsFrom));
  bytes[16] = kMagic;
  base::store_be(bytes.data() + 17, crc32c(std::string_view(bytes).substr(kCrcCountsFrom)));
  check(bytes);
  return 0;
}
