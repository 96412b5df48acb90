#include "expr/tree_engine.h"

#include <pthread.h>

#include <algorithm>

#include "expr/datum_text.h"
#include "expr/meter.h"
#include "expr/paths.h"
#include "expr/tree_values.h"
#include "expr/wording.h"

namespace weir::expr {
namespace {

// How much of its stack the calling thread lets an evaluation take: half of what there is, so that what walks deep
// values at the bottom of a deep call still has room.
std::size_t stack_budget() {
  constexpr std::size_t kMost = std::size_t{4} << 20;
  constexpr std::size_t kLeast = std::size_t{64} << 10;
  thread_local std::size_t budget = 0;
  if (budget != 0) return budget;
  pthread_attr_t attributes;
  void* low = nullptr;
  std::size_t size = 0;
  if (pthread_getattr_np(pthread_self(), &attributes) == 0) {
    pthread_attr_getstack(&attributes, &low, &size);
    pthread_attr_destroy(&attributes);
  }
  return budget = std::clamp(size / 2, kLeast, kMost);
}

}  // namespace

TreeEngine::TreeEngine(const TreeProgram& program, const Limits& limits, base::Zone zone)
    : program_(program), limits_(limits) {
  natives_.zone = std::move(zone);
  for (const std::string& json : program.constants) {
    Datum constant;
    parse(json, Text::stays, constant);
    constants_.push_back(std::move(constant));
  }
}

Status TreeEngine::run(Datum input, const Results<Datum>& emit) {
  natives_.steps_left = limits_.max_steps;
  natives_.quiet = false;
  natives_.thrown = Datum();
  limit_ = Failure::What::none;
  breaking_ = 0;
  stack_end_ = static_cast<const char*>(__builtin_frame_address(0)) - stack_budget();
  Pool::mine().allow(limits_.max_bytes);
  const Meter meter(natives_.steps_left);
  try {
    const FrameRef frame = Frame::make(program_.main, nullptr);
    return all<Datum>(program_.main.body, frame.get(), input, emit);
  } catch (const LimitReached& reached) {
    limit_ = reached.what;
    return Status::failed;
  }
}

std::string TreeEngine::message() const {
  if (limit_ != Failure::What::none) return Failure{limit_}.message();
  if (natives_.thrown.is(Kind::string)) return std::string(natives_.thrown.text());
  constexpr std::size_t kShownBytes = 1u << 16;
  return beginning(natives_.thrown, kShownBytes) + " (not a string)";
}

std::string_view TreeEngine::code() const {
  return limit_ != Failure::What::none ? Failure{limit_}.code() : std::string_view("expression_error");
}

// ---- calls

// The frame of a call; none when the function runs in the one where it was defined.
FrameRef TreeEngine::enter(const TreeCode& call, Frame* frame) {
  const Routine& function = *call.function;
  if (!function.framed) return {};
  FrameRef made = Frame::make(function, frame->up(call.place.hops));
  Frame& callee = *made.get();
  for (std::uint32_t i = 0; i < call.arguments.size(); ++i) {
    const Argument& argument = call.arguments[i];
    Closure& closure = callee.closure(i);
    if (argument.function == nullptr) {
      closure = frame->up(argument.passed.hops)->closure(argument.passed.slot);
      callee.single = callee.single && frame->single;
    } else {
      closure = {argument.function, FrameRef(frame)};
      callee.single = callee.single && single(argument.function->body, frame);
    }
  }
  return made;
}

// What a call or an argument in tail position goes on with. `frame` becomes the one it runs in, which `held` keeps when it
// is not the caller's.
const TreeCode* TreeEngine::step_in(const TreeCode& code, Frame*& frame, FrameRef& held) {
  if (code.act == Act::argument) {
    const Closure& closure = frame->up(code.place.hops)->closure(code.place.slot);
    const Routine& function = *closure.function;
    FrameRef next = function.framed ? Frame::make(function, closure.frame.get()) : closure.frame;
    held = std::move(next);
    frame = held.get();
    return &function.body;
  }
  FrameRef made = enter(code, frame);
  frame = code.function->framed ? made.get() : frame->up(code.place.hops);
  if (code.function->framed) held = std::move(made);
  return &code.function->body;
}

// ---- where there is at most one result

template <typename V>
TreeEngine::Got TreeEngine::one(const TreeCode& start, Frame* frame, V& start_in, V& out) {
  guard_stack();
  const TreeCode* code = &start;
  V* in = &start_in;
  V own;
  FrameRef held;  // keeps `frame` once it is not the caller's
  while (true) {
    step();
    switch (code->act) {
      case Act::identity:
        if (code->take) {
          out = std::move(*in);
        } else {
          out = *in;
        }
        return Got::value;
      case Act::constant:
        out = computed(*in, constants_[code->number]);
        return Got::value;
      case Act::variable:
        out = computed(*in, frame->up(code->place.hops)->variable(code->place.slot));
        return Got::value;
      case Act::index:
      case Act::slice:
        return one_index(*code, frame, *in, out);
      case Act::pipe: {
        for (std::size_t i = 0; i + 1 < code->args.size(); ++i) {
          V next;
          const Got got = one(code->args[i], frame, *in, next);
          if (got != Got::value) return got;
          own = std::move(next);
          in = &own;
        }
        code = &code->args.back();
        continue;
      }
      case Act::conditional: {
        Datum condition;
        const Got got = one<Datum>(code->args[0], frame, value_of(*in), condition);
        if (got != Got::value) return got;
        if (condition.truthy()) {
          code = &code->args[1];
        } else if (code->args.size() > 2) {
          code = &code->args[2];
        } else {
          out = code->take ? std::move(*in) : *in;
          return Got::value;
        }
        continue;
      }
      case Act::alternative: {
        for (std::size_t i = 0; i + 1 < code->args.size(); ++i) {
          const Got got = one(code->args[i], frame, *in, out);
          if (got == Got::stop || got == Got::failed || (got == Got::value && value_of(out).truthy()))
            return got;
        }
        code = &code->args.back();
        continue;
      }
      case Act::bind: {
        Datum value;
        const Got got = one<Datum>(code->args[0], frame, value_of(*in), value);
        if (got != Got::value) return got;
        const Pattern& pattern = code->patterns[0];
        if (pattern.plain()) {
          frame->variable(pattern.bindings[0].to) = std::move(value);
        } else {
          bool bound = false;
          const Status status = take_apart(pattern, 0, frame, value, value_of(*in), [&](Datum&) {
            bound = true;
            return Status::more;
          });
          if (status != Status::more || !bound) return as_got(status);
        }
        code = &code->args[1];
        continue;
      }
      case Act::call:
      case Act::argument:
        if (in != &own) {
          own = code->take ? std::move(*in) : *in;
          in = &own;
        }
        code = step_in(*code, frame, held);
        continue;
      default:
        return one_form(*code, frame, *in, out);
    }
  }
}

template <typename V>
TreeEngine::Got TreeEngine::one_index(const TreeCode& code, Frame* frame, V& in, V& out) {
  Datum made;
  const Datum* key = &made;
  if (code.act == Act::slice) {
    Datum from, to;
    Got got = one<Datum>(code.args[1], frame, value_of(in), from);
    if (got == Got::value) got = one<Datum>(code.args[2], frame, value_of(in), to);
    if (got != Got::value) return got;
    made = slice_key(std::move(from), std::move(to));
  } else if (code.args[1].act == Act::constant) {
    key = &constants_[code.args[1].number];
  } else {
    const Got got = one<Datum>(code.args[1], frame, value_of(in), made);
    if (got != Got::value) return got;
  }
  const TreeCode& term = code.args[0];
  if (term.act == Act::identity) return step_into(code, in, *key, out, term.take);
  V value;
  const Got got = one(term, frame, in, value);
  return got == Got::value ? step_into(code, value, *key, out, true) : got;
}

// `mine`: nobody needs `term` after.
template <typename V>
TreeEngine::Got TreeEngine::step_into(const TreeCode& code, V& term, const Datum& key, V& out, bool mine) {
  if (!intact(term, "access", &key)) return Got::failed;
  const bool quiet = natives_.quiet;
  natives_.quiet = quiet || code.optional;
  Datum value;
  const bool ok =
      mine ? take(value_of(term), key, natives_, value) : get(value_of(term), key, natives_, value);
  natives_.quiet = quiet;
  if (!ok) return code.optional ? Got::none : Got::failed;
  out = found(term, key, std::move(value));
  return Got::value;
}

// ---- where there may be any number of results

template <typename V>
Status TreeEngine::all(const TreeCode& start, Frame* frame, V& start_in, const Results<V>& emit) {
  guard_stack();
  const TreeCode* code = &start;
  V* in = &start_in;
  V own;
  FrameRef held;
  while (true) {
    step();
    if (single(*code, frame)) {
      V out;
      const Got got = one(*code, frame, *in, out);
      return got == Got::value ? emit(out) : as_status(got);
    }
    switch (code->act) {
      case Act::comma: {
        for (std::size_t i = 0; i + 1 < code->args.size(); ++i) {
          const Status status = all(code->args[i], frame, *in, emit);
          if (status != Status::more) return status;
        }
        code = &code->args.back();
        continue;
      }
      case Act::pipe: {
        std::size_t stage = 0;
        for (; stage + 1 < code->args.size() && single(code->args[stage], frame); ++stage) {
          V next;
          const Got got = one(code->args[stage], frame, *in, next);
          if (got != Got::value) return as_status(got);
          own = std::move(next);
          in = &own;
        }
        if (stage + 1 < code->args.size()) return pipe_from(*code, stage, frame, *in, emit);
        code = &code->args.back();
        continue;
      }
      case Act::conditional: {
        if (!single(code->args[0], frame)) return all_form(*code, frame, *in, emit);
        Datum condition;
        const Got got = one<Datum>(code->args[0], frame, value_of(*in), condition);
        if (got != Got::value) return as_status(got);
        if (!condition.truthy() && code->args.size() < 3) return emit(*in);
        code = &code->args[condition.truthy() ? 1 : 2];
        continue;
      }
      case Act::bind: {
        // A plain variable with one value; the rest is not worth a loop.
        const bool plain = code->patterns.size() == 1 && code->patterns[0].plain();
        if (!plain || !single(code->args[0], frame)) return all_bind(*code, frame, *in, emit);
        Datum value;
        const Got got = one<Datum>(code->args[0], frame, value_of(*in), value);
        if (got != Got::value) return as_status(got);
        frame->variable(code->patterns[0].bindings[0].to) = std::move(value);
        code = &code->args[1];
        continue;
      }
      case Act::call:
      case Act::argument:
        if (in != &own) {
          own = code->take ? std::move(*in) : *in;
          in = &own;
        }
        code = step_in(*code, frame, held);
        continue;
      default:
        return all_form(*code, frame, *in, emit);
    }
  }
}

template <typename V>
Status TreeEngine::pipe_from(const TreeCode& pipe, std::size_t stage, Frame* frame, V& in,
                             const Results<V>& emit) {
  if (stage + 1 == pipe.args.size()) return all(pipe.args[stage], frame, in, emit);
  return all<V>(pipe.args[stage], frame, in,
                [&](V& value) { return pipe_from(pipe, stage + 1, frame, value, emit); });
}

template TreeEngine::Got TreeEngine::one(const TreeCode&, Frame*, Datum&, Datum&);
template TreeEngine::Got TreeEngine::one(const TreeCode&, Frame*, Traced&, Traced&);
template Status TreeEngine::all(const TreeCode&, Frame*, Datum&, const Results<Datum>&);
template Status TreeEngine::all(const TreeCode&, Frame*, Traced&, const Results<Traced>&);
template TreeEngine::Got TreeEngine::step_into(const TreeCode&, Datum&, const Datum&, Datum&, bool);
template TreeEngine::Got TreeEngine::step_into(const TreeCode&, Traced&, const Datum&, Traced&, bool);

}  // namespace weir::expr
