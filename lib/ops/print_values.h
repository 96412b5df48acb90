// Records as bare lines: the record's value, nothing else. No byte is copied but for a value that holds a newline.
//   null or empty value          an empty line
//   newlines inside a JSON value  spaces (they can only stand between its tokens)
//   any other value with a newline, or one that begins as a control line: a bad event, with the hint -J
// Envelope batches pass as they are, and so do lines, unless they are values of records (a source that reads values
// only). Threads: the loop's.
#pragma once

#include "stream/block_arena.h"
#include "stream/stage.h"

namespace weir::ops {

class PrintValues final : public stream::Operator {
 public:
  enum class Lines {
    pass,        // they were lines before, so they hold no newline
    are_values,  // they are to be looked at as the values of records are
  };
  explicit PrintValues(Lines lines = Lines::pass) : lines_(lines) {}
  stream::Flow on_batch(stream::Batch& batch, stream::Context& context) override;

 private:
  bool print(stream::Batch& batch, std::size_t row, stream::Context& context);

  Lines lines_;
  stream::BlockArena arena_;
};

}  // namespace weir::ops
