#include "ops/print_envelopes.h"

#include <cstring>

#include "ops/envelope_of.h"

namespace weir::ops {

stream::Flow PrintEnvelopes::on_batch(stream::Batch& batch, stream::Context&) {
  if (batch.form != stream::Batch::Form::records) return stream::Flow::more;
  arena_.begin(batch);
  for (std::size_t row = 0; row < batch.lines.size(); ++row) {
    line_.clear();
    record::encode(envelope_of(batch, row), line_);
    line_.push('\n');  // so that lines which follow each other in the arena are written with one copy
    char* const copy = arena_.allocate(line_.size());
    std::memcpy(copy, line_.data(), line_.size());
    batch.lines[row].data = copy;
    batch.lines[row].size = static_cast<std::uint32_t>(line_.size() - 1);
  }
  batch.form = stream::Batch::Form::envelopes;
  batch.records.clear();
  return stream::Flow::more;
}

}  // namespace weir::ops
