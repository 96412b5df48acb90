#include "expr/line_engine.h"

#include <algorithm>
#include <array>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "expr/functions.h"
#include "json/canonical.h"
#include "json/cursor.h"
#include "json/number.h"

namespace weir::expr {
namespace {

// The most arguments a function has, its input among them.
constexpr std::size_t kMaxArguments = 3;

Value present(const Value& found) {
  return found.kind == ValueKind::missing ? kNull : found;
}

bool equal(const Value& a, const Value& b) {
  if (a.kind != b.kind) return false;
  if (a.kind == ValueKind::string && !a.escaped && !b.escaped) return a.raw() == b.raw();
  return json::compare_jq(a, b) == 0;
}

bool holds(Comparison comparison, std::strong_ordering order) {
  switch (comparison) {
    case Comparison::equal:
      return order == 0;
    case Comparison::unequal:
      return order != 0;
    case Comparison::less:
      return order < 0;
    case Comparison::less_equal:
      return order <= 0;
    case Comparison::greater:
      return order > 0;
    case Comparison::greater_equal:
      return order >= 0;
  }
  return false;
}

// Order of a number to an integer where the digits before the point decide it, as they nearly always do; less than 0,
// 0 or more than 0. None: leave it to the exact comparison.
std::optional<int> quick_order(std::string_view number, std::int64_t integer) {
  constexpr std::size_t kSafeDigits = 18;
  const bool negative = number.front() == '-';
  std::size_t at = negative ? 1 : 0;
  const std::size_t end = std::min(number.size(), at + kSafeDigits);
  std::int64_t whole = 0;
  for (; at < end && number[at] >= '0' && number[at] <= '9'; ++at) whole = whole * 10 + (number[at] - '0');
  if (negative) whole = -whole;
  if (at == number.size()) return (whole > integer) - (whole < integer);
  if (number[at] != '.' || whole == integer) return std::nullopt;
  // A fraction cannot carry it past the next integer, but an exponent behind it can.
  for (++at; at < number.size(); ++at) {
    if ((number[at] | 0x20) == 'e') return std::nullopt;
  }
  return whole > integer ? 1 : -1;
}

Status continued(bool ok) {
  return ok ? Status::more : Status::failed;
}

}  // namespace

// ---- from outside

void LineEngine::start(const Event& event) {
  event_ = &event;
  steps_ = 0;
  scratch_.reset();
  failure_.what = Failure::What::none;
}

Status LineEngine::run(const Event& event, const Emit& emit) {
  start(event);
  return all(program_.code, kNull, emit);
}

bool LineEngine::run_single(const Event& event, Value& out) {
  start(event);
  return one(program_.code, kNull, out);
}

bool LineEngine::fail(Failure::What what, const Value& a, const Value& b, std::string_view name) {
  failure_ = {what, a, b, name};
  return false;
}

// ---- where there is exactly one result

bool LineEngine::one(const Code& code, const Value& input, Value& out) {
  switch (code.what) {
    case Do::input:
      out = input;
      return true;
    case Do::slot:
      return read_slot(code, out);
    case Do::member:
      return read_member(code, out);
    case Do::constant:
      out = code.value;
      return true;
    case Do::index: {
      Value term;
      return one(code.args[0], input, term) && index(code, term, out);
    }
    case Do::pipe: {
      Value value = input;
      for (const Code& stage : code.args) {
        if (!one(stage, value, out)) return false;
        value = out;
      }
      return true;
    }
    case Do::and_:
    case Do::or_: {
      const bool decides = code.what == Do::or_;  // the truth that needs no further look
      for (const Code& arg : code.args) {
        if (!one(arg, input, out)) return false;
        if (truthy(out) == decides) return out = boolean(decides), true;
      }
      out = boolean(!decides);
      return true;
    }
    case Do::alternative:
      return one(code.args[0], input, out) && (truthy(out) || one(code.args[1], input, out));
    case Do::not_:
      if (!one(code.args[0], input, out)) return false;
      out = boolean(!truthy(out));
      return true;
    case Do::negate: {
      Value operand;
      return one(code.args[0], input, operand) && negate(operand, scratch_, out, failure_);
    }
    case Do::compare: {
      Value left, right;
      if (!one(code.args[1], input, right) || !one(code.args[0], input, left)) return false;
      out = boolean(compare(code, left, right));
      return true;
    }
    case Do::call: {
      std::array<Value, kMaxArguments> values;
      for (std::size_t i = code.args.size(); i-- > 0;) {
        if (!one(code.args[i], input, values[i])) return false;
      }
      return call(code, std::span(values).first(code.args.size()), out);
    }
    case Do::array:
      return array(code, input, out);
    case Do::object: {
      std::vector<Value> parts(code.args.size());
      for (std::size_t i = 0; i < parts.size(); ++i) {
        if (!one(code.args[i], input, parts[i])) return false;
      }
      return object(parts, out);
    }
    case Do::iterate:
    case Do::comma:
    case Do::attempt:
      break;  // never single
  }
  return fail(Failure::What::steps);
}

bool LineEngine::read_slot(const Code& code, Value& out) {
  if (event_->binary_value) return fail(Failure::What::binary_value);
  out = event_->slots[code.slot];
  if (out.kind == ValueKind::missing) {
    out = kNull;
  } else if (out.kind == ValueKind::misfit) [[unlikely]] {
    explain_misfit(program_.paths[code.slot]);
    return false;
  }
  return true;
}

bool LineEngine::read_member(const Code& code, Value& out) {
  if (code.member == Member::key && event_->binary_key) return fail(Failure::What::binary_key);
  out = present(event_->members[static_cast<std::size_t>(code.member)]);
  return true;
}

// Finds the step that did not fit, for the words of the error.
void LineEngine::explain_misfit(const json::Path& path) {
  Value at = value_of(event_->value);
  for (const json::Step& step : path) {
    const Value next = json::find(at, std::span(&step, 1));
    if (next.kind == ValueKind::misfit) {
      if (step.is_index) {
        fail(Failure::What::index_by_kind, at, number_value(step.index, scratch_));
      } else {
        fail(Failure::What::index_by_name, at, {}, step.name);
      }
      return;
    }
    at = present(next);
  }
  fail(Failure::What::index_by_kind, at, kNull);
}

bool LineEngine::index(const Code& code, const Value& term, Value& out) {
  if (code.keyed) {
    // Neither a name nor a place: a number with a fraction finds nothing, all else is an error.
    const bool number = code.value.kind == ValueKind::number;
    if (!number || (term.kind != ValueKind::array && term.kind != ValueKind::null)) {
      return fail(Failure::What::index_by_kind, term, code.value);
    }
    out = kNull;
    return true;
  }
  out = json::find(term, std::span(&code.step, 1));
  if (out.kind == ValueKind::misfit) {
    return code.step.is_index
               ? fail(Failure::What::index_by_kind, term, number_value(code.step.index, scratch_))
               : fail(Failure::What::index_by_name, term, {}, code.step.name);
  }
  out = present(out);
  return true;
}

bool LineEngine::compare(const Code& code, const Value& left, const Value& right) const {
  if (code.integer_right && left.kind == ValueKind::number) {
    if (const auto order = quick_order(left.raw(), code.integer)) return holds(code.comparison, *order <=> 0);
    return holds(code.comparison, json::compare_numbers(left.raw(), code.integer));
  }
  if (code.comparison == Comparison::equal) return equal(left, right);
  if (code.comparison == Comparison::unequal) return !equal(left, right);
  return holds(code.comparison, json::compare_jq(left, right));
}

bool LineEngine::call(const Code& code, std::span<const Value> args, Value& out) {
  switch (code.function) {
    case Function::length:
      return length(args[0], scratch_, out, failure_);
    case Function::has:
      return has(args[0], args[1], scratch_, out, failure_);
    case Function::starts_with:
      return starts_with(args[0], args[1], scratch_, out, failure_);
    case Function::ends_with:
      return ends_with(args[0], args[1], scratch_, out, failure_);
    case Function::contains:
      return contains(args[0], args[1], out, failure_);
    case Function::test:
      return test(code, args, out);
  }
  return fail(Failure::What::steps);
}

bool LineEngine::test(const Code& code, std::span<const Value> args, Value& out) {
  const Value& text = args[0];
  if (code.regex != nullptr) {
    if (text.kind != ValueKind::string) return fail(Failure::What::not_text_to_match, text);
    out = boolean(code.regex->test(text_of(text, scratch_)));
    return true;
  }
  Value pattern = args[1];
  Value flags = args.size() > 2 ? args[2] : kNull;
  if (args.size() == 2 && pattern.kind != ValueKind::string) {
    // test([PATTERN]) and test([PATTERN, FLAGS])
    json::Elements elements(pattern);
    Value first;
    if (!elements.next(first)) return fail(Failure::What::not_a_pattern, pattern);
    pattern = first;
    if (!elements.next(flags)) flags = kNull;
  }
  if (text.kind != ValueKind::string) return fail(Failure::What::not_text_to_match, text);
  if (pattern.kind != ValueKind::string) return fail(Failure::What::not_text_to_match, pattern);
  if (flags.kind != ValueKind::string && flags.kind != ValueKind::null) {
    return fail(Failure::What::modifier_not_string, flags);
  }
  const std::string_view letters =
      flags.kind == ValueKind::string ? text_of(flags, scratch_) : std::string_view();
  const std::string_view wanted = text_of(pattern, scratch_);
  if (!regex_ || pattern_ != wanted || pattern_flags_ != letters) {
    pattern_error_.clear();
    regex_ = Regex();
    Regex::Flags parsed;
    if (!parsed.parse(letters, pattern_error_)) return fail(Failure::What::modifier, flags);
    if (pattern_error_.empty()) regex_ = Regex::compile(wanted, parsed, pattern_error_);
    if (!pattern_error_.empty()) return fail(Failure::What::pattern, {}, {}, pattern_error_);
    pattern_ = wanted;
    pattern_flags_ = letters;
  }
  out = boolean(regex_.test(text_of(text, scratch_)));
  return true;
}

bool LineEngine::array(const Code& code, const Value& input, Value& out) {
  std::string text = "[";
  const Status status = all(code.args[0], input, [&](const Value& element) {
    if (text.size() > 1) text += ',';
    text += element.raw();
    return Status::more;
  });
  if (status == Status::failed) return false;
  text += ']';
  out = value_of(scratch_.keep(text));
  return true;
}

bool LineEngine::object(std::span<const Value> parts, Value& out) {
  std::string text = "{";
  for (std::size_t i = 0; i < parts.size(); i += 2) {
    if (parts[i].kind != ValueKind::string) return fail(Failure::What::object_key, parts[i]);
    if (text.size() > 1) text += ',';
    text += parts[i].raw();
    text += ':';
    text += parts[i + 1].raw();
  }
  text += '}';
  out = value_of(scratch_.keep(text));
  return true;
}

// ---- where there may be any number of results

Status LineEngine::all(const Code& code, const Value& input, const Emit& emit) {
  if (!step()) return Status::failed;
  if (code.single) {
    Value value;
    return one(code, input, value) ? emit(value) : Status::failed;
  }
  switch (code.what) {
    case Do::index:
      return all_index(code, input, emit);
    case Do::iterate:
      return all_iterate(code, input, emit);
    case Do::pipe:
      return all_pipe(code, 0, input, emit);
    case Do::comma:
      for (const Code& arg : code.args) {
        const Status status = all(arg, input, emit);
        if (status != Status::more) return status;
      }
      return Status::more;
    case Do::and_:
    case Do::or_:
      return all_junction(code, 0, input, emit);
    case Do::alternative:
      return all_alternative(code, input, emit);
    case Do::negate:
      return all(code.args[0], input, [&](const Value& operand) {
        Value value;
        return negate(operand, scratch_, value, failure_) ? emit(value) : Status::failed;
      });
    case Do::compare:
    case Do::call:
      return all_call(code, input, emit);
    case Do::attempt: {
      // As in jq 1.6, what fails further down after a result of the body counts as the body's failure.
      const Status status = all(code.args[0], input, emit);
      if (status != Status::failed || failure_.what == Failure::What::steps) return status;
      return Status::more;
    }
    case Do::object:
      return all_object(code, input, emit);
    default:
      break;  // always single
  }
  return continued(fail(Failure::What::steps));
}

Status LineEngine::all_index(const Code& code, const Value& input, const Emit& emit) {
  return all(code.args[0], input, [&](const Value& term) {
    Value value;
    const bool by_slot = code.args.size() > 1;
    if (by_slot) {
      value = event_->slots[code.args[1].slot];
      if (value.kind == ValueKind::misfit) return Status::more;
      return emit(present(value));
    }
    if (index(code, term, value)) return emit(value);
    return code.optional ? Status::more : Status::failed;
  });
}

Status LineEngine::all_iterate(const Code& code, const Value& input, const Emit& emit) {
  return all(code.args[0], input, [&](const Value& term) {
    if (term.kind == ValueKind::array) {
      json::Elements elements(term);
      for (Value element; elements.next(element);) {
        if (!step()) return Status::failed;
        const Status status = emit(element);
        if (status != Status::more) return status;
      }
      return Status::more;
    }
    if (term.kind != ValueKind::object) {
      return code.optional ? Status::more : continued(fail(Failure::What::iterate, term));
    }
    return each_member(term, emit);
  });
}

// In the order of the text; a name given twice at its first place with its last value.
Status LineEngine::each_member(const Value& object, const Emit& emit) {
  struct Entry {
    std::string_view name;
    Value value;
    std::size_t place;
  };
  std::vector<Entry> entries;
  json::Members members(object);
  for (json::Member member; members.next(member);) {
    if (!step()) return Status::failed;
    entries.push_back({text_of(member.name, scratch_), member.value, entries.size()});
  }
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return std::tie(a.name, a.place) < std::tie(b.name, b.place);
  });
  std::size_t kept = 0;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (kept > 0 && entries[kept - 1].name == entries[i].name) {
      entries[kept - 1].value = entries[i].value;
    } else {
      entries[kept++] = entries[i];
    }
  }
  entries.resize(kept);
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.place < b.place; });
  for (const Entry& entry : entries) {
    const Status status = emit(entry.value);
    if (status != Status::more) return status;
  }
  return Status::more;
}

