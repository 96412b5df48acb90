// What becomes of events that came too late (--late): counted in any case, and dropped, written among the results with
// "_late":true, or put as they came into a file or a topic. Shared by window, join and table.
// Threads: the loop's.
#pragma once

#include <cstdint>
#include <string>

#include "base/buffer.h"
#include "ops/output_rows.h"
#include "record/arena.h"
#include "stream/block_arena.h"
#include "stream/stage.h"

namespace weir::ops {

class LateEvents {
 public:
  enum class To {
    drop,
    results,  // among the rows of the tool, marked
    lines,    // Context::late_out takes lines: a FILE
    records,  // Context::late_out takes records: topic:NAME
  };
  // `envelope`: lines are envelopes, also those that are made of a log's records.
  LateEvents(To to, bool envelope) : to_(to), envelope_(envelope) { arena_.begin(made_); }
  LateEvents(const LateEvents&) = delete;

  // Row `row` of the batch is late; `ts` is its time, for a record made of a bare line. Counts it in the context.
  void add(const stream::Batch& batch, std::size_t row, std::int64_t ts, OutputRows& results,
           stream::Context& context);
  // Hands on what add() gathered; at the end of each batch, since rows point into it.
  void flush(stream::Context& context);

 private:
  std::string_view line_of(const stream::Batch& batch, std::size_t row);
  void put_record(const stream::Batch& batch, std::size_t row, std::int64_t ts);

  To to_;
  bool envelope_;
  stream::Batch made_;
  stream::BlockArena arena_;
  base::Buffer encoded_;
  std::string marked_;
};

}  // namespace weir::ops
