// What makes values: on their text where that is simple, else on the tree engine's values.
#include <array>
#include <cmath>
#include <vector>

#include "expr/datum_value.h"
#include "expr/line_engine.h"
#include "expr/line_parts.h"
#include "expr/operators.h"
#include "expr/paths.h"
#include "expr/tree_engine.h"
#include "json/cursor.h"

namespace weir::expr {
namespace {

void append_element(std::string& text, const Value& element) {
  if (is_computed(element) && !std::isfinite(to_double(element))) throw NotFinite();
  append_value(text, element);
}

// Empty for an empty one, however much space is in it.
std::string_view inside(const Value& container) {
  const std::string_view text = container.raw().substr(1, container.size - 2u);
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  return begin == std::string_view::npos ? std::string_view() : text.substr(begin);
}

}  // namespace

// ---- containers and strings

// Text that grows while parts of the expression run. The outermost is the first, so that its memory is found again.
struct LineEngine::Room {
  explicit Room(LineEngine& of) : engine(of), text(of.room()) { ++of.rooms_used_; }
  ~Room() {
    // What one huge event needed is not kept.
    if (text.capacity() > kMost) text = std::string();
    --engine.rooms_used_;
  }
  Room(const Room&) = delete;
  Room& operator=(const Room&) = delete;

  static constexpr std::size_t kMost = 64u << 10;
  LineEngine& engine;
  std::string& text;
};

std::string& LineEngine::room() {
  if (rooms_used_ == rooms_.size()) rooms_.emplace_back();
  return rooms_[rooms_used_];
}

bool LineEngine::array(const Code& code, const Value& input, Value& out) {
  const Room room(*this);
  std::string& text = room.text;
  text = "[";
  const Status status = all(code.args[0], input, [&](const Value& element) {
    if (text.size() > 1) text += ',';
    const std::size_t before = text.size();
    append_element(text, element);
    charge(text.size() - before);
    scratch_.expect(text.size());
    return Status::more;
  });
  if (status == Status::failed) return false;
  text += ']';
  out = made_value(scratch_.keep(text), ValueKind::array);
  return true;
}

bool LineEngine::single_object(const Code& code, const Value& input, Value& out) {
  constexpr std::size_t kFew = 16;
  std::array<Value, kFew> few;
  std::vector<Value> many(code.args.size() > kFew ? code.args.size() : 0);
  const std::span<Value> parts = many.empty() ? std::span(few).first(code.args.size()) : std::span(many);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!one(code.args[i], input, parts[i])) return false;
  }
  return object(code, parts, out);
}

bool LineEngine::object(const Code& code, std::span<const Value> parts, Value& out) {
  text_ = "{";
  for (std::size_t i = 0; i < parts.size(); i += 2) {
    if (parts[i].kind != ValueKind::string) return fail(Failure::What::object_key, parts[i]);
    if (text_.size() > 1) text_ += ',';
    append_value(text_, parts[i]);
    text_ += ':';
    append_element(text_, parts[i + 1]);
    charge(parts[i + 1].size);
  }
  text_ += '}';
  out = made_value(scratch_.keep(text_), ValueKind::object);
  // Of names that may be the same, the last counts: whoever writes the object sees to that.
  out.compact = code.distinct;
  return true;
}

bool LineEngine::join_part(const Code& code, std::size_t place, const Value& input, Value& out) {
  if (!one(code.args[place], input, out)) return false;
  const bool literal = place % 2 == 0;
  return literal || code.native == nullptr || apply(code, std::span<const Value>(&out, 1), out);
}

bool LineEngine::join(const Code& code, const Value& input, Value& out) {
  const Room room(*this);
  std::string& text = room.text;
  text = "\"";
  for (std::size_t i = 0; i < code.args.size(); ++i) {
    Value part;
    if (!join_part(code, i, input, part)) {
      // jq begins at the end: of several parts that fail, the last says why.
      for (std::size_t last = code.args.size() - 1; last > i; --last) {
        if (!join_part(code, last, input, part)) return false;
      }
      return join_part(code, i, input, part);
    }
    if (part.kind == ValueKind::string) {
      append_string_inside(text, part);
    } else {
      text_.clear();
      append_value(text_, part);
      append_text_inside(text, text_);
    }
  }
  text += '"';
  out = made_value(scratch_.keep(text), ValueKind::string);
  return true;
}

