// Envelope lines -> records. `lines` stay as they were read (for --tee), `records` hold what the envelopes say.
// Threads: the loop's.
#pragma once

#include <functional>

#include "base/units.h"
#include "stream/block_arena.h"
#include "stream/stage.h"
#include "tools/produce/topic_table.h"

namespace weir::produce {

class Envelopes final : public stream::Operator {
 public:
  struct Settings {
    bool route_by_topic = false;           // to the topic that the envelope names
    bool keep_partition = false;           // to the partition it names
    std::function<base::EventTime()> now;  // of an envelope without a time
  };
  // Borrows `topics`, which outlives the batches.
  Envelopes(Settings settings, TopicTable& topics) : settings_(std::move(settings)), topics_(topics) {}

  stream::Flow on_batch(stream::Batch& batch, stream::Context& context) override;

 private:
  bool parse(stream::Batch& batch, std::size_t row, stream::Context& context);

  Settings settings_;
  TopicTable& topics_;
  stream::BlockArena arena_;
  base::EventTime now_;
  std::vector<record::Record> records_;  // of the rows kept so far, like routes_
  std::vector<stream::Route> routes_;
};

}  // namespace weir::produce
