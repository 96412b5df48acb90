// The 61 bytes in front of the records of a batch, version 2; the same on disk and on the wire.
//   at  bytes  field                   meaning
//    0   8     base_offset             offset of the first record; set by whoever appends
//    8   4     batch_length            bytes that follow this field, at least 49
//   12   4     partition_leader_epoch  set by whoever appends
//   16   1     magic                   2; the same place in all versions
//   17   4     crc                     CRC-32C of byte 21 to the end of the batch
//   21   2     attributes              below
//   23   4     last_offset_delta       last offset = base_offset + this, also after compaction
//   27   8     base_timestamp          what the records' timestamp deltas count from
//   35   8     max_timestamp           ms; -1: none
//   43   8     producer_id             -1: none
//   51   2     producer_epoch          -1: none
//   53   4     base_sequence           sequence number of the first record; -1: none
//   57   4     records_count           may be less than last_offset_delta + 1 after compaction, and 0
//   61         records                 packed as one block when a codec is set
// All integers are big-endian. Source: "Record Batch" in the Apache Kafka documentation (message format).
// Pinned by tests/golden/record.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/units.h"

namespace weir::record {

inline constexpr std::size_t kBatchHeaderBytes = 61;
inline constexpr std::size_t kLengthCountsFrom = 12;  // batch_length counts the bytes behind itself
inline constexpr std::size_t kCrcCountsFrom = 21;
inline constexpr std::int8_t kMagic = 2;
// What we accept and write at most: a record of 16 MiB and what surrounds it, packed badly.
inline constexpr std::size_t kMaxBatchBytes = 32u << 20;
inline constexpr std::size_t kMaxUnpackedBytes = 64u << 20;
// length, attributes, two deltas, two null lengths, no headers: a record is never shorter.
inline constexpr std::size_t kMinRecordBytes = 7;

enum class Codec : std::uint8_t { none = 0, gzip = 1, snappy = 2, lz4 = 3, zstd = 4 };
inline constexpr int kCodecs = 5;

struct Attributes {
  static constexpr std::uint16_t kCodecMask = 0x07;
  static constexpr std::uint16_t kAppendTime = 0x08;  // every record's time is max_timestamp
  static constexpr std::uint16_t kTransactional = 0x10;
  static constexpr std::uint16_t kControl = 0x20;
  static constexpr std::uint16_t kDeleteHorizon = 0x40;  // base_timestamp is when tombstones may go

  std::uint16_t bits = 0;

  unsigned codec_number() const { return bits & kCodecMask; }  // 5 to 7 mean nothing
  Codec codec() const { return static_cast<Codec>(bits & kCodecMask); }
  bool append_time() const { return (bits & kAppendTime) != 0; }
  bool transactional() const { return (bits & kTransactional) != 0; }
  bool control() const { return (bits & kControl) != 0; }
  bool delete_horizon() const { return (bits & kDeleteHorizon) != 0; }
};

inline constexpr std::int64_t kNoProducerId = -1;
inline constexpr std::int16_t kNoProducerEpoch = -1;
inline constexpr std::int32_t kNoSequence = -1;

struct BatchHeader {
  std::int64_t base_offset = 0;
  std::int32_t batch_length = 0;
  std::int32_t leader_epoch = 0;
  std::int8_t magic = kMagic;
  std::uint32_t crc = 0;
  Attributes attributes;
  std::int32_t last_offset_delta = 0;
  std::int64_t base_timestamp = -1;
  std::int64_t max_timestamp = -1;
  std::int64_t producer_id = kNoProducerId;
  std::int16_t producer_epoch = kNoProducerEpoch;
  std::int32_t base_sequence = kNoSequence;
  std::int32_t records_count = 0;

  // Both take kBatchHeaderBytes and check nothing; see frame() and BatchView for bytes that may be damaged.
  static BatchHeader read(const char* from);
  void write(char* to) const;

  std::size_t batch_bytes() const { return kLengthCountsFrom + static_cast<std::size_t>(batch_length); }
  base::Offset first_offset() const { return {base_offset}; }
  base::Offset last_offset() const { return {base_offset + last_offset_delta}; }
  base::Offset next_offset() const { return {base_offset + last_offset_delta + 1}; }
};

// The two fields outside the checksum, set in a finished batch by whoever appends it.
void set_base_offset(std::span<char> batch, base::Offset offset);
void set_leader_epoch(std::span<char> batch, std::int32_t epoch);
// Makes `when` the time of every record, as a topic with log append time wants it, and renews the checksum.
void set_append_time(std::span<char> batch, base::EventTime when);
// Sets the idempotent producer's fields and renews the checksum: for a batch whose sequence is known late.
struct ProducerStamp {
  std::int64_t id = kNoProducerId;
  std::int16_t epoch = kNoProducerEpoch;
  std::int32_t base_sequence = kNoSequence;
};
void set_producer(std::span<char> batch, const ProducerStamp& stamp);

}  // namespace weir::record