// ---- operators

bool LineEngine::add_text(const Value& left, const Value& right, Value& out) {
  charge(std::size_t{left.size} + right.size);
  if (left.kind <= ValueKind::null) {
    out = right;
  } else if (right.kind <= ValueKind::null) {
    out = left;
  } else if (left.kind == ValueKind::string && right.kind == ValueKind::string) {
    text_ = "\"";
    append_string_inside(text_, left);
    append_string_inside(text_, right);
    text_ += '"';
    out = made_value(scratch_.keep(text_), ValueKind::string);
  } else if (left.kind == ValueKind::array && right.kind == ValueKind::array) {
    const std::string_view first = inside(left);
    const std::string_view second = inside(right);
    text_ = "[";
    text_ += first;
    if (!first.empty() && !second.empty()) text_ += ',';
    text_ += second;
    text_ += ']';
    out = made_value(scratch_.keep(text_), ValueKind::array);
    out.compact = left.compact && right.compact;
  } else {
    return false;
  }
  return true;
}

bool LineEngine::arith(Arithmetic arithmetic, const Value& left, const Value& right, Value& out) {
  if (left.kind == ValueKind::number && right.kind == ValueKind::number) {
    const double a = to_double(left);
    const double b = to_double(right);
    switch (arithmetic) {
      case Arithmetic::add:
        out = number_value(a + b);
        return true;
      case Arithmetic::subtract:
        out = number_value(a - b);
        return true;
      case Arithmetic::multiply:
        out = number_value(a * b);
        return true;
      case Arithmetic::divide:
        if (b == 0) break;
        out = number_value(a / b);
        return true;
      case Arithmetic::modulo:
        break;
    }
  }
  if (arithmetic == Arithmetic::add && add_text(left, right, out)) return true;
  Datum a, b, result;
  return to_datum(left, a) && to_datum(right, b) &&
         settle(compute(arithmetic, a, b, natives_, result), result, out);
}

bool LineEngine::chain(const Code& code, std::span<const Value> values, Value& out) {
  natives_.step(values.size());
  out = values[0];
  std::size_t at = 1;
  for (; at < values.size() && out.kind == ValueKind::number && values[at].kind == ValueKind::number; ++at) {
    const Value left = out;
    if (!arith(code.operators[at - 1], left, values[at], out)) return false;
  }
  if (at == values.size()) return true;
  // A text would be written again, longer, at every operator; a value of the tree engine grows where it stands.
  Datum sum;
  if (!to_datum(out, sum)) return false;
  for (; at < values.size(); ++at) {
    Datum right, result;
    if (!to_datum(values[at], right)) return false;
    if (!compute(code.operators[at - 1], sum, right, natives_, result)) return settle(false, result, out);
    sum = std::move(result);
  }
  return settle(true, sum, out);
}

bool LineEngine::index_by(const Value& term, const Value& key, Value& out) {
  charge(term.size);
  if (key.kind == ValueKind::string && (term.kind == ValueKind::object || term.kind <= ValueKind::null)) {
    out = present(json::find(term, text_of(key, scratch_)));
    return true;
  }
  if (key.kind == ValueKind::number && term.kind == ValueKind::array) {
    const double place = to_double(key);
    constexpr double kFar = 1e15;
    if (place > -kFar && place < kFar && place == std::trunc(place)) {
      out = present(json::find(term, static_cast<std::int64_t>(place)));
      return true;
    }
  }
  Datum from, by, result;
  return to_datum(term, from) && to_datum(key, by) && settle(get(from, by, natives_, result), result, out);
}

