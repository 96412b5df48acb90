// An expression, compiled once and then only read: what filter, and every flag that takes an EXPR, starts from.
//
//   const expr::Program program({options.expression}, setup);
//   expr::Evaluator evaluator(program, json::Check::whole_line);
//   if (evaluator.judge(line) == expr::Verdict::yes) ...
//
// Errors   the constructor throws Error(Kind::usage) that points at the place in the source.
// Threads  a Program may be shared; each thread has an Evaluator of its own.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "expr/code.h"
#include "expr/compile.h"
#include "expr/source.h"
#include "expr/tree_code.h"
#include "json/path_set.h"

namespace weir::expr {

class Program {
 public:
  explicit Program(const Source& source, const Setup& setup = {});

  bool envelope() const { return envelope_; }
  // Does it read $key or another member? If not, a record's value is all that it needs.
  bool reads_members() const { return compiled_.reads_members(); }
  const Compiled& compiled() const { return compiled_; }
  // What the tree engine runs instead; null: the line engine runs it all.
  const TreeProgram* tree() const { return tree_ ? &*tree_ : nullptr; }

  // The whole expression for the tree engine, whichever runs it: for an event that the line engine gave up.
  TreeProgram on_tree() const;

  // Is the whole of it `a = b`? As a condition that is true of every event, so `==` was meant.
  bool assigns() const { return assigns_; }

  // Does it begin with what makes sense of many events together (`group_by(.a)`, `map(.a)`, `.[]`)? Each event is seen
  // alone, so an error is then explained by that.
  bool wants_many() const { return wants_many_; }

  // Why the tree engine runs it.
  struct Reason {
    std::string construct;  // "'reduce'"; empty: it was asked for
    std::string place;      // NAME:LINE:COLUMN
  };
  const Reason& reason() const { return reason_; }  // for a program that has a tree

  // What to scan a bare line for; slot i is compiled().paths[i].
  const json::PathSet& line_paths() const { return line_paths_; }
  // The same slots of an envelope's value, and behind them where the envelope keeps the rest.
  const json::PathSet& envelope_paths() const { return envelope_paths_; }
  struct EnvelopeSlots {
    std::size_t value, value_text, value_base64, payload, key_base64;
    std::size_t members[kMembers];  // only those that are read
  };
  const EnvelopeSlots& envelope_slots() const { return envelope_slots_; }

 private:
  void choose();

  Source source_;
  Setup setup_;
  Compiled compiled_;
  std::optional<TreeProgram> tree_;
  Reason reason_;
  bool assigns_ = false;
  bool wants_many_ = false;
  bool envelope_;
  json::PathSet line_paths_;
  json::PathSet envelope_paths_;
  EnvelopeSlots envelope_slots_{};
};

// What a flag's EXPR means where `host` alone stands for `.host`: a lone name gets its dot, everything else (functions
// of no argument too, when they are known: `length`) stays as it is.
Source with_dot(Source source);

}  // namespace weir::expr
