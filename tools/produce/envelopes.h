// Envelope lines -> records. `lines` stay as they were read (for --tee), `records` hold what the envelopes say.
// Threads: the loop's.
#pragma once

#include <functional>

#include "base/units.h"
#include "tools/produce/record_maker.h"

namespace weir::produce {

class Envelopes final : public RecordMaker {
 public:
  struct Settings {
    bool route_by_topic = false;           // to the topic that the envelope names
    bool keep_partition = false;           // to the partition it names
    std::function<base::EventTime()> now;  // of an envelope without a time
  };
  // Borrows `topics`, which outlives the batches.
  Envelopes(Settings settings, TopicTable& topics)
      : RecordMaker(topics, settings.now), settings_(std::move(settings)) {}

  stream::Flow on_batch(stream::Batch& batch, stream::Context& context) override;

 private:
  bool parse(stream::Batch& batch, std::size_t row, stream::Context& context) override;

  Settings settings_;
};

}  // namespace weir::produce
