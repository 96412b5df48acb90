// What makes records out of lines: the rows that parse() refuses are taken out, the others become records, with a route each
// where parse() gives them one. `lines` stay as they were read (for --tee).
// Threads: the loop's.
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "base/units.h"
#include "stream/block_arena.h"
#include "stream/stage.h"
#include "tools/produce/topic_table.h"

namespace weir::produce {

class RecordMaker : public stream::Operator {
 public:
  stream::Flow on_batch(stream::Batch& batch, stream::Context& context) override;

 protected:
  // Borrows `topics`, which outlives the batches.
  RecordMaker(TopicTable& topics, std::function<base::EventTime()> now)
      : topics_(topics), now_(std::move(now)) {}

  // Calls add(), or tells context.errors what is wrong and returns false. Routes: for all rows or for none.
  virtual bool parse(stream::Batch& batch, std::size_t row, stream::Context& context) = 0;
  void add(const record::Record& record) { records_.push_back(record); }
  void add(const record::Record& record, const stream::Route& route) {
    records_.push_back(record);
    routes_.push_back(route);
  }

  TopicTable& topics_;
  stream::BlockArena arena_;  // its bytes live as long as the batch
  base::EventTime present_;   // the time of records without one: the same for all of a batch

 private:
  std::function<base::EventTime()> now_;
  std::vector<record::Record> records_;  // of the rows kept so far, like routes_
  std::vector<stream::Route> routes_;
};

}  // namespace weir::produce
