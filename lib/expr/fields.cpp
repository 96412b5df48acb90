#include "expr/fields.h"

#include <utility>

namespace weir::expr {
namespace {

Evaluator::Settings with_tombstones(Evaluator::Settings settings) {
  settings.tombstones = true;
  return settings;
}

Source source_of(const Fields::Field& field) {
  return with_dot({.text = field.expression, .name = field.flag});
}

bool gives_one_result(const Program& program) {
  return program.tree() == nullptr && program.compiled().code.single;
}

}  // namespace

Fields::Own::Own(const Field& field, const Setup& setup, const Evaluator::Settings& settings)
    : program(source_of(field), setup), evaluator(program, settings) {}

Fields::Fields(std::vector<Field> fields, const Setup& setup, const Evaluator::Settings& settings)
    : fields_(std::move(fields)), values_(fields_.size(), kNull) {
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    own_.push_back(std::make_unique<Own>(fields_[i], setup, with_tombstones(settings)));
    (gives_one_result(own_[i]->program) ? together_ : alone_).push_back(i);
  }
  join(setup, with_tombstones(settings));
}

void Fields::join(const Setup& setup, const Evaluator::Settings& settings) {
  Source source{.text = {}, .name = "fields"};
  for (const std::size_t i : together_) {
    // A line of its own, since an expression may end in a comment.
    source.text += (source.text.empty() ? "(" : ", (") + source_of(fields_[i]).text + "\n)";
  }
  const bool worth_it = together_.size() > 1 && source.text.size() <= kMaxSourceBytes;
  // Even where nothing is read the line must be JSON.
  if (fields_.empty()) source.text = "empty";
  if (worth_it || fields_.empty()) {
    joint_.emplace(source, setup);
    evaluator_.emplace(*joint_, settings);
    return;
  }
  together_.clear();
  alone_.clear();
  for (std::size_t i = 0; i < fields_.size(); ++i) alone_.push_back(i);
}

Fields::Seen Fields::of_line(std::string_view line) {
  // What nearly every line of nearly every tool is.
  if (joint_ && alone_.empty() && evaluator_->paths_of_line(line, values_)) {
    tombstone_ = false;
    if (any_failed_) forget_failures();
    return Seen::all;
  }
  return see([line](Evaluator& evaluator, const Emit& emit) { return evaluator.each(line, emit); });
}
Fields::Seen Fields::of_envelope(std::string_view line) {
  return see(
      [line](Evaluator& evaluator, const Emit& emit) { return evaluator.each_of_envelope(line, emit); });
}
Fields::Seen Fields::of_record(const record::Envelope& record) {
  return see(
      [&record](Evaluator& evaluator, const Emit& emit) { return evaluator.each_of_record(record, emit); });
}

template <typename Each>
Fields::Seen Fields::see(Each each) {
  tombstone_ = false;
  any_failed_ = true;  // until it is known that none has, wherever this returns
  bool failed = false;
  if (joint_) {
    const Verdict verdict = see_together(each);
    if (verdict == Verdict::blank) return Seen::blank;
    if (verdict == Verdict::bad) {
      if (!evaluator_->expression_failed()) return bad_ = &*evaluator_, Seen::bad;
      // Each by itself, for the fault of the right one and the values of the others.
      for (const std::size_t i : together_) {
        if (see_alone(i, each) == Verdict::bad) return Seen::bad;
        failed = failed || own_[i]->failed;
      }
    } else {
      for (const std::size_t i : together_) own_[i]->failed = false;
    }
  }
  for (const std::size_t i : alone_) {
    const Verdict verdict = see_alone(i, each);
    if (verdict == Verdict::blank) return Seen::blank;
    if (verdict == Verdict::bad) return Seen::bad;
    failed = failed || own_[i]->failed;
  }
  any_failed_ = failed;
  return failed ? Seen::some : Seen::all;
}

void Fields::forget_failures() {
  for (const auto& own : own_) own->failed = false;
  any_failed_ = false;
}

template <typename Each>
Verdict Fields::see_together(Each each) {
  std::size_t next = 0;
  const Verdict verdict = each(*evaluator_, [&](const Value& value) {
    values_[together_[next++]] = value;
    return Status::more;
  });
  tombstone_ = evaluator_->tombstone();
  return verdict;
}

// `bad` only when the event itself is; a field that failed says so.
template <typename Each>
Verdict Fields::see_alone(std::size_t field, Each each) {
  Own& own = *own_[field];
  const bool condition = fields_[field].kind == Field::Kind::condition;
  own.several = false;
  Value& value = values_[field] = kNull;
  std::size_t results = 0;
  const Verdict verdict = each(own.evaluator, [&](const Value& result) {
    if (condition) {
      if (!truthy(result)) return Status::more;
      value = kTrue;
      return Status::stop;
    }
    value = result;
    return ++results > 1 ? Status::stop : Status::more;
  });
  tombstone_ = own.evaluator.tombstone();
  if (verdict == Verdict::blank) return verdict;
  if (verdict == Verdict::bad && !own.evaluator.expression_failed()) {
    bad_ = &own.evaluator;
    return verdict;
  }
  own.several = results > 1;
  own.failed = own.several || verdict == Verdict::bad;
  if (own.failed) value = kNull;
  return Verdict::yes;
}

stream::Fault Fields::fault() const {
  return bad_ == nullptr ? stream::Fault{} : bad_->fault();
}

stream::Fault Fields::fault_of(std::size_t field) const {
  const Own& own = *own_[field];
  const std::string& flag = fields_[field].flag;
  if (own.several)
    return stream::Fault{.code = "several_results", .message = flag + " has several results for this event"};
  stream::Fault fault = own.evaluator.fault();
  fault.message = flag + ": " + fault.message;
  return fault;
}

}  // namespace weir::expr
