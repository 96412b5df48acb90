// Where there may be any number of results.
#include <algorithm>
#include <array>
#include <tuple>

#include "expr/functions.h"
#include "expr/kinds.h"
#include "expr/line_engine.h"
#include "expr/line_parts.h"
#include "json/cursor.h"

namespace weir::expr {

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
    case Do::attempt:
      return all_attempt(code, input, emit);
    case Do::arith:
    case Do::native:
      return all_call(code, input, emit);
    case Do::chain:
      return all_chain(code, input, emit);
    case Do::if_:
      return all_if(code, input, emit);
    case Do::bind:
      return all_bind(code, input, emit);
    case Do::index_by:
    case Do::slice: {
      // Only the step itself is forgiven.
      std::array<Value, kMaxArguments> values;
      for (std::size_t i = code.args.size(); i-- > 0;) {
        if (!one(code.args[i], input, values[i])) return Status::failed;
      }
      Value value;
      const bool ok = code.what == Do::slice ? slice(std::span<const Value>(values).first(3), value)
                                             : index_by(values[0], values[1], value);
      if (ok) return emit(value);
      return forgivable() ? Status::more : Status::failed;
    }
    case Do::kind: {
      Value value;
      if (!one(code.args[0], input, value)) return Status::failed;
      return among(code.kinds, value.kind) ? emit(value) : Status::more;
    }
    case Do::range:
      return all_range(code, input, emit);
    case Do::limit:
      return all_limit(code, input, emit);
    case Do::first:
      return all_first(code, input, emit);
    case Do::tree:
      return all_tree(code, input, emit);
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
  for (std::size_t i = 0; i + 1 < code.args.size(); ++i) {
    bool found = false;
    const Status status = all(code.args[i], input, [&](const Value& value) {
      if (!truthy(value)) return Status::more;
      found = true;
      return emit(value);
    });
    if (status != Status::more || found) return status;
  }
  return all(code.args.back(), input, emit);
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
    const bool ok = code.what == Do::arith    ? arith(code.arithmetic, values[0], values[1], value)
                    : code.what == Do::native ? apply(code, values, value)
                                              : call(code, values, value);
    return ok ? emit(value) : Status::failed;
  });
}

Status LineEngine::all_chain(const Code& code, const Value& input, const Emit& emit) {
  std::vector<Value> values(code.args.size());
  return all_arguments(code, false, 0, values, input, [&] {
    Value value;
    return chain(code, values, value) ? emit(value) : Status::failed;
  });
}

Status LineEngine::all_object(const Code& code, const Value& input, const Emit& emit) {
  std::vector<Value> parts(code.args.size());
  return all_arguments(code, true, 0, parts, input, [&] {
    Value value;
    return object(code, parts, value) ? emit(value) : Status::failed;
  });
}

Status LineEngine::all_if(const Code& code, const Value& input, const Emit& emit) {
  return all(code.args[0], input,
             [&](const Value& condition) { return all(code.args[truthy(condition) ? 1 : 2], input, emit); });
}

// As in jq 1.6, what fails further down after a result of the body counts as the body's failure.
Status LineEngine::all_attempt(const Code& code, const Value& input, const Emit& emit) {
  const Status status = all(code.args[0], input, emit);
  if (status != Status::failed || !forgivable()) return status;
  if (code.args.size() == 1) return Status::more;
  // error/1 throws any value.
  const bool value = failure_.what == Failure::What::thrown && failure_.a.kind != ValueKind::missing;
  return all(code.args[1], value ? failure_.a : string_value(failure_.message(), scratch_), emit);
}

Status LineEngine::all_bind(const Code& code, const Value& input, const Emit& emit) {
  return all(code.args[0], input, [&](const Value& value) {
    locals_[code.slot] = value;
    return all(code.args[1], input, emit);
  });
}

Status LineEngine::all_range(const Code& code, const Value& input, const Emit& emit) {
  Value from, to;
  if (!one(code.args[1], input, to) || !one(code.args[0], input, from)) return Status::failed;
  if (from.kind != ValueKind::number || to.kind != ValueKind::number)
    return continued(fail(Failure::What::range));
  const double end = to_double(to);
  for (double at = to_double(from); at < end; ++at) {
    if (!step()) return Status::failed;
    const Status status = emit(number_value(at));
    if (status != Status::more) return status;
  }
  return Status::more;
}

Status LineEngine::all_limit(const Code& code, const Value& input, const Emit& emit) {
  Value count;
  if (!one(code.args[0], input, count)) return Status::failed;
  // As jq 1.6 counts down: less than any number is no limit, more than any cannot be counted, and 0 lets one through.
  if (count.kind < ValueKind::number) return all(code.args[1], input, emit);
  if (count.kind > ValueKind::number) {
    return all(code.args[1], input, [&](const Value&) {
      Value left;
      return continued(arith(Arithmetic::subtract, count, number_value(1), left));
    });
  }
  const double limit = to_double(count);
  if (limit < 0) return all(code.args[1], input, emit);
  double taken = 0;
  Status given = Status::more;
  const Status status = all(code.args[1], input, [&](const Value& value) {
    ++taken;
    given = emit(value);
    return given == Status::more && taken >= limit ? Status::stop : given;
  });
  return status == Status::stop ? given : status;
}

Status LineEngine::all_first(const Code& code, const Value& input, const Emit& emit) {
  Status given = Status::more;
  const Status status = all(code.args[0], input, [&](const Value& value) {
    given = emit(value);
    return given == Status::more ? Status::stop : given;
  });
  return status == Status::stop ? given : status;
}

}  // namespace weir::expr
