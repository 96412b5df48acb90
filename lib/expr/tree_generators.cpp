// What has any number of results: generators, folds, patterns, and the functions that take closures.
#include <algorithm>
#include <array>

#include "expr/operators.h"
#include "expr/paths.h"
#include "expr/tree_engine.h"
#include "expr/tree_values.h"
#include "expr/wording.h"

namespace weir::expr {

template <typename V>
Status TreeEngine::all_form(const TreeCode& code, Frame* frame, V& in, const Results<V>& emit) {
  switch (code.act) {
    case Act::index:
    case Act::slice:
      return all_index(code, frame, in, emit);
    case Act::iterate:
      if (single(code.args[0], frame)) {
        V term;
        const Got got = one(code.args[0], frame, in, term);
        return got == Got::value ? elements(code, term, emit) : as_status(got);
      }
      return all<V>(code.args[0], frame, in, [&](V& term) { return elements(code, term, emit); });
    case Act::recurse:
      return descend(in, emit);
    case Act::conditional:
      return all<Datum>(code.args[0], frame, value_of(in), [&](Datum& condition) {
        V again = in;
        if (condition.truthy()) return all(code.args[1], frame, again, emit);
        return code.args.size() > 2 ? all(code.args[2], frame, again, emit) : emit(again);
      });
    case Act::select:
      return all<Datum>(code.args[0], frame, value_of(in), [&](Datum& condition) {
        if (!condition.truthy()) return Status::more;
        V again = in;
        return emit(again);
      });
    case Act::alternative:
      return all_alternative(code, frame, in, emit);
    case Act::try_:
      return all_try(code, frame, in, emit);
    case Act::reduce:
    case Act::foreach:
      return all_fold(code, frame, in, emit);
    case Act::bind:
      return all_bind(code, frame, in, emit);
    case Act::label: {
      const std::int64_t number = ++labels_;
      frame->variable(code.place.slot) = Datum::integer(number);
      const Status status = all(code.args[0], frame, in, emit);
      if (status != Status::stop || breaking_ != number) return status;
      breaking_ = 0;
      return Status::more;
    }
    case Act::limit:
      return all_limit(code, frame, in, emit);
    case Act::until:
      return all_until(code, frame, in, emit);
    case Act::while_:
      return all_while(code, frame, in, emit);
    case Act::repeat:
      while (true) {
        step();
        V again = in;
        const Status status = all(code.args[0], frame, again, emit);
        if (status != Status::more) return status;
      }
    case Act::recurse_by:
      return all_recurse_by(code, frame, in, emit);
    case Act::get_path:
      return all_get_path(code, frame, in, emit);
    case Act::and_:
    case Act::or_:
      return all_junction(code, frame, 0, value_of(in), in, emit);
    default:
      return all_computed(code, frame, value_of(in), [&](Datum& value) {
        V made = computed(in, std::move(value));
        return emit(made);
      });
  }
}

// What makes new values, the same with paths or without.
Status TreeEngine::all_computed(const TreeCode& code, Frame* frame, Datum& in, const Results<Datum>& emit) {
  switch (code.act) {
    case Act::negate:
      return all<Datum>(code.args[0], frame, in, [&](Datum& operand) {
        Datum value;
        return negate(operand, natives_, value) ? emit(value) : Status::failed;
      });
    case Act::arith:
    case Act::compare:
      return all<Datum>(code.args[1], frame, in, [&](Datum& right) {
        return all<Datum>(code.args[0], frame, in, [&](Datum& left) {
          Datum other = right;
          Datum value;
          return binary(code, left, other, value) ? emit(value) : Status::failed;
        });
      });
    case Act::chain: {
      std::vector<Datum> values(code.args.size());
      return all_chain(code, frame, values.size(), values, in, emit);
    }
    case Act::object:
      return all_object(code, frame, 0, in, Datum::object(), emit);
    case Act::join:
      return all_join(code, frame, code.args.size(), in, Datum::string({}), emit);
    case Act::native: {
      std::array<Datum, 4> args;
      return all_native(code, frame, code.args.size(), std::span(args).first(code.args.size() + 1), in, emit);
    }
    case Act::error:
      return all<Datum>(code.args[0], frame, in,
                        [&](Datum& value) { return as_status(throw_value(std::move(value))); });
    case Act::range:
      return all_range(code, frame, in, emit);
    case Act::path:
      return paths_of(code.args[0], frame, in, emit);
    case Act::paths:
      return inner_paths(in, Datum::array(), emit);
    case Act::assign:
    case Act::compute:
    case Act::alternate:
      return all_assign(code, frame, in, emit);
    default: {
      // Every other part has one result, whatever its own parts have.
      Datum value;
      const Got got = one_computed(code, frame, in, value);
      return got == Got::value ? emit(value) : as_status(got);
    }
  }
}

// ---- steps

template <typename V>
Status TreeEngine::all_index(const TreeCode& code, Frame* frame, V& in, const Results<V>& emit) {
  const auto at_key = [&](Datum& key) {
    V again = in;
    return all<V>(code.args[0], frame, again, [&](V& term) {
      V value;
      const Got got = step_into(code, term, key, value, true);
      return got == Got::value ? emit(value) : as_status(got);
    });
  };
  if (code.act == Act::index) return all<Datum>(code.args[1], frame, value_of(in), at_key);
  return all<Datum>(code.args[1], frame, value_of(in), [&](Datum& from) {
    return all<Datum>(code.args[2], frame, value_of(in), [&](Datum& to) {
      Datum key = slice_key(from, to);
      return at_key(key);
    });
  });
}

// `term` is taken apart.
template <typename V>
Status TreeEngine::elements(const TreeCode& code, V& term, const Results<V>& emit) {
  if (!intact(term, "iterate", nullptr)) return Status::failed;
  Datum container = value_of(term);
  if constexpr (std::is_same_v<V, Datum>) term = Datum();
  if (container.is(Kind::array)) {
    for (std::size_t i = 0; i < container.size(); ++i) {
      step();
      V item = found(term, Datum::integer(static_cast<std::int64_t>(i)), container.take(i));
      const Status status = emit(item);
      if (status != Status::more) return status;
    }
    return Status::more;
  }
  if (container.is(Kind::object)) {
    for (std::size_t i = 0; i < container.size(); ++i) {
      step();
      V item = found(term, container.fields()[i].name, container.take_field(i));
      const Status status = emit(item);
      if (status != Status::more) return status;
    }
    return Status::more;
  }
  if (code.optional) return Status::more;
  natives_.fail(natives_.quiet ? std::string() : "Cannot iterate over " + shown(container));
  return Status::failed;
}

template <typename V>
Status TreeEngine::descend(V& in, const Results<V>& emit) {
  guard_stack();
  step();
  static const TreeCode kEach = [] {
    TreeCode code;
    code.act = Act::iterate;
    code.optional = true;
    return code;
  }();
  V copy = in;
  const Status status = emit(copy);
  if (status != Status::more || !value_of(in).is_container()) return status;
  V term = in;
  return elements<V>(kEach, term, [&](V& inner) { return descend(inner, emit); });
}

// ---- operators

template <typename V>
Status TreeEngine::all_junction(const TreeCode& code, Frame* frame, std::size_t from, Datum& in,
                                const V& where, const Results<V>& emit) {
  const bool decides = code.act == Act::or_;
  const auto done = [&](bool truth) {
    V made = computed(where, Datum::boolean(truth));
    return emit(made);
  };
  if (from == code.args.size()) return done(!decides);
  return all<Datum>(code.args[from], frame, in, [&](Datum& value) {
    return value.truthy() == decides ? done(decides) : all_junction(code, frame, from + 1, in, where, emit);
  });
}

Status TreeEngine::all_object(const TreeCode& code, Frame* frame, std::size_t from, Datum& in,
                              const Datum& begun, const Results<Datum>& emit) {
  if (from == code.args.size()) {
    Datum made = begun;
    return emit(made);
  }
  return all<Datum>(code.args[from], frame, in, [&](Datum& name) {
    return all<Datum>(code.args[from + 1], frame, in, [&](Datum& value) {
      if (!name.is(Kind::string)) {
        natives_.fail("Cannot use " + shown(name) + " as object key");
        return Status::failed;
      }
      Datum next = begun;
      next.set(name, std::move(value));
      return all_object(code, frame, from + 2, in, next, emit);
    });
  });
}

// `rest`: the text behind the parts that are left.
Status TreeEngine::all_join(const TreeCode& code, Frame* frame, std::size_t left, Datum& in,
                            const Datum& rest, const Results<Datum>& emit) {
  if (left == 0) {
    Datum made = rest;
    return emit(made);
  }
  const bool is_text = left % 2 == 1;
  return all<Datum>(code.args[left - 1], frame, in, [&](Datum& value) {
    Datum text;
    if (is_text) {
      text = std::move(value);
    } else if (!join_part(code, value, text)) {
      return Status::failed;
    }
    text.append(rest.text());
    return all_join(code, frame, left - 1, in, text, emit);
  });
}

// The last argument turns slowest.
Status TreeEngine::all_native(const TreeCode& code, Frame* frame, std::size_t left, std::span<Datum> args,
                              Datum& in, const Results<Datum>& emit) {
  if (left > 0) {
    return all<Datum>(code.args[left - 1], frame, in, [&](Datum& value) {
      args[left] = std::move(value);
      return all_native(code, frame, left - 1, args, in, emit);
    });
  }
  std::array<Datum, 4> own;
  std::copy(args.begin(), args.end(), own.begin());
  own[0] = in;
  charge_texts(std::span(own).first(args.size()));
  Datum value;
  return code.native(std::span(own).first(args.size()), natives_, value) ? emit(value) : Status::failed;
}

// `left`: so many operands have no value yet. The last turns slowest.
Status TreeEngine::all_chain(const TreeCode& code, Frame* frame, std::size_t left, std::vector<Datum>& values,
                             Datum& in, const Results<Datum>& emit) {
  for (; left > 0 && single(code.args[left - 1], frame); --left) {
    const Got got = one(code.args[left - 1], frame, in, values[left - 1]);
    if (got != Got::value) return as_status(got);
  }
  if (left > 0) {
    return all<Datum>(code.args[left - 1], frame, in, [&](Datum& value) {
      values[left - 1] = std::move(value);
      return all_chain(code, frame, left - 1, values, in, emit);
    });
  }
  std::vector<Datum> own = values;
  Datum value;
  return chain(code, own, value) ? emit(value) : Status::failed;
}

template <typename V>
Status TreeEngine::all_alternative(const TreeCode& code, Frame* frame, V& in, const Results<V>& emit) {
  for (std::size_t i = 0; i + 1 < code.args.size(); ++i) {
    bool any = false;
    const Status status = all<V>(code.args[i], frame, in, [&](V& value) {
      if (!value_of(value).truthy()) return Status::more;
      any = true;
      return emit(value);
    });
    if (status != Status::more || any) return status;
  }
  return all(code.args.back(), frame, in, emit);
}

// As in jq 1.6, what fails further down after a result of the body counts as the body's failure.
template <typename V>
Status TreeEngine::all_try(const TreeCode& code, Frame* frame, V& in, const Results<V>& emit) {
  const bool handled = code.args.size() > 1;
  const bool quiet = natives_.quiet;
  natives_.quiet = !handled;
  const Status status = all(code.args[0], frame, in, emit);
  natives_.quiet = quiet;
  if (status != Status::failed) return status;
  if (!handled) return Status::more;
  V error = computed(in, std::move(natives_.thrown));
  return all(code.args[1], frame, error, emit);
}

// ---- folds and patterns

template <typename V>
Status TreeEngine::all_fold(const TreeCode& code, Frame* frame, V& in, const Results<V>& emit) {
  if (single(code.args[1], frame)) {
    V start;
    const Got got = one(code.args[1], frame, in, start);
    return got == Got::value ? fold_from(code, frame, in, start, emit) : as_status(got);
  }
  return all<V>(code.args[1], frame, in, [&](V& start) { return fold_from(code, frame, in, start, emit); });
}

// Paths go as in jq 1.6: the source continues where the start's path ended, and each update begins at the source's.
template <typename V>
Status TreeEngine::fold_from(const TreeCode& code, Frame* frame, V& in, V& start, const Results<V>& emit) {
  const bool reduce = code.act == Act::reduce;
  Datum state = std::move(value_of(start));
  V source = computed(start, code.take ? std::move(value_of(in)) : value_of(in));
  const TreeCode& update = code.args[2];
  const Status status = all<V>(code.args[0], frame, source, [&](V& item) {
    const V where = place_of(item);
    return take_apart(code.patterns, frame, value_of(item), state, [&](Datum&) {
      V begun = computed(where, std::move(state));
      state = Datum();  // stays so when the update has no result
      const auto updated = [&](V& value) {
        if (reduce) {
          state = std::move(value_of(value));
          return Status::more;
        }
        state = value_of(value);
        return code.args.size() > 3 ? all(code.args[3], frame, value, emit) : emit(value);
      };
      if (!single(update, frame)) return all<V>(update, frame, begun, updated);
      V value;
      const Got got = one(update, frame, begun, value);
      return got == Got::value ? updated(value) : as_status(got);
    });
  });
  if (!reduce || status != Status::more) return status;
  V result = computed(start, std::move(state));
  return emit(result);
}

template <typename V>
Status TreeEngine::all_bind(const TreeCode& code, Frame* frame, V& in, const Results<V>& emit) {
  return all<Datum>(code.args[0], frame, value_of(in), [&](Datum& value) {
    return take_apart(code.patterns, frame, value, value_of(in), [&](Datum&) {
      V again = in;
      return all(code.args[1], frame, again, emit);
    });
  });
}

// ?// goes on to its next pattern when one, or what follows it, failed.
Status TreeEngine::take_apart(const std::vector<Pattern>& patterns, Frame* frame, const Datum& value,
                              Datum& in, const Results<Datum>& done) {
  for (std::size_t i = 0; i + 1 < patterns.size(); ++i) {
    for (const std::uint32_t slot : patterns[i].slots) frame->variable(slot) = Datum();
    const Status status = take_apart(patterns[i], 0, frame, value, in, done);
    if (status != Status::failed) return status;
  }
  if (patterns.size() > 1) {
    for (const std::uint32_t slot : patterns.back().slots) frame->variable(slot) = Datum();
  }
  return take_apart(patterns.back(), 0, frame, value, in, done);
}

// Binds the variables of `pattern` and calls `done`: once, or for every combination of computed keys.
Status TreeEngine::take_apart(const Pattern& pattern, std::size_t from, Frame* frame, const Datum& value,
                              Datum& in, const Results<Datum>& done) {
  for (; from < pattern.bindings.size(); ++from) {
    const Binding& binding = pattern.bindings[from];
    const Datum outer = binding.from == Binding::kSource ? value : frame->variable(binding.from);
    if (!binding.key) {
      frame->variable(binding.to) = outer;
      continue;
    }
    if (!single(*binding.key, frame)) {
      return all<Datum>(*binding.key, frame, in, [&](Datum& key) {
        Datum inner;
        if (!get(outer, key, natives_, inner)) return Status::failed;
        frame->variable(binding.to) = std::move(inner);
        return take_apart(pattern, from + 1, frame, value, in, done);
      });
    }
    Datum key, inner;
    const Got got = one<Datum>(*binding.key, frame, in, key);
    if (got != Got::value) return as_status(got);
    if (!get(outer, key, natives_, inner)) return Status::failed;
    frame->variable(binding.to) = std::move(inner);
  }
  return done(in);
}

// ---- functions that take closures

Status TreeEngine::all_range(const TreeCode& code, Frame* frame, Datum& in, const Results<Datum>& emit) {
  return all<Datum>(code.args[0], frame, in, [&](Datum& from) {
    return all<Datum>(code.args[1], frame, in, [&](Datum& to) {
      return all<Datum>(code.args[2], frame, in, [&](Datum& by) {
        if (!from.is(Kind::number) || !to.is(Kind::number) || !by.is(Kind::number)) {
          natives_.fail("Range bounds must be numeric");
          return Status::failed;
        }
        const double end = to.to_double();
        const double stride = by.to_double();
        for (double at = from.to_double(); stride > 0 ? at < end : stride < 0 && at > end; at += stride) {
          step();
          Datum value = Datum::number(at);
          const Status status = emit(value);
          if (status != Status::more) return status;
        }
        return Status::more;
      });
    });
  });
}

// jq counts down from it.
Status TreeEngine::not_counted(Datum& count) {
  Datum one = Datum::integer(1), none;
  return subtract(count, one, natives_, none) ? Status::more : Status::failed;
}

// As in jq 1.6: below none means all, and none means one. What is no number is found out at the first result.
template <typename V>
Status TreeEngine::all_limit(const TreeCode& code, Frame* frame, V& in, const Results<V>& emit) {
  return all<Datum>(code.args[0], frame, value_of(in), [&](Datum& count) {
    V again = in;
    if (compare(count, Datum::integer(0)) < 0) return all(code.args[1], frame, again, emit);
    double given = 0;
    bool enough = false;
    const Status status = all<V>(code.args[1], frame, again, [&](V& value) {
      if (!count.is(Kind::number)) return not_counted(count);
      ++given;
      const Status taken = emit(value);
      enough = taken == Status::more && compare(Datum::number(given), count) >= 0;
      return enough ? Status::stop : taken;
    });
    return enough && status == Status::stop ? Status::more : status;
  });
}

template <typename V>
Status TreeEngine::all_until(const TreeCode& code, Frame* frame, V& in, const Results<V>& emit) {
  guard_stack();
  step();
  return all<Datum>(code.args[0], frame, value_of(in), [&](Datum& condition) {
    V again = in;
    if (condition.truthy()) return emit(again);
    return all<V>(code.args[1], frame, again, [&](V& next) { return all_until(code, frame, next, emit); });
  });
}

template <typename V>
Status TreeEngine::all_while(const TreeCode& code, Frame* frame, V& in, const Results<V>& emit) {
  guard_stack();
  V state = in;
  while (single(code.args[0], frame) && single(code.args[1], frame)) {
    step();
    Datum condition;
    Got got = one<Datum>(code.args[0], frame, value_of(state), condition);
    if (got == Got::value) {
      if (!condition.truthy()) return Status::more;
      V copy = state;
      const Status status = emit(copy);
      if (status != Status::more) return status;
      V next;
      got = one(code.args[1], frame, state, next);
      state = std::move(next);
    }
    if (got != Got::value) return as_status(got);
  }
  step();
  return all<Datum>(code.args[0], frame, value_of(state), [&](Datum& condition) {
    if (!condition.truthy()) return Status::more;
    V copy = state;
    const Status status = emit(copy);
    if (status != Status::more) return status;
    V again = state;
    return all<V>(code.args[1], frame, again, [&](V& next) { return all_while(code, frame, next, emit); });
  });
}

template <typename V>
Status TreeEngine::all_recurse_by(const TreeCode& code, Frame* frame, V& in, const Results<V>& emit) {
  guard_stack();
  V state = in;
  const TreeCode* const condition = code.args.size() > 1 ? &code.args[1] : nullptr;
  while (true) {
    step();
    V copy = state;
    const Status status = emit(copy);
    if (status != Status::more) return status;
    if (!single(code.args[0], frame) || (condition != nullptr && !single(*condition, frame))) break;
    V next;
    Got got = one(code.args[0], frame, state, next);
    Datum truth = Datum::boolean(true);
    if (got == Got::value && condition != nullptr) got = one<Datum>(*condition, frame, value_of(next), truth);
    if (got != Got::value) return as_status(got);
    if (!truth.truthy()) return Status::more;
    state = std::move(next);
  }
  return all<V>(code.args[0], frame, state, [&](V& next) {
    if (condition == nullptr) return all_recurse_by(code, frame, next, emit);
    return all<Datum>(*condition, frame, value_of(next), [&](Datum& truth) {
      if (!truth.truthy()) return Status::more;
      V again = next;
      return all_recurse_by(code, frame, again, emit);
    });
  });
}

template <typename V>
Status TreeEngine::all_get_path(const TreeCode& code, Frame* frame, V& in, const Results<V>& emit) {
  return all<Datum>(code.args[0], frame, value_of(in), [&](Datum& path) {
    if (!path.is(Kind::array)) {
      natives_.fail("Path must be specified as an array");
      return Status::failed;
    }
    Datum value;
    if (!get_path(value_of(in), path.items(), natives_, value)) return Status::failed;
    if constexpr (std::is_same_v<V, Traced>) {
      if (!intact(in, "result", nullptr)) return Status::failed;
      Traced made{value, in.path, value};
      for (const Datum& key : path.items()) made.path.push(key);
      return emit(made);
    } else {
      return emit(value);
    }
  });
}

template Status TreeEngine::all_bind(const TreeCode&, Frame*, Datum&, const Results<Datum>&);
template Status TreeEngine::all_bind(const TreeCode&, Frame*, Traced&, const Results<Traced>&);
template Status TreeEngine::all_form(const TreeCode&, Frame*, Datum&, const Results<Datum>&);
template Status TreeEngine::all_form(const TreeCode&, Frame*, Traced&, const Results<Traced>&);

}  // namespace weir::expr
