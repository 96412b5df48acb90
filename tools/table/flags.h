// The flags of table.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "cli/expression_flags.h"
#include "cli/flag.h"
#include "cli/input_flags.h"
#include "cli/state_flags.h"
#include "cli/time_flags.h"
#include "expr/named.h"
#include "ops/aggregate_spec.h"

namespace weir::table {

struct Options {    // what was typed, already checked: run() may trust every field
  std::string key;  // EXPR; empty: the record's
  std::string where, delete_when;
  std::optional<std::string> get;
  bool changes = false, only_changed = false, patch = false;
  std::optional<std::chrono::nanoseconds> ttl;
  std::vector<expr::Named> groups;             // --group-by
  std::vector<ops::AggregateSpec> aggregates;  // --agg; of groups, count=count() where none is given
  std::vector<std::string> aggregate_texts;    // as they were typed
  cli::ExpressionFlags expression;             // --arg, --trust, --explain
  cli::TimeFlags time;
  cli::MergeFlags merge;
  cli::StateFlags state;
  cli::InputFlags input;
  cli::OutputFlags output;

  // Is some input lines without envelopes, which have neither key nor time?
  bool bare_lines() const;
  // Does anything come of how far event time is?
  bool has_clock() const { return ttl || time.watermarks; }
  bool has_times() const { return has_clock() || time.ts || time.arrival || time.max_ahead; }
};

cli::Flags flags(Options& options);

}  // namespace weir::table
