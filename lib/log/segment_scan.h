// Walks the batches of one segment file by reading it from some boundary on.
//
// Cost    Check::headers reads what holds the headers and passes over the rest of large batches; Check::whole
//         reads everything once and checks it.
// Errors  bytes that are no batch are a value (Step::bad); a file that cannot be read throws.
// Threads one. Borrows the file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/buffer.h"
#include "base/file.h"
#include "record/batch_view.h"

namespace weir::log {

class SegmentScan {
 public:
  enum class Check { headers, whole };
  enum class Step {
    batch,
    end,  // the last batch ended exactly at `to`
    bad,  // no whole batch begins at position(): see fault()
  };

  // `from` is a boundary; nothing at or behind `to` is looked at.
  SegmentScan(const base::File& file, std::uint64_t from, std::uint64_t to, Check check)
      : file_(file), next_(from), to_(to), check_(check) {}

  Step next();
  std::uint64_t position() const { return position_; }  // of this batch, or of the first byte that is none
  std::uint64_t end() const { return next_; }           // behind this batch
  const record::BatchHeader& header() const { return header_; }
  std::string_view bytes() const { return bytes_; }  // Check::whole: the batch
  const record::Fault& fault() const { return fault_; }

 private:
  bool have(std::uint64_t position, std::size_t bytes);

  const base::File& file_;
  std::uint64_t next_, to_;
  Check check_;
  std::uint64_t position_ = 0;
  record::BatchHeader header_;
  std::string_view bytes_;
  record::Fault fault_;
  base::Buffer window_;  // holds the bytes from window_at_ on
  std::uint64_t window_at_ = 0;
  std::size_t read_bytes_ = 4096;  // grows while batches are small, so that small ones are read in bulk
};

// A .log file, to be scanned.
base::File open_segment(base::Sys& sys, const std::string& path);

struct FoundBatch {
  std::uint64_t position;
  record::BatchHeader header;
};

// The first position in [from, to) where a batch begins that is whole, with a right checksum. Looks at every byte.
std::optional<FoundBatch> find_batch(const base::File& file, std::uint64_t from, std::uint64_t to);

// The header at a position, when a batch of plausible length begins there and ends at `to` or before.
std::optional<record::BatchHeader> header_at(const base::File& file, std::uint64_t position,
                                             std::uint64_t to);

}  // namespace weir::log
