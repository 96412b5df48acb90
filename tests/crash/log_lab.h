// Words for the storage sweeps: a clock and a machine made up, batches that tell who sent them, a log written to
// its end, and what is found in it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "log/host.h"
#include "log/partition_log.h"
#include "log/partition_reader.h"
#include "record/batch_builder.h"
#include "support/faulty_sys.h"
#include "support/random.h"
#include "support/simulated_disk.h"

namespace weir::crash {

inline const std::string kFolder = "/log/events-0";
inline constexpr std::string_view kTopicId = "AAAAAAAAQACAAAAAAAAAAA";
inline constexpr std::int64_t kProducerId = 4711;

// A tenth of a second passes each time somebody looks, so that whoever waits for a lock gives up soon.
class LabClock final : public base::Clock {
 public:
  base::EventTime wall() override { return {1'700'000'000'000 + now_ms_}; }
  std::chrono::nanoseconds steady() override { return std::chrono::milliseconds(now_ms_ += 100); }

 private:
  std::int64_t now_ms_ = 0;
};

// A disk with the log directory on it, and nothing in that.
std::unique_ptr<testing::SimulatedDisk> empty_disk();

// Another boot number is another boot of the same machine; another pid another process.
log::Host machine(unsigned boot, int pid = 100);

// One record as the sweeps send it: its sequence number is its value's first word, so a record that turns up
// twice, is missing or is torn shows.
std::string value(std::int32_t sequence, std::size_t bytes);

// A sealed batch of records `first`, `first`+1, ... of the lab's producer.
std::string batch(std::int32_t first, const std::vector<std::size_t>& value_bytes,
                  record::Codec codec = record::Codec::none, std::int64_t producer_id = kProducerId);

log::PartitionOptions small_segments(std::int64_t segment_bytes = 4096);

// What a reader finds.
struct Found {
  std::vector<std::string> values;   // in order of offset
  bool contiguous_from_zero = true;  // offsets are 0, 1, 2, ...
  std::optional<base::Error> error;  // what stopped it
};
Found read_all(base::Sys& sys, const log::Host& host, const log::ReaderOptions& options = {});

// The bytes of all batches that a reader hands out, in order; for comparing with a segment's prefix.
struct FoundBytes {
  std::string bytes;
  std::optional<base::Error> error;
};
FoundBytes read_bytes(base::Sys& sys, const log::Host& host, const log::ReaderOptions& options = {});

// The error that a call ends in, if it does.
template <typename Call>
std::optional<base::Error> error_of(Call call) {
  try {
    call();
  } catch (const base::Error& error) {
    return error;
  }
  return std::nullopt;
}

bool is_corrupt(const std::optional<base::Error>& error);  // code "corrupt_log"
bool is_disk_full(const base::Error& error);               // code "disk_full"

// The bytes that make up the log: all .log files in order.
std::string log_bytes(const testing::SimulatedDisk& disk);

}  // namespace weir::crash