Status LineEngine::all_pipe(const Code& code, std::size_t stage, const Value& input, const Emit& emit) {
  Value value = input;
  for (; stage < code.args.size() && code.args[stage].single; ++stage) {
    Value result;
    if (!one(code.args[stage], value, result)) return Status::failed;
    value = result;
  }
  if (stage == code.args.size()) return emit(value);
  return all(code.args[stage], value,
             [&](const Value& result) { return all_pipe(code, stage + 1, result, emit); });
}

Status LineEngine::all_junction(const Code& code, std::size_t from, const Value& input, const Emit& emit) {
  const bool decides = code.what == Do::or_;
  for (; from < code.args.size() && code.args[from].single; ++from) {
    Value value;
    if (!one(code.args[from], input, value)) return Status::failed;
    if (truthy(value) == decides) return emit(boolean(decides));
  }
  if (from == code.args.size()) return emit(boolean(!decides));
  return all(code.args[from], input, [&](const Value& value) {
    return truthy(value) == decides ? emit(boolean(decides)) : all_junction(code, from + 1, input, emit);
  });
}

Status LineEngine::all_alternative(const Code& code, const Value& input, const Emit& emit) {
  bool found = false;
  const Status status = all(code.args[0], input, [&](const Value& value) {
    if (!truthy(value)) return Status::more;
    found = true;
    return emit(value);
  });
  return status != Status::more || found ? status : all(code.args[1], input, emit);
}

