// All aggregates of one tool, and what they know of one group: window and table share them.
//
//   ops::Aggregates aggregates(specs, Aggregates::Use::add);
//   fields of the tool:  ..., aggregates.fields() from place `first` on
//   for each event:      if (aggregates.read(fields, first, moment)) aggregates.add(state);
//   for each row:        aggregates.write(state, out);                      // ,"count":3,"sum":4.5
//
// An event is read once and may then be added to any number of states. Reading checks everything, so that an event is
// taken by all aggregates or, where it is bad, by none.
// Results    numbers as in "Numbers" of weir-window(1); over nothing null, but 0 for counts and [] for collections.
// Threads    one.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <boost/container/small_vector.hpp>

#include "base/buffer.h"
#include "expr/fields.h"
#include "ops/aggregate_cell.h"
#include "ops/aggregate_spec.h"

namespace weir::ops {

// What the aggregates know of one group; empty until something is added. Fits state::Buckets. Small, since there may be
// millions: a single count, which most ask for, needs no memory of its own.
class AggregateState {
 public:
  AggregateState() = default;
  AggregateState(AggregateState&&) noexcept = default;
  AggregateState& operator=(AggregateState&&) noexcept = default;

  bool empty() const { return std::holds_alternative<std::monostate>(held_); }
  AggregateState copy() const;

  void encode(base::Buffer& to) const;
  static bool decode(std::string_view from, AggregateState& to);
  // The same as a part of something larger.
  void encode(state::Writer& to) const;
  void decode(state::Reader& from);
  std::size_t bytes() const;  // of memory beyond sizeof

 private:
  friend class Aggregates;
  struct Cells {
    boost::container::small_vector<AggregateCell, 1> all;
    std::size_t bytes = 0;

    void count_bytes();
  };
  using CellsPointer = std::unique_ptr<Cells>;

  Cells& cells() { return *std::get<CellsPointer>(held_); }
  const Cells& cells() const { return *std::get<CellsPointer>(held_); }

  std::variant<std::monostate, Counter, CellsPointer> held_;
};

class Aggregates {
 public:
  enum class Use {
    add,             // windows: events are added only
    add_and_remove,  // tables: what was added is also taken back
  };
  // Throws Error(Kind::usage) for two of one name, and for an approximate one that would have to take events back.
  Aggregates(std::vector<AggregateSpec> specs, Use use);

  // What the aggregates read of an event, in the order in which read() expects them.
  std::vector<expr::Fields::Field> fields() const;

  // Looks at the event that `fields` saw last; ours stand from place `first` on. Keeps views of its values, which are good
  // until the next event. False: the event is bad, fault() says why, and nothing can be added.
  bool read(const expr::Fields& fields, std::size_t first, Moment moment);
  const stream::Fault& fault() const { return fault_; }
  bool read_nothing() const { return read_nothing_; }  // of any event: they count
  // A condition behind `where` failed, and counts as false: an error all the same. None: all is well.
  const std::optional<stream::Fault>& condition_fault() const { return condition_fault_; }

  // The event that was read last.
  void add(AggregateState& state) const;
  void remove(AggregateState& state) const;  // was added with the same moment; requires Use::add_and_remove

  void merge(AggregateState& into, const AggregateState& from) const;
  // Appends a comma and a member for each, behind what is there; "truncated":true where a limit cut a collection.
  // False: a result was beyond every double, and null stands for it.
  bool write(const AggregateState& state, std::string& out) const;
  // The same where there was no event and each is to be that JSON: --fill.
  void write_each(std::string_view json, std::string& out) const;

  const std::vector<AggregateSpec>& specs() const { return specs_; }

 private:
  void prepare(AggregateState& state) const;

  std::vector<AggregateSpec> specs_;
  std::vector<std::string> names_;  // `,"name":`
  bool removes_;
  bool read_nothing_ = true;
  bool one_count_;   // there is one, and it counts
  bool fixed_size_;  // no state grows, so that bytes need no look after every event
  std::vector<AggregateInput> inputs_;
  Moment moment_;
  stream::Fault fault_;
  std::optional<stream::Fault> condition_fault_;
};

}  // namespace weir::ops
