// The state of one aggregate of one group: a few words for what is counted and summed, so that the common aggregates
// allocate nothing, and a Gathered for all else. Threads: a value.
#pragma once

#include <memory>
#include <string>
#include <variant>

#include "ops/aggregate_spec.h"
#include "ops/exact_sum.h"
#include "ops/gathered.h"

namespace weir::ops {

// min, max
class Extreme {
 public:
  void add(const AggregateSpec& spec, const AggregateInput& input);
  void merge(const AggregateSpec& spec, const Extreme& other);
  void write(std::string& out) const;
  void encode(state::Writer& to) const;
  void decode(state::Reader& from);
  std::size_t bytes() const { return text_.capacity() > 15 ? text_.capacity() + 1 : 0; }

 private:
  bool better(const AggregateSpec& spec, const expr::Value& value, const Number& number) const;
  void keep(const expr::Value& value, const Number& number);
  bool any_ = false;
  bool is_number_ = false;  // number_ it is then, and text_ is empty
  Number number_;
  std::string text_;
};

// var and stddev, from the sums of the values and of their squares with 113 bits. A square is exact in that, so neither
// the order of events and merges nor values far from 0 show in the result; Welford's update has both faults, in its last
// digits.
class Moments {
 public:
  void add(double value);
  void merge(const Moments& other);
  // False, and null: it is beyond every double.
  bool write(const AggregateSpec& spec, std::string& out) const;
  void encode(state::Writer& to) const;
  void decode(state::Reader& from);

 private:
  __extension__ using Quad = __float128;
  // Its bytes, since the type itself would ask for an alignment of 16.
  struct Packed {
    std::uint64_t words[2] = {0, 0};
    Quad get() const;
    void set(Quad value);
  };
  std::uint64_t count_ = 0;
  Packed sum_, squares_;
};

struct Counter {
  std::uint64_t events = 0;
};

using AggregateCell = std::variant<Counter, ExactSum, Extreme, Moments, std::unique_ptr<Gathered>>;

// `removes`: events will be taken back as well.
AggregateCell make_cell(const AggregateSpec& spec, bool removes);
AggregateCell copy_of(const AggregateCell& cell);
void add(AggregateCell& cell, const AggregateSpec& spec, const AggregateInput& input, Moment moment);
void remove(AggregateCell& cell, const AggregateSpec& spec, const AggregateInput& input, Moment moment);
void merge(AggregateCell& into, const AggregateSpec& spec, const AggregateCell& from);
// False: the result is no number that can be written, and null stands for it.
bool write(const AggregateCell& cell, const AggregateSpec& spec, std::string& out);
bool truncated(const AggregateCell& cell, const AggregateSpec& spec);
std::size_t bytes_of(const AggregateCell& cell);  // beyond sizeof

}  // namespace weir::ops
