// What has at most one result: operators, constructors, native functions, and the functions that take closures.
#include <algorithm>
#include <array>
#include <vector>

#include "expr/datum_text.h"
#include "expr/kinds.h"
#include "expr/meter.h"
#include "expr/operators.h"
#include "expr/paths.h"
#include "expr/tree_engine.h"
#include "expr/tree_values.h"
#include "expr/wording.h"

namespace weir::expr {
namespace {

constexpr std::size_t kMaxArguments = 4;  // of a native function, its input among them

}  // namespace

// The one result at the most that `run` hands over.
template <typename V, typename Run>
TreeEngine::Got TreeEngine::only(V& out, const Run& run) {
  bool came = false;
  const Status status = run([&](V& value) {
    out = std::move(value);
    came = true;
    return Status::more;
  });
  return status == Status::more && came ? Got::value : as_got(status);
}

template <typename V>
TreeEngine::Got TreeEngine::one_form(const TreeCode& code, Frame* frame, V& in, V& out) {
  switch (code.act) {
    case Act::empty:
      return Got::none;
    case Act::kind:
      if (!among(code.kinds, value_of(in).kind())) return Got::none;
      out = code.take ? std::move(in) : in;
      return Got::value;
    case Act::select: {
      Datum condition;
      const Got got = one<Datum>(code.args[0], frame, value_of(in), condition);
      if (got != Got::value) return got;
      if (!condition.truthy()) return Got::none;
      out = code.take ? std::move(in) : in;
      return Got::value;
    }
    case Act::break_:
      breaking_ = frame->up(code.place.hops)->variable(code.place.slot).int64();
      return Got::stop;
    case Act::label:
      return one_label(code, frame, in, out);
    case Act::first:
      return one_first(code, frame, in, out);
    case Act::until:
      return one_until(code, frame, in, out);
    case Act::reduce:
    case Act::limit:
    case Act::get_path:
      return only(out, [&](const Results<V>& emit) { return all_form(code, frame, in, emit); });
    default: {
      Datum value;
      const Got got = one_computed(code, frame, value_of(in), value);
      if (got == Got::value) out = computed(in, std::move(value));
      return got;
    }
  }
}

// What makes new values, the same with paths or without.
TreeEngine::Got TreeEngine::one_computed(const TreeCode& code, Frame* frame, Datum& in, Datum& out) {
  switch (code.act) {
    case Act::and_:
    case Act::or_: {
      const bool decides = code.act == Act::or_;
      for (const TreeCode& arg : code.args) {
        const Got got = one(arg, frame, in, out);
        if (got != Got::value) return got;
        if (out.truthy() == decides) return out = Datum::boolean(decides), Got::value;
      }
      return out = Datum::boolean(!decides), Got::value;
    }
    case Act::negate: {
      Datum operand;
      const Got got = one(code.args[0], frame, in, operand);
      if (got != Got::value) return got;
      return negate(operand, natives_, out) ? Got::value : Got::failed;
    }
    case Act::arith:
    case Act::compare: {
      Datum left, right;
      Got got = one(code.args[1], frame, in, right);
      if (got == Got::value) got = one(code.args[0], frame, in, left);
      if (got != Got::value) return got;
      return binary(code, left, right, out) ? Got::value : Got::failed;
    }
    case Act::chain:
      return one_chain(code, frame, in, out);
    case Act::array: {
      Datum made = Datum::array();
      if (!code.args.empty()) {
        const Status status = all<Datum>(code.args[0], frame, in, [&](Datum& item) {
          made.push(std::move(item));
          return Status::more;
        });
        if (status != Status::more) return as_got(status);
      }
      out = std::move(made);
      return Got::value;
    }
    case Act::object:
      return one_object(code, frame, in, out);
    case Act::join:
      return one_join(code, frame, in, out);
    case Act::native:
      return one_native(code, frame, in, out);
    case Act::error: {
      if (code.args.empty()) return throw_value(in);
      Datum value;
      const Got got = one(code.args[0], frame, in, value);
      return got == Got::value ? throw_value(std::move(value)) : got;
    }
    case Act::member: {
      if (code.member == Member::key && binary_key_) throw LimitReached{Failure::What::binary_key};
      out = members_[static_cast<std::size_t>(code.member)];
      if (out.is(Kind::missing)) out = Datum();
      return Got::value;
    }
    case Act::last: {
      Datum last;
      const Status status = all<Datum>(code.args[0], frame, in, [&](Datum& value) {
        last = std::move(value);
        return Status::more;
      });
      out = std::move(last);
      return status == Status::more ? Got::value : as_got(status);
    }
    case Act::is_empty: {
      bool empty = true;
      const Status status = all<Datum>(code.args[0], frame, in, [&](Datum&) {
        empty = false;
        return Status::stop;
      });
      out = Datum::boolean(empty);
      return status == Status::failed || (status == Status::stop && empty) ? as_got(status) : Got::value;
    }
    case Act::any:
    case Act::all:
      return one_any(code, frame, in, out);
    case Act::path:
      return only(out, [&](const Results<Datum>& emit) { return paths_of(code.args[0], frame, in, emit); });
    case Act::assign:
    case Act::compute:
    case Act::alternate:
      return only(out, [&](const Results<Datum>& emit) { return all_assign(code, frame, in, emit); });
    case Act::update:
      return one_update(code, frame, in, out);
    case Act::delete_:
      return one_delete(code, frame, in, out);
    default:
      return Got::none;  // the others are never single, or handled above
  }
}

// `code`: one with arithmetic or a comparison.
bool TreeEngine::binary(const TreeCode& code, Datum& left, Datum& right, Datum& out) {
  if (code.act == Act::arith) return compute(code.arithmetic, left, right, natives_, out);
  const bool equality = code.comparison == Comparison::equal || code.comparison == Comparison::unequal;
  out = Datum::boolean(equality ? equal(left, right) == (code.comparison == Comparison::equal)
                                : holds(code.comparison, compare(left, right)));
  return true;
}

// Takes the values apart.
bool TreeEngine::chain(const TreeCode& code, std::vector<Datum>& values, Datum& out) {
  natives_.step(values.size());
  Datum left = std::move(values[0]);
  for (std::size_t i = 1; i < values.size(); ++i) {
    Datum result;
    if (!compute(code.operators[i - 1], left, values[i], natives_, result)) return false;
    left = std::move(result);
  }
  out = std::move(left);
  return true;
}

// The last comes first, as with two.
TreeEngine::Got TreeEngine::one_chain(const TreeCode& code, Frame* frame, Datum& in, Datum& out) {
  std::vector<Datum> values(code.args.size());
  for (std::size_t i = values.size(); i-- > 0;) {
    const Got got = one(code.args[i], frame, in, values[i]);
    if (got != Got::value) return got;
  }
  return chain(code, values, out) ? Got::value : Got::failed;
}

// error(null) is no error but no result, as in jq 1.6.
TreeEngine::Got TreeEngine::throw_value(Datum value) {
  if (value.is_null()) return Got::none;
  natives_.fail_with(std::move(value));
  return Got::failed;
}

TreeEngine::Got TreeEngine::one_object(const TreeCode& code, Frame* frame, Datum& in, Datum& out) {
  Datum made = Datum::object(code.args.size() / 2);
  for (std::size_t i = 0; i < code.args.size(); i += 2) {
    Datum name, value;
    Got got = one(code.args[i], frame, in, name);
    if (got == Got::value) got = one(code.args[i + 1], frame, in, value);
    if (got != Got::value) return got;
    if (!name.is(Kind::string)) {
      natives_.fail("Cannot use " + shown(name) + " as object key");
      return Got::failed;
    }
    made.set(std::move(name), std::move(value));
  }
  out = std::move(made);
  return Got::value;
}

bool TreeEngine::join_part(const TreeCode& code, Datum& value, Datum& text) {
  if (code.native != nullptr) {
    std::array<Datum, 2> args = {std::move(value), constants_[code.number]};
    return code.native(args, natives_, text);
  }
  if (value.is(Kind::string)) {
    text = std::move(value);
  } else {
    std::string json;
    append_compact(json, value);
    text = Datum::string(json);
  }
  return true;
}

// Text and value in turn, from the last, as jq evaluates them.
TreeEngine::Got TreeEngine::one_join(const TreeCode& code, Frame* frame, Datum& in, Datum& out) {
  std::vector<Datum> parts(code.args.size());
  for (std::size_t i = parts.size(); i-- > 0;) {
    const bool text = i % 2 == 0;
    Datum value;
    const Got got = one(code.args[i], frame, in, text ? parts[i] : value);
    if (got != Got::value) return got;
    if (!text && !join_part(code, value, parts[i])) return Got::failed;
  }
  Datum joined = std::move(parts[0]);
  for (std::size_t i = 1; i < parts.size(); ++i) joined.append(parts[i].text());
  out = std::move(joined);
  return Got::value;
}

// Most functions read all of a text that they get.
void TreeEngine::charge_texts(std::span<const Datum> args) {
  for (const Datum& arg : args) {
    if (arg.is(Kind::string)) natives_.step(arg.size() / kBytesPerStep);
  }
}

TreeEngine::Got TreeEngine::one_native(const TreeCode& code, Frame* frame, Datum& in, Datum& out) {
  std::array<Datum, kMaxArguments> args;
  for (std::size_t i = code.args.size(); i-- > 0;) {
    const Got got = one(code.args[i], frame, in, args[i + 1]);
    if (got != Got::value) return got;
  }
  args[0] = code.take ? std::move(in) : in;
  charge_texts(std::span(args).first(code.args.size() + 1));
  return code.native(std::span(args).first(code.args.size() + 1), natives_, out) ? Got::value : Got::failed;
}

template <typename V>
TreeEngine::Got TreeEngine::one_label(const TreeCode& code, Frame* frame, V& in, V& out) {
  const std::int64_t number = ++labels_;
  frame->variable(code.place.slot) = Datum::integer(number);
  const Got got = one(code.args[0], frame, in, out);
  if (got != Got::stop || breaking_ != number) return got;
  breaking_ = 0;
  return Got::none;
}

template <typename V>
TreeEngine::Got TreeEngine::one_first(const TreeCode& code, Frame* frame, V& in, V& out) {
  if (single(code.args[0], frame)) return one(code.args[0], frame, in, out);
  bool got = false;
  const Status status = all<V>(code.args[0], frame, in, [&](V& value) {
    out = std::move(value);
    got = true;
    return Status::stop;
  });
  return got ? Got::value : as_got(status);
}

template <typename V>
TreeEngine::Got TreeEngine::one_until(const TreeCode& code, Frame* frame, V& in, V& out) {
  V state = in;
  while (true) {
    step();
    Datum condition;
    Got got = one<Datum>(code.args[0], frame, value_of(state), condition);
    if (got != Got::value) return got;
    if (condition.truthy()) break;
    V next;
    got = one(code.args[1], frame, state, next);
    if (got != Got::value) return got;
    state = std::move(next);
  }
  out = std::move(state);
  return Got::value;
}

// As in jq 1.6, one more result of the source is asked for once it is decided; and a condition with several results
// counts each: `any` is true when exactly one was.
TreeEngine::Got TreeEngine::one_any(const TreeCode& code, Frame* frame, Datum& in, Datum& out) {
  const bool wanted = code.act == Act::any;
  std::size_t times = 0;
  bool decided = false;
  bool over = false;
  const Status status = all<Datum>(code.args[0], frame, in, [&](Datum& item) {
    if (decided) {
      over = true;
      return Status::stop;
    }
    return all<Datum>(code.args[1], frame, item, [&](Datum& truth) {
      decided = truth.truthy() == wanted;
      times += decided;
      return Status::more;
    });
  });
  if (status == Status::failed) return Got::failed;
  if (status == Status::stop && !over) return Got::stop;
  out = Datum::boolean(wanted ? times == 1 : times == 0);
  return Got::value;
}

template TreeEngine::Got TreeEngine::one_form(const TreeCode&, Frame*, Datum&, Datum&);
template TreeEngine::Got TreeEngine::one_form(const TreeCode&, Frame*, Traced&, Traced&);

}  // namespace weir::expr
