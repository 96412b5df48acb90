#include <algorithm>

#include "expr/tree_compile.h"

namespace weir::expr {
namespace {

// ---- how many results

// One result at the most, whatever is inside.
bool gathers(Act act) {
  switch (act) {
    case Act::array:
    case Act::first:
    case Act::last:
    case Act::is_empty:
    case Act::any:
    case Act::all:
    case Act::update:
    case Act::delete_:
      return true;
    default:
      return false;
  }
}

// From here on an argument is either code or a constant, so `many` and `dynamic` of all args say enough.
bool settle_kind(const TreeCode& code, bool any_many) {
  switch (code.act) {
    case Act::iterate:
    case Act::recurse:
    case Act::try_:  // what fails behind a result of the body counts as the body's failure, as in jq 1.6
    case Act::foreach:
    case Act::paths:
    case Act::range:
    case Act::while_:
    case Act::repeat:
    case Act::recurse_by:
      return true;
    case Act::comma:
      return code.args.size() > 1 || any_many;
    case Act::argument:
      return false;
    case Act::bind:
      return any_many || code.patterns.size() > 1;
    case Act::reduce:
    case Act::assign:
    case Act::compute:
    case Act::alternate:
      return code.args[1].many;
    case Act::call: {
      const bool closures =
          std::any_of(code.arguments.begin(), code.arguments.end(), [](const Argument& argument) {
            return argument.function != nullptr && argument.function->body.many;
          });
      return code.function->body.many || (code.function->body.dynamic && closures);
    }
    default:
      return any_many && !gathers(code.act);
  }
}

bool settle_dynamic(const TreeCode& code, bool any_dynamic) {
  switch (code.act) {
    case Act::argument:
      return true;
    case Act::call:
      return code.function->body.dynamic;
    case Act::reduce:
    case Act::assign:
    case Act::compute:
    case Act::alternate:
      return code.args[1].dynamic;
    default:
      return any_dynamic && !gathers(code.act);
  }
}

// True when something changed.
bool settle(TreeCode& code) {
  bool changed = false;
  bool many = false;
  bool dynamic = false;
  const auto look = [&](TreeCode& inner) {
    changed = settle(inner) || changed;
    many = many || inner.many;
    dynamic = dynamic || inner.dynamic;
  };
  for (TreeCode& arg : code.args) look(arg);
  for (Pattern& pattern : code.patterns) {
    for (Binding& binding : pattern.bindings) {
      if (binding.key) look(*binding.key);
    }
  }
  many = settle_kind(code, many);
  dynamic = settle_dynamic(code, dynamic);
  changed = changed || many != code.many || dynamic != code.dynamic;
  code.many = many;
  code.dynamic = dynamic;
  return changed;
}

// ---- where the input is read for the last time

bool once(const TreeCode& code) {
  return !code.many && !code.dynamic;
}

bool any_reads(const TreeCode& code) {  // the parts of it that get its own input
  return std::any_of(code.args.begin(), code.args.end(), reads_input);
}

void mark(TreeCode& code, bool mine);

void mark_all(std::vector<TreeCode>& codes, bool mine) {
  for (TreeCode& code : codes) mark(code, mine);
}

// The last of `count` args, when those before it are done by then.
void mark_last(TreeCode& code, bool mine) {
  for (std::size_t i = 0; i + 1 < code.args.size(); ++i) {
    mark(code.args[i], false);
    mine = mine && once(code.args[i]);
  }
  if (!code.args.empty()) mark(code.args.back(), mine);
}

void mark_fold(TreeCode& code, bool mine) {
  TreeCode& source = code.args[0];
  TreeCode& start = code.args[1];
  const bool source_reads = reads_input(source);
  code.take = mine && once(start);
  mark(start, mine && !source_reads);
  mark(source, mine && source_reads && once(start));
  for (std::size_t i = 2; i < code.args.size(); ++i) mark(code.args[i], true);
}

void mark_bind(TreeCode& code, bool mine) {
  TreeCode& source = code.args[0];
  TreeCode& body = code.args[1];
  bool single = code.patterns.size() == 1 && once(source);
  for (const Binding& binding : code.patterns[0].bindings)
    single = single && (!binding.key || once(*binding.key));
  const bool body_reads = reads_input(body);
  mark(body, mine && single && body_reads);
  mark(source, mine && !body_reads && code.patterns.size() == 1 && code.patterns[0].plain());
}

// `mine`: the input is this part's own, and nobody reads it after.
void mark(TreeCode& code, bool mine) {
  for (Pattern& pattern : code.patterns) {
    for (Binding& binding : pattern.bindings) {
      if (binding.key) mark(*binding.key, false);
    }
  }
  switch (code.act) {
    case Act::identity:
    case Act::call:
    case Act::argument:
    case Act::kind:
      code.take = mine;
      return;
    case Act::native:
      code.take = mine && std::all_of(code.args.begin(), code.args.end(), once);
      return mark_all(code.args, false);
    case Act::select:
    case Act::assign:
    case Act::compute:
    case Act::alternate:
    case Act::update:
    case Act::delete_:
      code.take = mine && std::all_of(code.args.begin(), code.args.end(), [&](const TreeCode& arg) {
                    return &arg == &code.args[0] || once(arg) || code.act == Act::update;
                  });
      if (code.act == Act::select) return mark(code.args[0], false);
      mark(code.args[0], true);  // on a copy
      if (code.args.size() > 1) mark(code.args[1], code.act == Act::update);
      return;
    case Act::index:
    case Act::slice: {
      // The keys come first, then the term.
      bool keys_once = true;
      for (std::size_t i = 1; i < code.args.size(); ++i) {
        mark(code.args[i], false);
        keys_once = keys_once && once(code.args[i]);
      }
      return mark(code.args[0], mine && keys_once);
    }
    case Act::arith:
    case Act::compare: {
      // The right comes first.
      const bool left_reads = reads_input(code.args[0]);
      mark(code.args[1], mine && !left_reads);
      return mark(code.args[0], mine && left_reads && once(code.args[1]));
    }
    case Act::pipe:
      for (TreeCode& stage : code.args) mark(stage, mine || &stage != &code.args[0]);
      return;
    case Act::conditional: {
      const bool single = once(code.args[0]);
      mark(code.args[0], false);
      for (std::size_t i = 1; i < code.args.size(); ++i) mark(code.args[i], mine && single);
      code.take = mine && single;
      return;
    }
    case Act::alternative:
    case Act::comma:
      for (TreeCode& arg : code.args) mark(arg, mine && &arg == &code.args.back());
      return;
    case Act::try_:
      mark(code.args[0], mine);
      if (code.args.size() > 1) mark(code.args[1], true);
      return;
    case Act::reduce:
    case Act::foreach:
      return mark_fold(code, mine);
    case Act::bind:
      return mark_bind(code, mine);
    case Act::iterate:
    case Act::negate:
    case Act::array:
    case Act::label:
    case Act::error:
    case Act::first:
    case Act::last:
    case Act::is_empty:
      return mark_all(code.args, mine);
    case Act::path:
      return mark_all(code.args, true);  // on a copy
    case Act::any:
    case Act::all:
      mark(code.args[0], mine);
      return mark(code.args[1], true);
    case Act::limit:
      mark(code.args[0], false);
      return mark(code.args[1], mine && once(code.args[0]));
    case Act::until:
    case Act::while_:
      mark(code.args[0], false);
      return mark(code.args[1], true);
    case Act::recurse_by:
      mark(code.args[0], true);
      if (code.args.size() > 1) mark(code.args[1], false);
      return;
    case Act::and_:
    case Act::or_:
      return mark_last(code, mine);
    default:
      return mark_all(code.args, false);
  }
}

}  // namespace

bool reads_input(const TreeCode& code) {
  switch (code.act) {
    case Act::constant:
    case Act::variable:
    case Act::member:
    case Act::empty:
    case Act::break_:
      return false;
    case Act::pipe:
      return reads_input(code.args[0]);
    case Act::index:
    case Act::slice:
    case Act::iterate:
    case Act::comma:
    case Act::and_:
    case Act::or_:
    case Act::negate:
    case Act::arith:
    case Act::compare:
    case Act::chain:
    case Act::alternative:
    case Act::array:
    case Act::object:
    case Act::join:
    case Act::range:
      return any_reads(code);
    case Act::reduce:
    case Act::foreach:
      return reads_input(code.args[0]) || reads_input(code.args[1]);
    default:
      return true;
  }
}

void finish_tree(TreeProgram& program) {
  bool changed = true;
  while (changed) {
    changed = settle(program.main.body);
    for (Routine& function : program.functions) changed = settle(function.body) || changed;
  }
  mark(program.main.body, true);
  for (Routine& function : program.functions) mark(function.body, true);
}

}  // namespace weir::expr
