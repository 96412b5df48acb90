// What aggregates keep that does not fit into a few words: values, sets, sketches. One object per group and aggregate.
// A value is kept as its compact JSON text. Threads: one.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "expr/value.h"
#include "ops/aggregate_spec.h"
#include "ops/exact_sum.h"
#include "state/codec.h"

namespace weir::ops {

// Where an event stands: by its time, and among events of one time by its arrival. Arrivals are numbered by whoever
// reads the events, and no two are alike.
struct Moment {
  std::int64_t ts = 0;
  std::uint64_t arrival = 0;
  friend auto operator<=>(const Moment&, const Moment&) = default;
};

// What one event gives to one aggregate.
struct AggregateInput {
  bool counts = false;  // it has a value, and `where` is true of it
  Number number;        // of a value that is a number with a double or 64-bit value
  expr::Value value{};
  expr::Value by{};  // of min_by and max_by
};

class Gathered {
 public:
  // Stands before the bytes of one, so the numbers stay as they are.
  enum class Kind : std::uint8_t {
    edge,            // first, last, first_seen, last_seen
    extreme_by,      // min_by, max_by
    collection,      // collect
    top,             // topk, bottomk, topk_distinct
    ordered_set,     // collect_set
    distinct_count,  // count_distinct
    approx_distinct,
    percentile,
    approx_percentile,
    replay,  // any other, where events are also taken back
  };
  virtual ~Gathered() = default;
  virtual Kind kind() const = 0;
  virtual void add(const AggregateSpec& spec, const AggregateInput& input, Moment moment) = 0;
  // Takes back what was added with the same moment. Only of those that can: Aggregates sees to it.
  virtual void remove(const AggregateSpec& spec, const AggregateInput& input, Moment moment);
  // `other` is of the same class.
  virtual void merge(const AggregateSpec& spec, const Gathered& other) = 0;
  virtual std::unique_ptr<Gathered> copy() const = 0;
  // Appends the result as JSON.
  virtual void write(const AggregateSpec& spec, std::string& out) const = 0;
  // The result lacks values for a limit's sake.
  virtual bool truncated(const AggregateSpec&) const { return false; }
  virtual void encode(state::Writer& to) const = 0;
  virtual void decode(state::Reader& from) = 0;  // bytes that are no such thing make the reader fail
  virtual std::size_t bytes() const = 0;         // of memory, itself included
};

// One value at its moment.
struct Kept {
  Moment moment;
  std::string text;
  std::size_t bytes() const { return text.capacity() > 15 ? text.capacity() + 1 : 0; }
};
void encode(state::Writer& to, const Kept& kept);
void decode(state::Reader& from, Kept& kept);

// Of an integer beyond 64 bits, as of any other number, the nearest double; of what is no number 0.
Number number_of(const expr::Value& value);

// The text under which a value is kept.
std::string compact_text(const expr::Value& value);
std::string canonical_text(const expr::Value& value);

std::unique_ptr<Gathered> make_gathered(Gathered::Kind kind);  // null: there is no such kind
std::unique_ptr<Gathered> make_edge();
std::unique_ptr<Gathered> make_extreme_by();
std::unique_ptr<Gathered> make_collection();
std::unique_ptr<Gathered> make_top();
std::unique_ptr<Gathered> make_ordered_set();
std::unique_ptr<Gathered> make_distinct_count();
std::unique_ptr<Gathered> make_approx_distinct();
std::unique_ptr<Gathered> make_percentile();
std::unique_ptr<Gathered> make_approx_percentile();
std::unique_ptr<Gathered> make_replay();

}  // namespace weir::ops