template <typename Done>
Status LineEngine::all_arguments(const Code& code, bool first_slowest, std::size_t settled,
                                 std::span<Value> values, const Value& input, const Done& done) {
  const std::size_t count = code.args.size();
  const auto place = [&](std::size_t turn) { return first_slowest ? turn : count - 1 - turn; };
  for (; settled < count && code.args[place(settled)].single; ++settled) {
    if (!one(code.args[place(settled)], input, values[place(settled)])) return Status::failed;
  }
  if (settled == count) return done();
  return all(code.args[place(settled)], input, [&](const Value& value) {
    values[place(settled)] = value;
    return all_arguments(code, first_slowest, settled + 1, values, input, done);
  });
}

Status LineEngine::all_call(const Code& code, const Value& input, const Emit& emit) {
  std::array<Value, kMaxArguments> room;
  const std::span<Value> values = std::span(room).first(code.args.size());
  return all_arguments(code, false, 0, values, input, [&] {
    if (code.what == Do::compare) return emit(boolean(compare(code, values[0], values[1])));
    Value value;
    return call(code, values, value) ? emit(value) : Status::failed;
  });
}

Status LineEngine::all_object(const Code& code, const Value& input, const Emit& emit) {
  std::vector<Value> parts(code.args.size());
  return all_arguments(code, true, 0, parts, input, [&] {
    Value value;
    return object(parts, value) ? emit(value) : Status::failed;
  });
}

}  // namespace weir::expr
