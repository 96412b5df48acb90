// Reads lines from files, FIFOs and descriptors, one input after the other.
//
// Bytes      a line is what stands between two delimiters: CR and NUL are kept, and so are empty lines. A missing
//            delimiter at the very end is fine.
// Blocks     block_reader.h; a block grows for a longer line, up to max_line.
// Too long   such a line is a bad event, skipped up to its delimiter in bounded memory.
// Control    a line that begins with {"_weir": becomes the mark of its batch, which ends there.
// Waiting    next() never blocks. What was read is handed on at once, as far as its lines are complete.
// Errors     throws Error(Kind::io) with the input's name.
// Threads    the loop's thread; batches may be released on any.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "stream/block_reader.h"
#include "stream/errors.h"
#include "stream/stage.h"

namespace weir::stream {

// An envelope may be so many times as long as the record in it: every byte of a text may need \u00xx.
inline constexpr std::size_t kEnvelopeFactor = 6;
// What may be allowed of a line, since Line::size counts in 32 bits, and of a record (--max-line).
inline constexpr std::size_t kLineBytesMax = UINT32_MAX - 1;
inline constexpr std::size_t kRecordBytesMax = std::size_t{2} << 30;
// How long an envelope may be when the record in it may have `max_line` bytes.
constexpr std::size_t envelope_limit(std::size_t max_line) {
  return std::min(max_line, kLineBytesMax / kEnvelopeFactor) * kEnvelopeFactor;
}

class LineSource final : public Source {
 public:
  using From = BlockReader::From;
  struct Options {
    std::size_t max_line = 16u << 20;       // bytes without the delimiter
    std::string delimiter = "\n";           // one byte or more
    Batch::Form form = Batch::Form::lines;  // or envelopes
    std::size_t block_bytes = kBlockBytes;  // tests make it small
    // An event that becomes no row: tell `errors` at once, or hand it on as Batch::unread, for a reader that reads ahead.
    enum class Unread { tell, hand_on } unread = Unread::tell;
  };

  // Throws when a file cannot be read, for the files whose turn comes later, too. `errors` is borrowed.
  LineSource(std::vector<From> inputs, Options options, Errors& errors);

  Pull next(Batch& batch) override;
  int wait_fd() const override { return reader_.wait_fd(); }
  bool drain() override { return draining_ = true; }
  Meter meter() const override { return reader_.meter(); }

 private:
  bool split(Batch& batch);
  void start_batch(Batch& batch);
  bool end_of_bytes(Batch& batch);
  void report_too_long(Batch& batch, const Errors::Place& place, std::string_view beginning) const;
  void report(Batch& batch, const Errors::Place& place, const Errors::Unread& event, Fault fault) const;

  BlockReader reader_;
  Options options_;
  Errors& errors_;

  bool draining_ = false;
  bool skipping_ = false;    // within a line that is too long
  std::size_t scanned_ = 0;  // no delimiter begins in so many of the bytes that are left
  std::uint64_t line_ = 1;   // number of the line that is next
  std::uint64_t tickets_ = 0;
};

// Takes the blank lines (nothing, or blanks, tabs and CR) out of a batch: for tools that want JSON. Returns how many.
std::size_t drop_blank_lines(Batch& batch);

}  // namespace weir::stream
