// Notices once when bare lines look like envelopes, which happens to everybody who forgets -J. Changes nothing.
#pragma once

#include <functional>

#include "stream/stage.h"

namespace weir::ops {

class EnvelopeHint final : public stream::Operator {
 public:
  // `found` is called at most once, for the first line of the run.
  explicit EnvelopeHint(std::function<void()> found) : found_(std::move(found)) {}
  stream::Flow on_batch(stream::Batch& batch, stream::Context& context) override;

 private:
  std::function<void()> found_;  // empty when the first line has been looked at
};

}  // namespace weir::ops
