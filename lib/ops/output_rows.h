// Rows that an operator writes by itself: gathered in a block, and handed on when it is full or at flush().
// Threads: the loop's.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "stream/block_arena.h"
#include "stream/stage.h"

namespace weir::ops {

class OutputRows {
 public:
  explicit OutputRows(stream::Batch::Form form) { made_.form = form, arena_.begin(made_); }
  OutputRows(const OutputRows&) = delete;

  // Copies the line, given whole or in pieces. Its place among the rows is that of the call. Stop: the reader went away.
  stream::Flow put(std::string_view line, stream::Context& context) { return put({line}, context); }
  stream::Flow put(std::initializer_list<std::string_view> pieces, stream::Context& context);
  stream::Flow flush(stream::Context& context);
  std::uint64_t count() const { return count_; }  // of all rows so far

 private:
  stream::Batch made_;
  std::size_t bytes_ = 0;
  std::uint64_t count_ = 0;
  stream::BlockArena arena_{stream::kBlockBytes};
};

}  // namespace weir::ops