bool LineEngine::slice(std::span<const Value> args, Value& out) {
  Datum from, start, end, result;
  if (!to_datum(args[0], from) || !to_datum(args[1], start) || !to_datum(args[2], end)) return false;
  return settle(get(from, slice_key(std::move(start), std::move(end)), natives_, result), result, out);
}

// ---- functions

bool LineEngine::apply(const Code& code, std::span<const Value> args, Value& out) {
  if (code.line_native != nullptr) {
    for (const Value& arg : args) charge(arg.size);
    if (code.line_native(args, scratch_, text_, out)) return true;
  }
  return native(code.native, args, out);
}

bool LineEngine::native(Native function, std::span<const Value> args, Value& out) {
  std::array<Datum, kMaxArguments> room;
  for (std::size_t i = 0; i < args.size(); ++i) {
    if (!to_datum(args[i], room[i])) return false;
  }
  Datum result;
  return settle(function(std::span(room).first(args.size()), natives_, result), result, out);
}

// As jq 1.6 does: it asks for one more value when it knows, and of a condition with several results that decide it
// takes none.
bool LineEngine::some(const Code& code, const Value& input, Value& out) {
  const bool wanted = code.what == Do::any;
  std::size_t times = 0;
  bool decided = false;
  const Status status = all(code.args[0], input, [&](const Value& value) {
    if (decided) return Status::stop;
    return all(code.args[1], value, [&](const Value& condition) {
      decided = truthy(condition) == wanted;
      times += decided;
      return Status::more;
    });
  });
  if (status == Status::failed) return false;
  out = boolean(wanted ? times == 1 : times == 0);
  return true;
}

// ---- to the tree engine's values and back

bool LineEngine::to_datum(const Value& value, Datum& out) {
  constexpr std::size_t kParsing = 4;
  charge(value.size * (value.kind >= ValueKind::array ? kParsing : 1));
  return weir::expr::to_datum(value, out) || fail(Failure::What::not_json);
}

// What a function on them left.
bool LineEngine::settle(bool ok, Datum& result, Value& out) {
  if (ok) {
    if (!finite_inside(result)) throw NotFinite();
    out = to_value(result, scratch_, text_);
    return true;
  }
  text_.clear();
  if (natives_.thrown.is(Kind::string)) text_ = natives_.thrown.text();
  return fail(Failure::What::thrown, {}, {}, scratch_.keep(text_));
}

Status LineEngine::all_tree(const Code& code, const Value& input, const Emit& emit) {
  Value value;
  if (!one(code.args[0], input, value)) return Status::failed;
  Datum datum;
  if (!to_datum(value, datum)) return Status::failed;
  TreeEngine& tree = *trees_[code.slot];
  const TreeProgram& program = *program_.parts[code.slot].program;
  tree.binary_key(event_->binary_key);
  for (std::size_t i = 0; i < kMembers; ++i) {
    if (program.members[i] && !to_datum(event_->members[i], tree.member(static_cast<Member>(i))))
      return Status::failed;
  }
  bool failed_below = false;
  const Status status = tree.run(std::move(datum), [&](Datum& result) {
    if (!finite_inside(result)) throw NotFinite();
    const Status given = emit(to_value(result, scratch_, text_));
    failed_below = given == Status::failed;
    // What fails behind the part is not for it to catch.
    return given == Status::more ? Status::more : Status::stop;
  });
  const std::uint64_t used = max_steps_ - tree.steps_left();
  if (used > natives_.steps_left) return continued(fail(Failure::What::steps));
  natives_.steps_left -= used;
  if (failed_below) return Status::failed;
  if (status != Status::failed) return status;
  if (const Failure::What limit = tree.limit(); limit != Failure::What::none) throw LimitReached{limit};
  Value thrown;
  if (!tree.thrown().is(Kind::string)) thrown = to_value(tree.thrown(), scratch_, text_);
  text_ = tree.message();
  return continued(fail(Failure::What::thrown, thrown, {}, scratch_.keep(text_)));
}

}  // namespace weir::expr
