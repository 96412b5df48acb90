// path(...), and the assignments that go along paths.
#include <algorithm>

#include "expr/operators.h"
#include "expr/paths.h"
#include "expr/tree_engine.h"
#include "expr/tree_values.h"
#include "expr/wording.h"

namespace weir::expr {

// ---- paths

bool TreeEngine::intact(const Traced& term, std::string_view doing, const Datum* key) {
  if (term.value.identical(term.at)) return true;
  if (natives_.quiet) return natives_.fail_with({});
  constexpr std::size_t kKeyBytes = 14;
  constexpr std::size_t kValueBytes = 29;
  std::string text = "Invalid path expression ";
  if (doing == "access") {
    text += "near attempt to access element " + beginning(*key, kKeyBytes) + " of ";
  } else if (doing == "iterate") {
    text += "near attempt to iterate through ";
  } else {
    text += "with result ";
  }
  return natives_.fail(text + beginning(term.value, kValueBytes));
}

// `in` stays as it is.
Status TreeEngine::paths_of(const TreeCode& target, Frame* frame, const Datum& in,
                            const Results<Datum>& emit) {
  Traced start{in, Datum::array(), in};
  return all<Traced>(target, frame, start, [&](Traced& traced) {
    if (!intact(traced, "result", nullptr)) return Status::failed;
    return emit(traced.path);
  });
}

// Of everything inside `value`, before what is inside that.
Status TreeEngine::inner_paths(const Datum& value, const Datum& path, const Results<Datum>& emit) {
  guard_stack();
  const auto at = [&](Datum key, const Datum& inner) {
    step();
    Datum longer = path;
    longer.push(std::move(key));
    Datum copy = longer;
    const Status status = emit(copy);
    return status == Status::more && inner.is_container() ? inner_paths(inner, longer, emit) : status;
  };
  std::int64_t place = 0;
  for (const Datum& item : value.items()) {
    const Status status = at(Datum::integer(place++), item);
    if (status != Status::more) return status;
  }
  for (const Field& field : value.fields()) {
    const Status status = at(field.name, field.value);
    if (status != Status::more) return status;
  }
  return Status::more;
}

// ---- assignments

// Steps by constants and variables, and nothing else: the value can be changed where it stands, without paths.
bool TreeEngine::plain_target(const TreeCode& code) {
  switch (code.act) {
    case Act::identity:
      return true;
    case Act::index:
      return (code.args[1].act == Act::constant || code.args[1].act == Act::variable) &&
             plain_target(code.args[0]);
    case Act::iterate:
      return plain_target(code.args[0]);
    case Act::pipe:
      for (const TreeCode& stage : code.args) {
        if (!plain_target(stage)) return false;
      }
      return true;
    default:
      return false;
  }
}

// Changes everything that a plain target leads to from `at`, in place. `removed`: `at` itself is to go; `kept`: it is
// null as it was before, and need not be put where it came from.
TreeEngine::Change TreeEngine::change(const TreeCode& target, Frame* frame, Datum& at, const Update& update) {
  switch (target.act) {
    case Act::index:
      return change(target.args[0], frame, at,
                    [&](Datum& in) { return change_at(target, frame, in, update); });
    case Act::iterate:
      return change(target.args[0], frame, at,
                    [&](Datum& in) { return change_elements(target, in, update); });
    case Act::pipe:
      return change_stages(target, 0, frame, at, update);
    default:
      return update(at);
  }
}

TreeEngine::Change TreeEngine::change_stages(const TreeCode& pipe, std::size_t from, Frame* frame, Datum& at,
                                             const Update& update) {
  if (from + 1 == pipe.args.size()) return change(pipe.args[from], frame, at, update);
  return change(pipe.args[from], frame, at,
                [&](Datum& in) { return change_stages(pipe, from + 1, frame, in, update); });
}

TreeEngine::Change TreeEngine::change_at(const TreeCode& code, Frame* frame, Datum& in,
                                         const Update& update) {
  const TreeCode& key_code = code.args[1];
  const Datum key = key_code.act == Act::constant
                        ? constants_[key_code.number]
                        : frame->up(key_code.place.hops)->variable(key_code.place.slot);
  return change_key(in, key, code.optional, update);
}

TreeEngine::Change TreeEngine::change_key(Datum& in, const Datum& key, bool optional, const Update& update) {
  Datum inner;
  const bool quiet = natives_.quiet;
  natives_.quiet = quiet || optional;
  const bool ok = take(in, key, natives_, inner);
  natives_.quiet = quiet;
  if (!ok) return optional ? Change::kept : Change::failed;
  switch (const Change changed = update(inner)) {
    case Change::set:
      return set(in, key, std::move(inner), natives_) ? Change::set : Change::failed;
    case Change::removed:
      return removed_at(in, key);
    case Change::kept:
      return in.is_null() ? Change::kept : Change::set;
    default:
      return changed;
  }
}

// The one value at the end of a path.
TreeEngine::Change TreeEngine::change_along(Datum& in, std::span<const Datum> path, const Update& update) {
  if (path.empty()) return update(in);
  return change_key(in, path[0], false,
                    [&](Datum& inner) { return change_along(inner, path.subspan(1), update); });
}

TreeEngine::Change TreeEngine::removed_at(Datum& in, const Datum& key) {
  if (in.is_null()) return Change::kept;
  Datum path = Datum::array(1);
  path.push(key);
  return delete_path(in, path, natives_) ? Change::set : Change::failed;
}

// As in jq 1.6 the places are those before the change: behind one that went, the next is passed over.
TreeEngine::Change TreeEngine::change_elements(const TreeCode& code, Datum& in, const Update& update) {
  if (!in.is_container()) {
    if (code.optional) return in.is_null() ? Change::kept : Change::set;
    natives_.fail(natives_.quiet ? std::string() : "Cannot iterate over " + shown(in));
    return Change::failed;
  }
  std::vector<Datum> names;
  for (const Field& field : in.fields()) names.push_back(field.name);
  const std::size_t count = in.size();
  for (std::size_t i = 0; i < count; ++i) {
    step();
    const Datum key = names.empty() ? Datum::integer(static_cast<std::int64_t>(i)) : names[i];
    Datum inner;
    if (!take(in, key, natives_, inner)) return Change::failed;
    switch (const Change changed = update(inner)) {
      case Change::set:
        if (!set(in, key, std::move(inner), natives_)) return Change::failed;
        break;
      case Change::removed:
        if (removed_at(in, key) == Change::failed) return Change::failed;
        break;
      case Change::kept:
        break;
      default:
        return changed;
    }
  }
  return Change::set;
}

// Has the target so few paths that all of them can be found before the first change?
bool TreeEngine::few_paths(const TreeCode& target, const Frame* frame) {
  if (single(target, frame)) return true;
  return target.act == Act::comma && std::all_of(target.args.begin(), target.args.end(),
                                                 [&](const TreeCode& arg) { return few_paths(arg, frame); });
}

// Finds the paths first, so that nobody else holds `in` when it is changed. One that cannot be found is an error only
// when the changes before it have been made, as they might have failed first.
TreeEngine::Got TreeEngine::modify_few(const TreeCode& target, Frame* frame, Datum in, Datum& out,
                                       const Update& update) {
  Datum paths = Datum::array();
  const Status found = paths_of(target, frame, in, [&](Datum& path) {
    paths.push(std::move(path));
    return Status::more;
  });
  Datum thrown = std::move(natives_.thrown);
  const std::int64_t breaking = breaking_;
  for (const Datum& path : paths.items()) {
    const Change changed = change_along(in, path.items(), update);
    if (changed == Change::failed) return Got::failed;
    if (changed == Change::stop) return Got::stop;
    if (changed == Change::removed) in = Datum();
  }
  natives_.thrown = std::move(thrown);
  breaking_ = breaking;
  if (found != Status::more) return as_got(found);
  out = std::move(in);
  return Got::value;
}

// `in` with everything that the target leads to put through `update`.
TreeEngine::Got TreeEngine::modify(const TreeCode& target, Frame* frame, Datum in, Datum& out,
                                   const Update& update) {
  if (plain_target(target)) {
    const Change changed = change(target, frame, in, update);
    if (changed == Change::failed) return Got::failed;
    if (changed == Change::stop) return Got::stop;
    out = changed == Change::removed ? Datum() : std::move(in);
    return Got::value;
  }
  if (few_paths(target, frame)) return modify_few(target, frame, std::move(in), out, update);
  // Where the changes must not be seen by what still looks for paths, the first one copies.
  Datum state = in;
  const Status status = paths_of(target, frame, in, [&](Datum& path) {
    Datum value;
    if (!get_path(state, path.items(), natives_, value)) return Status::failed;
    switch (update(value)) {
      case Change::removed:
        return delete_path(state, path, natives_) ? Status::more : Status::failed;
      case Change::stop:
        return Status::stop;
      case Change::failed:
        return Status::failed;
      default:
        return set_path(state, path.items(), std::move(value), natives_) ? Status::more : Status::failed;
    }
  });
  if (status != Status::more) return as_got(status);
  out = std::move(state);
  return Got::value;
}

// target = value, target += value: one result for every value.
Status TreeEngine::all_assign(const TreeCode& code, Frame* frame, Datum& in, const Results<Datum>& emit) {
  const auto assigned = [&](Datum from, const Datum& value, Datum& out) {
    return modify(code.args[0], frame, std::move(from), out, [&](Datum& at) {
      if (code.act == Act::assign) {
        at = value;
        return Change::set;
      }
      if (code.act == Act::alternate) {
        if (!at.truthy()) at = value;
        return Change::set;
      }
      Datum right = value, result;
      if (!compute(code.arithmetic, at, right, natives_, result)) return Change::failed;
      at = std::move(result);
      return Change::set;
    });
  };
  const bool once = single(code.args[1], frame);
  return all<Datum>(code.args[1], frame, in, [&](Datum& value) {
    Datum out;
    const Got got = assigned(once && code.take ? std::move(in) : in, value, out);
    return got == Got::value ? emit(out) : as_status(got);
  });
}

// target |= update: the first result counts; none removes.
TreeEngine::Got TreeEngine::one_update(const TreeCode& code, Frame* frame, Datum& in, Datum& out) {
  const TreeCode& update = code.args[1];
  return modify(code.args[0], frame, code.take ? std::move(in) : in, out, [&](Datum& at) {
    Datum value;
    bool first = false;
    Got got = Got::none;
    if (single(update, frame)) {
      got = one<Datum>(update, frame, at, value);
    } else {
      const Status status = all<Datum>(update, frame, at, [&](Datum& result) {
        value = std::move(result);
        first = true;
        return Status::stop;
      });
      got = first ? Got::value : as_got(status);
    }
    if (got == Got::failed) return Change::failed;
    if (got == Got::stop) return Change::stop;
    if (got == Got::none) return Change::removed;
    at = std::move(value);
    return Change::set;
  });
}

TreeEngine::Got TreeEngine::one_delete(const TreeCode& code, Frame* frame, Datum& in, Datum& out) {
  Datum paths = Datum::array();
  const Status status = paths_of(code.args[0], frame, in, [&](Datum& path) {
    paths.push(std::move(path));
    return Status::more;
  });
  if (status != Status::more) return as_got(status);
  Datum left = code.take ? std::move(in) : in;
  if (!delete_paths(left, std::move(paths), natives_)) return Got::failed;
  out = std::move(left);
  return Got::value;
}

}  // namespace weir::expr
