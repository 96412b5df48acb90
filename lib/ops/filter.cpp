#include "ops/filter.h"

#include "ops/envelope_of.h"

namespace weir::ops {
Filter::Filter(const expr::Program& program, const Settings& settings)
    : settings_(settings), program_(program), evaluator_(program, settings.evaluator) {}

stream::Flow Filter::on_batch(stream::Batch& batch, stream::Context& context) {
  switch (batch.form) {
    case stream::Batch::Form::lines:
      return keep(batch, context, [&](std::size_t row) { return evaluator_.judge(batch.lines[row].view()); });
    case stream::Batch::Form::envelopes:
      return keep(batch, context,
                  [&](std::size_t row) { return evaluator_.judge_envelope(batch.lines[row].view()); });
    case stream::Batch::Form::records:
      break;
  }
  return keep(batch, context,
              [&](std::size_t row) { return evaluator_.judge_record(envelope_of(batch, row)); });
}

template <typename Judge>
stream::Flow Filter::keep(stream::Batch& batch, stream::Context& context, Judge judge) {
  bool ended = enough();
  if (ended && !batch.lines.empty()) context.unread_from = batch.lines.front().index;
  const expr::Verdict wanted = settings_.invert ? expr::Verdict::no : expr::Verdict::yes;
  batch.retain([&](std::size_t row) {
    if (ended) return false;
    const expr::Verdict verdict = judge(row);
    if (verdict == wanted) {
      ++matched_;
      ended = enough();
      if (ended) context.unread_from = batch.lines[row].index + 1;
      return !settings_.count_only;
    }
    if (verdict == expr::Verdict::tombstone) return !settings_.count_only;
    if (verdict == expr::Verdict::bad) ended = !context.errors.bad(batch, row, evaluator_.fault());
    return false;
  });
  return ended ? stream::Flow::stop : stream::Flow::more;
}

}  // namespace weir::ops
