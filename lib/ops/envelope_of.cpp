#include "ops/envelope_of.h"

namespace weir::ops {

record::Envelope envelope_of(const stream::Batch& batch, std::size_t row) {
  record::Envelope envelope;
  envelope.record = batch.records[row];
  if (batch.origins.empty()) return envelope;
  const stream::Origin& origin = batch.origins[row];
  envelope.partition = origin.partition;
  envelope.offset = origin.offset;
  if (batch.input != nullptr && origin.topic < batch.input->topics.size())
    envelope.topic = batch.input->topics[origin.topic];
  return envelope;
}

}  // namespace weir::ops
