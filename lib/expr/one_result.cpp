#include "expr/one_result.h"

#include <utility>

namespace weir::expr {

OneResult::OneResult(std::string flag, std::string expression, const Setup& setup,
                     const Evaluator::Settings& settings)
    : flag_(std::move(flag)),
      program_(std::make_unique<Program>(with_dot({.text = std::move(expression), .name = flag_}), setup)),
      evaluator_(std::make_unique<Evaluator>(*program_, settings)) {}

const Value* OneResult::of_line(std::string_view line) {
  return take([&](const Emit& emit) { return evaluator_->each(line, emit); });
}
const Value* OneResult::of_envelope(std::string_view line) {
  return take([&](const Emit& emit) { return evaluator_->each_of_envelope(line, emit); });
}
const Value* OneResult::of_record(const record::Envelope& record) {
  return take([&](const Emit& emit) { return evaluator_->each_of_record(record, emit); });
}

template <typename Each>
const Value* OneResult::take(Each each) {
  results_ = 0;
  value_ = kNull;
  const Verdict verdict = each([this](const Value& value) {
    if (++results_ > 1) return Status::stop;
    value_ = value;
    return Status::more;
  });
  if (verdict == Verdict::bad || verdict == Verdict::blank) {
    results_ = 0;
    return nullptr;
  }
  return results_ > 1 ? nullptr : &value_;
}

stream::Fault OneResult::fault() const {
  if (results_ > 1)
    return {.code = "several_results", .message = flag_ + " has several results for this event"};
  return evaluator_->fault();
}

}  // namespace weir::expr
