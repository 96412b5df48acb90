// The flags of join.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/time_format.h"
#include "cli/expression_flags.h"
#include "cli/flag.h"
#include "cli/input_flags.h"
#include "cli/state_flags.h"
#include "cli/time_flags.h"

namespace weir::join {

enum class Type { inner, left, right, outer };

struct Options {                        // what was typed, already checked: run() may trust every field
  cli::InputFlags input;                // LEFT RIGHT, or with -J one tagged INPUT
  std::string left_topic, right_topic;  // --left, --right: both or neither
  std::string on, left_on, right_on;    // EXPR; --on is in the other two
  Type type = Type::inner;

  // Exactly one of these; within is in before and after.
  std::optional<std::chrono::nanoseconds> within, before, after;
  bool table = false;
  bool tables = false;
  std::string foreign_key;

  bool as_of = false;
  bool no_copartition = false;
  std::optional<std::chrono::nanoseconds> history;
  std::optional<std::uint64_t> max_per_key;
  std::string left_name = "left", right_name = "right";
  bool named = false;
  bool flatten = false;
  std::optional<std::string> into;
  std::optional<base::Field> left_ts, right_ts;  // else time.ts
  cli::TimeFlags time;
  cli::MergeFlags merge;
  cli::StateFlags state;
  cli::ExpressionFlags expression;  // --arg, --trust, --explain
  cli::OutputFlags output;          // --latency

  bool stream_stream() const { return before.has_value(); }
  bool tagged() const { return !left_topic.empty(); }
};

cli::Flags flags(Options& options);

}  // namespace weir::join
