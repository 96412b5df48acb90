// Words for the tests of damage: a log written to its end, its segment changed, and what opening it says.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "log_lab.h"

namespace weir::crash {

inline const std::string kSegment = kFolder + "/00000000000000000000.log";
inline constexpr std::size_t kLogBytes = 64 << 10;

struct Count {
  std::uint64_t trials = 0, violations = 0;
  std::string first;
  void fail(const std::string& where, const std::string& what) {
    ++violations;
    if (first.empty()) first = where + ": " + what;
  }
};

// A log of one segment of 64 KiB, written by one process and left as a power cut finds it.
struct Written {
  std::unique_ptr<testing::SimulatedDisk> disk;
  std::string bytes;                    // of the segment
  std::vector<std::size_t> boundaries;  // 0, and the end of each batch
  std::size_t boundary_before(std::size_t position) const;
};

// The first `durable_bytes` of it are synced and known to be good. Another seed: other records.
Written write_log(record::Codec codec, std::size_t durable_bytes,
                  log::PartitionOptions options = small_segments(1 << 30), std::uint64_t seed = 17);

std::string flipped(std::string bytes, std::size_t bit);

// Opens for appending in `boot`, and appends; what it says of its recovery, or why it refuses.
struct Opened {
  std::optional<log::Recovery> recovery;
  std::optional<base::Error> error;
};
Opened open_and_append(testing::SimulatedDisk& disk, unsigned boot);

}  // namespace weir::crash
