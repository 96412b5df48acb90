// What `produce` makes of control lines: watermarks and idleness are no records and are left out; what belongs to a
// checkpointed pipeline, or is of a kind from the future, ends the run, since leaving it out would break a promise.
#pragma once

#include "stream/stage.h"

namespace weir::produce {

class Control final : public stream::Operator {
 public:
  stream::Flow on_batch(stream::Batch&, stream::Context&) override { return stream::Flow::more; }
  stream::Flow on_mark(const stream::Mark& mark, stream::Context& context) override;
};

}  // namespace weir::produce
