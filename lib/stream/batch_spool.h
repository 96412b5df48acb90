// A queue of batches of lines that were read before anybody wanted them. Up to a limit they stay in memory; what comes
// beyond it goes into an unlinked file, so that reading ahead never takes more memory, however far ahead it gets.
//
//   batches    Form::lines or envelopes, lines that a newline ends; what is in the file comes back cut otherwise, but its
//              rows, their numbers and positions, marks and unread events are as they were
// Errors: throws Error(Kind::io) when the file cannot be written or read. Threads: one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>

#include "stream/batch.h"

namespace weir::stream {

class BatchSpool {
 public:
  struct Options {
    std::size_t memory_bytes = 16u << 20;
    std::size_t piece_bytes = kBlockBytes;  // written and read back at once; tests make it small
    std::string directory = "/tmp";         // of the file
  };
  explicit BatchSpool(Options options) : options_(std::move(options)) {}
  ~BatchSpool();
  BatchSpool(const BatchSpool&) = delete;

  bool empty() const { return pieces_.empty(); }
  void push(Batch batch);
  // Requires: not empty.
  void pop(Batch& batch);
  std::uint64_t file_bytes() const { return file_end_; }  // what lies in the file, for tests

 private:
  // A batch, whose rows are perhaps not with it.
  struct Piece {
    Batch batch;
    std::size_t rows = 0;     // 0: they are with it
    std::uint64_t bytes = 0;  // of rows that are not, each with its newline
    std::uint64_t at = 0;     // where they lie in the file
    bool open = false;        // not there yet, but in open_bytes_
  };
  bool continues(const Piece& piece, const Batch& batch) const;
  void keep_elsewhere(Batch batch);
  void close_piece();
  void make_file();

  Options options_;
  std::deque<Piece> pieces_;
  std::size_t in_memory_ = 0;
  std::string open_bytes_;  // of the last piece, when that is open
  int fd_ = -1;
  std::uint64_t file_end_ = 0;
};

}  // namespace weir::stream
