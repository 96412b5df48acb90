// Words for the unit tests of records and batches.
#pragma once

#include <cctype>
#include <string>
#include <string_view>
#include <vector>

#include "record/batch_builder.h"
#include "record/batch_view.h"
#include "record/headers.h"
#include "record/record_cursor.h"

namespace weir::record::testing {

// "00 ff\n7e" -> bytes
inline std::string hex(std::string_view digits) {
  std::string bytes;
  int high = -1;
  for (const char c : digits) {
    if (std::isxdigit(static_cast<unsigned char>(c)) == 0) continue;
    const int value = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
    if (high < 0) {
      high = value;
    } else {
      bytes.push_back(static_cast<char>(high * 16 + value));
      high = -1;
    }
  }
  return bytes;
}

inline Record record(std::string_view key, std::string_view value, std::int64_t ms = 1700000000000) {
  Record made;
  made.key = Bytes(key);
  made.value = Bytes(value);
  made.ts = {ms};
  return made;
}

inline std::string text(std::span<const char> bytes) {
  return {bytes.data(), bytes.size()};
}

// A record that owns its bytes, so that it can be compared after its batch is gone.
struct Owned {
  std::int64_t offset = 0;
  std::int64_t ms = 0;
  bool append_time = false;
  bool null_key = false, null_value = false;
  std::string key, value, headers;
  std::uint32_t header_count = 0;

  bool operator==(const Owned&) const = default;
};

inline Owned own(const Record& record, base::Offset offset) {
  return {offset.value,
          record.ts.ms,
          record.append_time,
          record.key.null(),
          record.value.null(),
          std::string(record.key.view()),
          std::string(record.value.view()),
          std::string(record.headers.data == nullptr ? "" : record.headers.data, record.headers.size),
          record.headers.count};
}

// All records of a batch, or what is wrong with it.
struct Decoded {
  Fault fault;
  std::vector<Owned> records;
};

inline Decoded decode_batch(std::string_view bytes, std::size_t limit = kMaxUnpackedBytes) {
  Decoded decoded;
  BatchView view;
  if ((decoded.fault = view.open(bytes))) return decoded;
  Codecs codecs;
  base::Buffer scratch;
  std::string_view records;
  if ((decoded.fault = view.records(codecs, scratch, &records, limit))) return decoded;
  RecordCursor cursor(view.header(), records);
  Record found;
  base::Offset offset;
  while (cursor.next(found, offset)) decoded.records.push_back(own(found, offset));
  decoded.fault = cursor.fault();
  return decoded;
}

}  // namespace weir::record::testing
