// Words for the unit tests of storage: a disk in memory, a clock that ticks when looked at, batches, and what a
// reader finds.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "log/create_partition.h"
#include "log/format.h"
#include "log/partition_log.h"
#include "log/partition_reader.h"
#include "log/side_file.h"
#include "record/batch_builder.h"
#include "record/record_cursor.h"
#include "support/records.h"
#include "support/simulated_disk.h"

namespace weir::log::testing {

inline const std::string kFolder = "/log/t-0";

class TickingClock final : public base::Clock {
 public:
  base::EventTime wall() override { return {now_ms_}; }
  std::chrono::nanoseconds steady() override { return std::chrono::milliseconds(now_ms_ += 50); }
  void advance(std::int64_t ms) { now_ms_ += ms; }

 private:
  std::int64_t now_ms_ = 1'700'000'000'000;
};

inline Host machine(unsigned boot = 1, int pid = 100) {
  Host host;
  host.boot[0] = static_cast<std::uint8_t>(boot);
  host.boot[15] = 1;
  host.pid = pid;
  host.started = 7;
  return host;
}

struct Stamp {
  std::int64_t ms = 1'700'000'000'000;
  std::int64_t producer = -1;
  std::int16_t epoch = 0;
  std::int32_t sequence = 0;
};

// A sealed batch with one record for each value.
inline std::string batch(const std::vector<std::string>& values, const Stamp& stamp = {},
                         record::Codec codec = record::Codec::none) {
  record::BatchBuilder builder;
  for (const std::string& value : values) builder.append(record::testing::record("k", value, stamp.ms));
  record::BatchBuilder::Seal seal;
  seal.codec = codec;
  if (stamp.producer >= 0) seal.producer = {stamp.producer, stamp.epoch, stamp.sequence};
  const std::span<char> bytes = builder.finish(seal);
  return {bytes.data(), bytes.size()};
}

inline std::span<char> span(std::string& bytes) {
  return {bytes.data(), bytes.size()};
}

struct Lab {
  weir::testing::SimulatedDisk* sys = nullptr;
  TickingClock clock;
  Host host = machine();
  PartitionOptions options;

  explicit Lab(weir::testing::SimulatedDisk& disk, unsigned boot = 1) : sys(&disk), host(machine(boot)) {
    disk.mkdir("/log", 0700);
  }
  void create() { create_partition(*sys, clock, host, kFolder, "AAAAAAAAQACAAAAAAAAAAA"); }
  std::unique_ptr<PartitionLog> open() { return PartitionLog::open(*sys, clock, host, kFolder, options); }
  std::unique_ptr<PartitionReader> reader(const ReaderOptions& how = {}) {
    return PartitionReader::open(*sys, clock, host, kFolder, how);
  }
};

inline PartitionLog::Appended append(PartitionLog& log, std::string bytes) {
  return log.append(span(bytes));
}

struct Read {
  std::vector<std::string> values;
  std::vector<std::int64_t> offsets;
  std::vector<Gap> gaps;
  std::optional<base::Error> error;
};

// Everything from the reader's position to the end.
inline Read read_on(PartitionReader& reader) {
  Read read;
  try {
    for (;;) {
      const PartitionReader::Step step = reader.next();
      if (step == PartitionReader::Step::end) return read;
      if (step == PartitionReader::Step::gap) {
        read.gaps.push_back(reader.gap());
        continue;
      }
      record::Codecs codecs;
      base::Buffer scratch;
      std::string_view records;
      if (reader.batch().records(codecs, scratch, &records)) continue;
      record::RecordCursor cursor(reader.batch().header(), records);
      record::Record record;
      base::Offset offset;
      while (cursor.next(record, offset)) {
        read.values.emplace_back(record.value.view());
        read.offsets.push_back(offset.value);
      }
    }
  } catch (const base::Error& error) {
    read.error = error;
  }
  return read;
}

inline Read read_all(Lab& lab, const ReaderOptions& how = {}) {
  return read_on(*lab.reader(how));
}

}  // namespace weir::log::testing
