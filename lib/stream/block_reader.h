// Reads the bytes of files, FIFOs and descriptors, one input after the other, into blocks that rows may point into.
//
//   for (;;) {
//     ... look at [data(), data() + size()), take() what is whole, let the batch keep block() ...
//     if (reader.ended() ? !reader.next_input() : !reader.fill()) break;
//   }
//
// Blocks     256 KiB each, reused as soon as nobody refers to them; one grows while nothing is taken, no further than to
//            what the caller may leave. What was not taken stays in one piece, though it may move at fill().
// Waiting    fill() never blocks: a regular file is always ready, anything else is polled first.
// Errors     throws Error(Kind::io) with the input's name.
// Threads    the loop's thread; blocks may be released on any.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "stream/block_pool.h"
#include "stream/stage.h"

namespace weir::stream {

// A place between two lines of an input.
struct LinePlace {
  std::uint64_t byte = 0;  // from the start of the input
  std::uint64_t line = 1;  // number of the line that begins there, from 1
  friend bool operator==(const LinePlace&, const LinePlace&) = default;
};

class BlockReader {
 public:
  struct From {
    std::string name;      // for messages: "stdin", or the path as it was typed
    int fd = -1;           // borrowed, and never made non-blocking; -1: `name` is opened when its turn comes
    LinePlace start = {};  // where to begin in a regular file; with `fd`, that is moved there
  };

  // Throws when a file cannot be read, for the files whose turn comes later, too. `left_max`: the caller leaves fewer
  // bytes than so many when it asks for more.
  BlockReader(std::vector<From> inputs, std::size_t block_bytes, std::size_t left_max);
  ~BlockReader();
  BlockReader(const BlockReader&) = delete;

  const BlockRef& block() const { return block_; }  // null before the first fill()
  // What was read and not taken.
  const char* data() const { return block_->data() + at_; }
  std::size_t size() const { return filled_ - at_; }
  void take(std::size_t bytes) {
    at_ += bytes;
    byte_ += bytes;
  }
  // Reads once. False: it would block. The end of the input is ended().
  bool fill();
  bool ended() const { return ended_; }  // what is left is the last of this input
  // What is left of this input is forgotten. False: it was the last.
  bool next_input();

  const Input& input() const { return inputs_[current_]; }  // batches may point to it
  std::uint64_t first_line() const { return from_[current_].start.line; }
  std::uint64_t byte() const { return byte_; }  // position of data() in its input
  int wait_fd() const { return regular_ ? -1 : fd_; }
  Source::Meter meter() const { return {.bytes = bytes_read_, .size = total_size_}; }

 private:
  void open_input();
  void close_input();
  void make_room();

  std::vector<From> from_;
  std::vector<Input> inputs_;  // parallel to from_
  std::size_t block_bytes_;
  std::size_t left_max_;
  BlockPool pool_;

  std::size_t current_ = 0;  // index into from_
  int fd_ = -1;
  bool regular_ = false;
  bool ended_ = false;

  BlockRef block_;
  std::size_t at_ = 0;  // first byte not taken
  std::size_t filled_ = 0;
  std::uint64_t byte_ = 0;
  std::uint64_t bytes_read_ = 0;
  std::optional<std::uint64_t> total_size_;
};

}  // namespace weir::stream
