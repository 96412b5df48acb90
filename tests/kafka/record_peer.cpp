// The bench partner of kafka_python.py: writes batches and says what is in them, or reads batches and says so.
//   record_peer write CODEC BATCHES > FILE      record_peer say < FILE
// "Saying" is a line per record: OFFSET MS append|create KEY VALUE NAME=VALUE..., bytes in hexadecimal, - for null.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "support/random_records.h"
#include "support/records.h"

namespace {

using namespace weir;
using namespace weir::record;

std::string hexadecimal(const Bytes& bytes) {
  if (bytes.null()) return "-";
  std::string text = "x";
  for (const char c : bytes.view()) {
    constexpr char kDigits[] = "0123456789abcdef";
    text += kDigits[static_cast<unsigned char>(c) >> 4];
    text += kDigits[c & 15];
  }
  return text;
}

void say(const Record& record, base::Offset offset) {
  std::printf("%lld %lld %s %s %s", static_cast<long long>(offset.value),
              static_cast<long long>(record.ts.ms), record.append_time ? "append" : "create",
              hexadecimal(record.key).c_str(), hexadecimal(record.value).c_str());
  HeaderCursor headers(record.headers);
  for (Header header; headers.next(header);) {
    std::printf(" %s=%s", hexadecimal(Bytes(header.name)).c_str(), hexadecimal(header.value).c_str());
  }
  std::printf("\n");
}

// The Python parser wants header names that are UTF-8, and knows no 64-bit wrap-around.
bool python_can_read(const Record& record) {
  HeaderCursor headers(record.headers);
  for (Header header; headers.next(header);) {
    for (const char c : header.name) {
      if (static_cast<signed char>(c) < 0) return false;
    }
  }
  return record.ts.ms > INT64_MIN / 4 && record.ts.ms < INT64_MAX / 4;
}

int write(Codec codec, int batches) {
  testing::RandomRecords records(1000 + static_cast<unsigned>(codec));
  base::Offset offset{0};
  for (int i = 0; i < batches; ++i) {
    BatchBuilder builder({.bytes = 256u << 10});
    for (std::uint64_t count = 1 + records.below(50); count > 0; --count) {
      const Record& next = records.next();
      if (python_can_read(next)) builder.append(next);
    }
    if (builder.empty()) continue;
    BatchBuilder::Seal seal;
    seal.codec = codec;
    seal.base_offset = offset;
    seal.append_time = i % 5 == 4;
    seal.append_at = {1700000000123};
    const std::span<char> batch = builder.finish(seal);
    offset = BatchHeader::read(batch.data()).next_offset();
    if (std::fwrite(batch.data(), 1, batch.size(), stdout) != batch.size()) return 1;
  }
  return 0;
}

int say_all(std::string_view bytes) {
  Codecs codecs;
  base::Buffer scratch;
  while (!bytes.empty()) {
    const Frame found = frame(bytes);
    BatchView view;
    std::string_view records;
    Fault fault = found.fault;
    if (!fault) fault = view.open(bytes.substr(0, found.bytes));
    if (!fault) fault = view.records(codecs, scratch, &records);
    if (fault) {
      std::fprintf(stderr, "record_peer: %s at byte %llu\n", fault.what,
                   static_cast<unsigned long long>(fault.at));
      return 1;
    }
    RecordCursor cursor(view.header(), records);
    Record record;
    base::Offset offset;
    while (cursor.next(record, offset)) say(record, offset);
    if (cursor.fault()) {
      std::fprintf(stderr, "record_peer: %s\n", cursor.fault().what);
      return 1;
    }
    bytes.remove_prefix(found.bytes);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 4 && std::strcmp(argv[1], "write") == 0) {
    const auto codec = codec_named(argv[2]);
    return codec ? write(*codec, std::atoi(argv[3])) : 2;
  }
  if (argc == 2 && std::strcmp(argv[1], "say") == 0) {
    std::string bytes;
    char piece[65536];
    for (std::size_t got; (got = std::fread(piece, 1, sizeof piece, stdin)) > 0;) bytes.append(piece, got);
    return say_all(bytes);
  }
  std::fprintf(stderr, "usage: record_peer write CODEC BATCHES | say\n");
  return 2;
}
