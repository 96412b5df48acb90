// A sum that does not depend on the order of what is added, as far as doubles allow: integers exactly in 128 bits, other
// numbers with their rounding errors kept beside them (Neumaier). Threads: a value.
#pragma once

#include <cstdint>
#include <string>

#include "state/codec.h"

namespace weir::ops {

// A JSON number as aggregates take it.
struct Number {
  bool integer = true;
  std::int64_t whole = 0;  // an integer's value
  double real = 0;         // any other number's

  double to_double() const { return integer ? static_cast<double>(whole) : real; }
};
// Exact, also between the two.
int compare(const Number& a, const Number& b);
void append_number(std::string& out, const Number& number);

class ExactSum {
 public:
  void add(const Number& number);
  void remove(const Number& number);  // one that was added
  void merge(const ExactSum& other);

  std::uint64_t count() const { return count_; }
  // An integer while all were, else a double. False, and null: it is beyond every double, or there is nothing to sum.
  bool append_sum(std::string& out) const;
  bool append_mean(std::string& out) const;

  void encode(state::Writer& to) const;
  void decode(state::Reader& from);

 private:
  __extension__ using Wide = __int128;

  Wide wide() const;
  void set_wide(Wide value);
  void add_real(double value);
  double total() const;

  // The two halves of a 128-bit integer, which would ask for an alignment of 16.
  std::uint64_t low_ = 0;
  std::int64_t high_ = 0;
  double sum_ = 0, lost_ = 0;
  std::uint64_t count_ = 0, reals_ = 0;
};

}  // namespace weir::ops
