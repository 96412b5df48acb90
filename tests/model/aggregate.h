// The aggregates over all records of a group, computed anew each time.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/record.h"

namespace weir::model {

struct Sample {  // a record in a group
  Time ts;
  std::size_t arrival;
  const Value* value;  // the record's
};

struct Aggregate {
  std::string name;
  std::string function;
  std::string field, other;      // plain members of the value; empty: none
  std::optional<int> parameter;  // limit, k, percent
  std::string where;             // a member that has to be true; empty: none
  bool nulls = false;            // of collect, first and last: null is a value too

  std::string flag() const;  // as --agg takes it
  bool numeric() const;      // refuses values that are no numbers
};

// False: the record is a bad event for the aggregate.
bool takes(const Aggregate& aggregate, const Value& record);
Value result(const Aggregate& aggregate, std::vector<Sample> samples);
// The results of all as members of a row, with "truncated" where a limit cut a collection.
Object results(const std::vector<Aggregate>& aggregates, const std::vector<Sample>& samples);

}  // namespace weir::model
