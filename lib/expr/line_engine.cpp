#include "expr/line_engine.h"

#include <algorithm>
#include <array>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "expr/functions.h"
#include "expr/line_parts.h"
#include "expr/pool.h"
#include "expr/tree_engine.h"
#include "json/cursor.h"
#include "json/number.h"

namespace weir::expr {
namespace {

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

}  // namespace

// ---- from outside

LineEngine::LineEngine(const Compiled& program, std::uint64_t max_steps, base::Zone zone)
    : program_(program), max_steps_(max_steps), locals_(program.locals) {
  for (const TreePart& part : program.parts)
    trees_.push_back(std::make_unique<TreeEngine>(*part.program, TreeEngine::Limits{max_steps}, zone));
  natives_.zone = std::move(zone);
}

LineEngine::~LineEngine() = default;

void LineEngine::start(const Event& event) {
  event_ = &event;
  natives_.steps_left = max_steps_;
  scratch_.reset();
  Pool::mine().allow(kMaxScratchBytes);
  failure_.what = Failure::What::none;
}

Status LineEngine::run(const Event& event, const Emit& emit) {
  start(event);
  const Meter meter(natives_.steps_left);
  try {
    return all(program_.code, kNull, [&](const Value& value) { return emit(with_text(value, scratch_)); });
  } catch (const LimitReached& reached) {
    fail(reached.what);
    return Status::failed;
  }
}

bool LineEngine::run_single(const Event& event, Value& out) {
  start(event);
  const Meter meter(natives_.steps_left);
  try {
    if (!one(program_.code, kNull, out)) return false;
    out = with_text(out, scratch_);
    return true;
  } catch (const LimitReached& reached) {
    return fail(reached.what);
  }
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
      for (const Code& arg : code.args) {
        if (!one(arg, input, out)) return false;
        if (truthy(out)) return true;
      }
      return true;
    case Do::not_:
      if (!one(code.args[0], input, out)) return false;
      out = boolean(!truthy(out));
      return true;
    case Do::negate: {
      Value operand;
      return one(code.args[0], input, operand) && negate(operand, scratch_, out, failure_);
    }
    case Do::arith: {
      Value left, right;
      return one(code.args[1], input, right) && one(code.args[0], input, left) &&
             arith(code.arithmetic, left, right, out);
    }
    case Do::chain: {
      std::vector<Value> values(code.args.size());
      for (std::size_t i = values.size(); i-- > 0;) {
        if (!one(code.args[i], input, values[i])) return false;
      }
      return chain(code, values, out);
    }
    case Do::if_: {
      Value condition;
      if (!one(code.args[0], input, condition)) return false;
      return one(code.args[truthy(condition) ? 1 : 2], input, out);
    }
    case Do::bind:
      return one(code.args[0], input, locals_[code.slot]) && one(code.args[1], input, out);
    case Do::local:
      out = locals_[code.slot];
      return true;
    case Do::index_by: {
      Value term, key;
      return one(code.args[1], input, key) && one(code.args[0], input, term) && index_by(term, key, out);
    }
    case Do::slice:
    case Do::native: {
      std::array<Value, kMaxArguments> values;
      for (std::size_t i = code.args.size(); i-- > 0;) {
        if (!one(code.args[i], input, values[i])) return false;
      }
      const auto args = std::span<const Value>(values).first(code.args.size());
      return code.what == Do::slice ? slice(args, out) : apply(code, args, out);
    }
    case Do::join:
      return join(code, input, out);
    case Do::any:
    case Do::every:
      return some(code, input, out);
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
    case Do::has_slot:
      return has_slot(code, out);
    case Do::array:
      return array(code, input, out);
    case Do::object:
      return single_object(code, input, out);
    case Do::iterate:
    case Do::comma:
    case Do::attempt:
    case Do::kind:
    case Do::range:
    case Do::limit:
    case Do::first:
    case Do::tree:
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

bool LineEngine::has_slot(const Code& code, Value& out) {
  Value whole;
  if (!read_slot(code.args[0], whole)) return false;
  const ValueKind found = event_->slots[code.args[2].slot].kind;
  if (whole.kind != ValueKind::object) return has(whole, code.args[1].value, scratch_, out, failure_);
  out = boolean(found != ValueKind::missing);
  return true;
}

// Finds the step that did not fit, for the words of the error.
void LineEngine::explain_misfit(const json::Path& path) {
  Value at = value_of(event_->value);
  for (const json::Step& step : path) {
    const Value next = json::find(at, std::span(&step, 1));
    if (next.kind == ValueKind::misfit) {
      if (step.is_index) {
        fail(Failure::What::index_by_kind, at, number_value(static_cast<double>(step.index)));
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
  charge(term.size);
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
               ? fail(Failure::What::index_by_kind, term, number_value(static_cast<double>(code.step.index)))
               : fail(Failure::What::index_by_name, term, {}, code.step.name);
  }
  out = present(out);
  return true;
}

bool LineEngine::compare(const Code& code, const Value& left, const Value& right) {
  // What is inside a container is taken apart to be compared.
  constexpr std::size_t kInside = 24;
  const bool inside = left.kind >= ValueKind::array && right.kind >= ValueKind::array;
  charge(std::min(left.size, right.size) * (inside ? kInside : 1));
  if (code.integer_right && left.kind == ValueKind::number && !is_computed(left)) {
    if (const auto order = quick_order(left.raw(), code.integer)) return holds(code.comparison, *order <=> 0);
    return holds(code.comparison, json::compare_numbers(left.raw(), code.integer));
  }
  if (code.comparison == Comparison::equal) return equal(left, right);
  if (code.comparison == Comparison::unequal) return !equal(left, right);
  return holds(code.comparison, weir::expr::compare(left, right));
}

bool LineEngine::call(const Code& code, std::span<Value> args, Value& out) {
  for (const Value& arg : args) charge(arg.size);
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
    if (pattern.kind != ValueKind::array) return fail(Failure::What::not_a_pattern, pattern);
    json::Elements elements(pattern);
    Value first;
    if (!elements.next(first)) return fail(Failure::What::not_a_pattern, pattern);
    pattern = first;
    if (!elements.next(flags)) flags = kNull;
  }
  if (text.kind != ValueKind::string) return fail(Failure::What::not_text_to_match, text);
  if (pattern.kind != ValueKind::string) return fail(Failure::What::not_string, pattern);
  if (flags.kind != ValueKind::string && flags.kind != ValueKind::null) {
    return fail(Failure::What::not_string, flags);
  }
  const std::string_view letters =
      flags.kind == ValueKind::string ? text_of(flags, scratch_) : std::string_view();
  const std::string_view wanted = text_of(pattern, scratch_);
  if (!regex_ || pattern_ != wanted || pattern_flags_ != letters) {
    pattern_error_.clear();
    regex_ = Regex();
    Regex::Flags parsed;
    if (!parsed.parse(letters, pattern_error_)) return fail(Failure::What::modifier, flags);
    if (parsed.not_empty) return native(find_native("test", args.size() - 1), args, out);  // counts its steps
    if (pattern_error_.empty()) regex_ = Regex::compile(wanted, parsed, pattern_error_);
    if (!pattern_error_.empty()) return fail(Failure::What::pattern, {}, {}, pattern_error_);
    pattern_ = wanted;
    pattern_flags_ = letters;
  }
  out = boolean(regex_.test(text_of(text, scratch_)));
  return true;
}

}  // namespace weir::expr
