// One aggregate as --agg says it:  NAME=FUNCTION(EXPR, PARAMETER...) [where EXPR]
//
//   count()  count(f)  sum(f)  avg(f)  min(f)  max(f)  min_by(f, g)  max_by(f, g)
//   first(f[, nulls])  last(f[, nulls])  first_seen(f)  last_seen(f)
//   collect(f[, LIMIT][, nulls])  collect_set(f)  count_distinct(f)  approx_distinct(f[, P=14])
//   percentile(f, P)  approx_percentile(f, P[, ERROR=0.01])  topk(f, K)  bottomk(f, K)  topk_distinct(f, K)
//   var_samp(f)  var_pop(f)  stddev_samp(f)  stddev_pop(f)
// Threads: values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::ops {

enum class Aggregation : std::uint8_t {
  count,
  sum,
  avg,
  min,
  max,
  min_by,
  max_by,
  first,
  last,
  first_seen,
  last_seen,
  collect,
  collect_set,
  count_distinct,
  approx_distinct,
  percentile,
  approx_percentile,
  topk,
  bottomk,
  topk_distinct,
  var_samp,
  var_pop,
  stddev_samp,
  stddev_pop,
};

struct AggregateSpec {
  std::string name;
  Aggregation function = Aggregation::count;
  std::string expression;            // empty: count()
  std::string by;                    // of min_by and max_by
  std::string where;                 // empty: every event
  bool nulls = false;                // collect, first, last: null is a value too
  std::uint64_t limit = UINT64_MAX;  // collect; K of topk and its like; P of approx_distinct
  double percent = 0;                // percentile, approx_percentile
  double error = 0.01;               // approx_percentile: relative

  // Does it take numbers alone?
  bool numeric() const;
};

// Throws Error(Kind::usage) whose text begins with `text`.
AggregateSpec parse_aggregate(std::string_view text);

// The names of all functions, as they are typed.
std::vector<std::string> aggregation_names();
std::string_view name_of(Aggregation function);

}  // namespace weir::ops
