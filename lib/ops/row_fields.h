// What table reads of a row, as opposed to the event that brought it (table_events.h): whether it is shown, of which group
// it is, and what aggregates take of it. An expression sees the row as the value; with -J $key and $ts are those of the
// row, and what else an envelope has is null.
// Threads: one.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/buffer.h"
#include "base/units.h"
#include "expr/fields.h"
#include "ops/aggregates.h"
#include "ops/table_output.h"

namespace weir::ops {

class RowFields {
 public:
  struct Group {
    std::string name;  // of its member in the row of a group
    std::string expression;
  };
  struct Settings {
    std::string where;                      // an expression; empty: every row is shown
    std::vector<Group> groups;              // none: rows stand for themselves
    std::vector<AggregateSpec> aggregates;  // of each group
    KeyForm keys = KeyForm::canonical;
    expr::Setup setup;
    expr::Evaluator::Settings evaluator;
  };
  // Throws Error(Kind::usage) for an expression that is none, and as Aggregates.
  explicit RowFields(const Settings& settings);

  // A row with its key, and when it came (`arrival`: its number among the events).
  struct Row {
    std::string_view key;
    base::EventTime ts;
    std::uint64_t arrival = 0;
    RowText text;
  };
  // False: an expression failed on it, or an aggregate cannot take it; fault() says which and why.
  bool look(const Row& row);
  bool shown() const { return shown_; }
  // The key of its group, as group_key.h has it; empty when it is of none, since a part of the key is null.
  std::string_view group() const { return group_; }
  // What they read is the row that was looked at last, which is shown and of a group.
  const Aggregates& aggregates() const { return *aggregates_; }
  const stream::Fault& fault() const { return fault_; }
  // A condition of an aggregate failed, and counts as false; none: all is well.
  std::optional<stream::Fault> part_fault() const;
  const expr::Fields& fields() const { return fields_; }

  bool grouped() const { return aggregates_.has_value(); }
  // Appends {"city":"Oslo": the beginning of a group's row.
  void begin_group_row(std::string_view group, std::string& to) const;

 private:
  expr::Fields::Seen see(const Row& row);
  bool look_at_group(const Row& row);
  bool refuse(stream::Fault fault);

  const KeyForm keys_;
  const bool envelope_;
  std::optional<Aggregates> aggregates_;
  std::optional<std::size_t> where_;  // places among the fields
  std::size_t first_group_ = 0, first_aggregate_ = 0;
  std::vector<std::string> group_names_;  // "name":
  expr::Fields fields_;
  bool shown_ = true;
  std::string group_;
  stream::Fault fault_;
  base::Buffer padded_;
  std::string key_text_;
};

}  // namespace weir::ops
