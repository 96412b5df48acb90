#include "expr/evaluator.h"

#include <cstring>
#include <utility>

#include "json/canonical.h"
#include "json/cursor.h"

namespace weir::expr {
namespace {

constexpr std::string_view kBareLine = "lines that are the events themselves need no -J";

const json::PathSet& paths_if(bool wanted, const json::PathSet& paths) {
  static const json::PathSet none;
  return wanted ? paths : none;
}

Value with_kind(Value value, ValueKind kind) {
  value.kind = kind;
  return value;
}

bool absent(const Value& value) {
  return value.kind == ValueKind::missing;
}

std::vector<std::uint32_t> plain_slots(const Code& code) {
  if (code.what != Do::comma) return {};
  std::vector<std::uint32_t> slots;
  for (const Code& arg : code.args) {
    if (arg.what != Do::slot) return {};
    slots.push_back(arg.slot);
  }
  return slots;
}

}  // namespace

Evaluator::Evaluator(const Program& program, const Settings& settings)
    : program_(program),
      settings_(settings),
      engine_(program.compiled(), settings.max_steps, settings.zone),
      line_scanner_(program.line_paths(), settings.check),
      envelope_scanner_(paths_if(program.envelope(), program.envelope_paths()), settings.check) {
  plain_slots_ = plain_slots(program.compiled().code);
  if (program.tree() != nullptr) tree_.emplace(*program.tree(), settings.max_steps, settings.zone);
}

Verdict Evaluator::judge(std::string_view line) {
  return on_line(line, nullptr);
}
Verdict Evaluator::judge_envelope(std::string_view line) {
  return on_envelope(line, nullptr);
}
Verdict Evaluator::judge_record(const record::Envelope& record) {
  return on_record(record, nullptr);
}
Verdict Evaluator::each(std::string_view line, const Emit& emit) {
  return on_line(line, &emit);
}
Verdict Evaluator::each_of_envelope(std::string_view line, const Emit& emit) {
  return on_envelope(line, &emit);
}
Verdict Evaluator::each_of_record(const record::Envelope& record, const Emit& emit) {
  return on_record(record, &emit);
}

Verdict Evaluator::run(const Event& event, const Emit* emit) {
  on_again_ = false;
  handed_on_ = 0;
  try {
    return emit == nullptr ? decide(event) : hand_on(event, *emit);
  } catch (const NotFinite&) {
    return again_on_tree(event, emit);
  }
}

// Both engines give the same results in the same order, so those that were handed on are passed over.
Verdict Evaluator::again_on_tree(const Event& event, const Emit* emit) {
  if (!again_) {
    again_program_.emplace(program_.on_tree());
    again_.emplace(*again_program_, settings_.max_steps, settings_.zone);
  }
  on_again_ = true;
  const Value whole = value_of(event.value);
  Event again = event;
  again.slots = std::span(&whole, 1);
  std::uint64_t passed_over = handed_on_;
  const Status status = again_->run(again, [&](const Value& value) {
    if (passed_over > 0) return --passed_over, Status::more;
    if (emit == nullptr) return truthy(value) ? Status::stop : Status::more;
    ++handed_on_;
    return (*emit)(value);
  });
  if (status == Status::failed) return failed();
  const bool yes = emit == nullptr ? status == Status::stop : handed_on_ > 0;
  return yes ? Verdict::yes : Verdict::no;
}

Verdict Evaluator::decide(const Event& event) {
  if (tree_) {
    const Status judged = tree_->judge(event);
    if (judged == Status::failed) return failed();
    return judged == Status::stop ? Verdict::yes : Verdict::no;
  }
  if (program_.compiled().code.single) {
    Value value;
    if (!engine_.run_single(event, value)) return failed();
    return truthy(value) ? Verdict::yes : Verdict::no;
  }
  const Status status =
      engine_.run(event, [](const Value& value) { return truthy(value) ? Status::stop : Status::more; });
  if (status == Status::failed) return failed();
  return status == Status::stop ? Verdict::yes : Verdict::no;
}

// False: a path does not fit the event, and the engine says why; nothing was handed on.
bool Evaluator::hand_on_slots(const Event& event, const Emit& emit) {
  if (event.binary_value) return false;
  for (const std::uint32_t slot : plain_slots_) {
    if (event.slots[slot].kind == ValueKind::misfit) return false;
  }
  for (const std::uint32_t slot : plain_slots_) {
    const Value& value = event.slots[slot];
    if (emit(absent(value) ? kNull : value) != Status::more) break;
  }
  return true;
}

bool Evaluator::paths_of_line(std::string_view line, std::span<Value> to) {
  if (plain_slots_.empty() || !line_scanner_.scan(line, json_error_)) return false;
  tombstone_ = false;
  const std::span<const Value> found = line_scanner_.values();
  for (std::size_t i = 0; i < plain_slots_.size(); ++i) {
    const Value& value = found[plain_slots_[i]];
    if (value.kind == ValueKind::misfit) return false;
    to[i] = absent(value) ? kNull : value;
  }
  return true;
}

Verdict Evaluator::hand_on(const Event& event, const Emit& emit) {
  if (!plain_slots_.empty() && hand_on_slots(event, emit)) return Verdict::yes;
  if (program_.compiled().code.single) {
    Value value;
    if (!engine_.run_single(event, value)) return failed();
    (void)emit(value);
    return Verdict::yes;
  }
  const auto take = [&](const Value& value) {
    ++handed_on_;
    return emit(value);
  };
  const Status status = tree_ ? tree_->run(event, take) : engine_.run(event, take);
  if (status == Status::failed) return failed();
  return handed_on_ > 0 ? Verdict::yes : Verdict::no;
}

Verdict Evaluator::failed() {
  why_ = Why::expression;
  return Verdict::bad;
}

// ---- bare lines

Verdict Evaluator::on_line(std::string_view line, const Emit* emit) {
  tombstone_ = false;
  if (!line_scanner_.scan(line, json_error_)) return not_json();
  Event event;
  event.slots = line_scanner_.values();
  event.value = line;
  return run(event, emit);
}

Verdict Evaluator::not_json() {
  why_ = Why::json;
  return json_error_.fault == json::Fault::empty ? Verdict::blank : Verdict::bad;
}

// ---- envelopes

Verdict Evaluator::on_envelope(std::string_view line, const Emit* emit) {
  tombstone_ = false;
  if (!envelope_scanner_.scan(line, json_error_)) return not_json();
  Event event;
  if (!fill_envelope(event, tombstone_)) return Verdict::bad;
  if (tombstone_ && !settings_.tombstones) return Verdict::tombstone;
  return run(event, emit);
}

Verdict Evaluator::on_record(const record::Envelope& record, const Emit* emit) {
  tombstone_ = record.record.value.null();
  if (tombstone_ && !settings_.tombstones) return Verdict::tombstone;
  if (!program_.reads_members() && !record.record.value.null()) {
    return on_line(record.record.value.view(), emit);
  }
  rendered_.clear();
  record::encode(record, rendered_);
  std::memset(rendered_.room(json::kPadding), 0, json::kPadding);
  return on_envelope(rendered_.view(), emit);
}

// Finds the value among the members that may hold it, and the others that the expression reads.
bool Evaluator::fill_envelope(Event& event, bool& tombstone) {
  const auto values = envelope_scanner_.values();
  const Program::EnvelopeSlots& at = program_.envelope_slots();
  const std::size_t paths = program_.compiled().paths.size();
  const Value& value = values[at.value];
  scratch_.reset();
  if (value.kind == ValueKind::misfit)
    return not_an_envelope("line is not an envelope: no JSON object", kBareLine), false;
  fill_members(event);
  event.slots = values.first(paths);
  if (value.kind > ValueKind::null) {
    event.value = value.raw();
    return true;
  }
  Value text = values[at.value_text];
  if (absent(text)) text = values[at.payload];
  if (text.kind == ValueKind::string) {
    // `.` is that string; whatever leads further down does not fit.
    slots_.assign(paths, with_kind(text, ValueKind::misfit));
    for (std::size_t i = 0; i < paths; ++i) {
      if (program_.compiled().paths[i].empty()) slots_[i] = text;
    }
    event.slots = slots_;
    event.value = text.raw();
    return true;
  }
  if (text.kind > ValueKind::null) return not_an_envelope("value_text of the envelope is no string"), false;
  const Value& binary = values[at.value_base64];
  if (binary.kind == ValueKind::string) {
    event.binary_value = true;
    return true;
  }
  if (binary.kind > ValueKind::null)
    return not_an_envelope("value_base64 of the envelope is no string"), false;
  if (absent(value) && absent(text) && absent(binary)) {
    return not_an_envelope("line is not an envelope: it has no value", kBareLine), false;
  }
  tombstone = true;
  event.value = kNull.raw();
  return true;
}

record::KnownOfLine Evaluator::known_of_envelope() const {
  return {settings_.check == json::Check::whole_line,
          envelope_scanner_.values()[program_.envelope_slots().value]};
}

void Evaluator::fill_members(Event& event) {
  if (!program_.reads_members()) return;
  const auto values = envelope_scanner_.values();
  const Program::EnvelopeSlots& at = program_.envelope_slots();
  for (std::size_t i = 0; i < kMembers; ++i) {
    if (program_.compiled().members[i]) event.members[i] = values[at.members[i]];
  }
  Value& key = event.members[static_cast<std::size_t>(Member::key)];
  event.binary_key = values[at.key_base64].kind == ValueKind::string && key.kind <= ValueKind::null;
  if (key.kind > ValueKind::null && key.kind != ValueKind::string) {
    // A key that is no string stands for its canonical text.
    std::string text;
    json::append_canonical(text, key);
    key = string_value(text, scratch_);
  }
  Value& headers = event.members[static_cast<std::size_t>(Member::headers)];
  json::Elements elements(headers);
  Value name, value;
  if (headers.kind == ValueKind::array && elements.next(name) && name.kind == ValueKind::string) {
    // kcat's flat list: name, value, name, value.
    std::string pairs = "[";
    do {
      if (!elements.next(value)) value = kNull;
      pairs +=
          (pairs.size() > 1 ? ",[" : "[") + std::string(name.raw()) + "," + std::string(value.raw()) + "]";
    } while (elements.next(name));
    pairs += ']';
    headers = value_of(scratch_.keep(pairs));
  }
}

Verdict Evaluator::not_an_envelope(std::string what, std::string_view hint) {
  why_ = Why::envelope;
  envelope_hint_ = hint;
  envelope_error_ = std::move(what);
  return Verdict::bad;
}

stream::Fault Evaluator::expression_fault() const {
  stream::Fault fault;
  if (on_again_ || tree_) {
    const EventTree& tree = on_again_ ? *again_ : *tree_;
    fault = {tree.code(), "expression failed: " + tree.message(), 0, {}};
  } else {
    fault = {engine_.failure().code(), "expression failed: " + engine_.failure().message(), 0, {}};
  }
  if (fault.code == "expression_error" && program_.wants_many())
    fault.hint = "EXPR sees one event at a time; for all at once: ... | jq -s EXPR";
  return fault;
}

stream::Fault Evaluator::fault() const {
  switch (why_) {
    case Why::json:
      return {"bad_json", json::describe(json_error_), json_error_.column + std::size_t{1}, {}};
    case Why::envelope:
      return {"bad_envelope", envelope_error_, 0, std::string(envelope_hint_)};
    case Why::expression:
      return expression_fault();
    case Why::none:
      break;
  }
  return {};
}

}  // namespace weir::expr
