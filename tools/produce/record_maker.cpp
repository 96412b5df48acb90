#include "tools/produce/record_maker.h"

namespace weir::produce {

stream::Flow RecordMaker::on_batch(stream::Batch& batch, stream::Context& context) {
  arena_.begin(batch);
  present_ = now_();
  records_.clear();
  routes_.clear();
  batch.retain([&](std::size_t row) { return parse(batch, row, context); });
  batch.form = stream::Batch::Form::records;
  batch.records.swap(records_);
  batch.routes.swap(routes_);
  if (!batch.routes.empty()) batch.route_topics = &topics_.names();
  return stream::Flow::more;
}

}  // namespace weir::produce
