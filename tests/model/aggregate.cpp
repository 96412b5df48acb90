#include "model/aggregate.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace weir::model {
namespace {

bool in_time(const Sample& a, const Sample& b) {
  return a.ts != b.ts ? a.ts < b.ts : a.arrival < b.arrival;
}

struct Picked {
  Value value;
  Value by;
};

using Values = std::vector<Value>;

Value sum(const Values& values) {
  if (values.empty()) return {};
  Int whole = 0;
  long double rest = 0;
  bool exact = true;
  for (const Value& value : values) {
    if (const Int* integer = std::get_if<Int>(&value.is)) {
      whole += *integer;
    } else {
      exact = false;
      rest += std::get<double>(value.is);
    }
  }
  if (exact) return whole;
  return static_cast<double>(static_cast<long double>(whole) + rest);
}

Value average(const Values& values) {
  if (values.empty()) return {};
  const Value total = sum(values);
  const double all =
      total.integer() ? static_cast<double>(std::get<Int>(total.is)) : std::get<double>(total.is);
  return all / static_cast<double>(values.size());
}

Value spread(const Values& values, bool sample, bool root) {
  const std::size_t n = values.size();
  if (n == 0 || (sample && n < 2)) return {};
  long double mean = 0;
  for (const Value& value : values) mean += value.as_number();
  mean /= static_cast<long double>(n);
  long double squares = 0;
  for (const Value& value : values) squares += (value.as_number() - mean) * (value.as_number() - mean);
  const long double variance = squares / static_cast<long double>(sample ? n - 1 : n);
  return static_cast<double>(root ? std::sqrt(variance) : variance);
}

// The element ceil(p/100 * n) of the sorted values; the first for p = 0.
Value percentile(Values values, int p) {
  if (values.empty()) return {};
  std::sort(values.begin(), values.end());
  const std::size_t rank = (static_cast<std::size_t>(p) * values.size() + 99) / 100;
  return values[rank == 0 ? 0 : rank - 1];
}

constexpr double kSketchError = 0.01;

// The relative error is of the value.
Value near(const Value& exact, double error) {
  if (exact.null()) return {};
  const double value = static_cast<double>(exact.as_number());
  const double off = std::abs(value) * (error + 1e-9);
  return Between{value - off, value + off};
}

// Six times the standard error, and the two that may be taken for one among few.
Value about(std::size_t count, int p) {
  const double exact = static_cast<double>(count), off = 2 + 6 * 1.04 / std::sqrt(std::ldexp(1, p)) * exact;
  return count == 0 ? Value(0) : Value(Between{std::max(1.0, exact - off), exact + off});
}

Values distinct(const Values& values) {  // first occurrences
  std::set<Value> seen;
  Values kept;
  for (const Value& value : values) {
    if (seen.insert(value).second) kept.push_back(value);
  }
  return kept;
}

Value top(Values values, int k, bool largest) {
  std::stable_sort(values.begin(), values.end(),
                   [&](const Value& a, const Value& b) { return largest ? b < a : a < b; });
  if (values.size() > static_cast<std::size_t>(k)) values.resize(static_cast<std::size_t>(k));
  return values;
}

// The value whose `by` is extreme; of several the first in time.
Value extreme_by(const std::vector<Picked>& picked, bool largest) {
  const Picked* best = nullptr;
  for (const Picked& one : picked) {
    if (one.by.null()) continue;
    if (best == nullptr || (largest ? best->by < one.by : one.by < best->by)) best = &one;
  }
  return best == nullptr ? Value() : best->value;
}

bool holds(const Value& truth) {
  return !truth.null() && !(truth == Value(false));
}

}  // namespace

std::string Aggregate::flag() const {
  std::string text = name + "=" + function + "(";
  if (!field.empty()) text += "." + field;
  if (!other.empty()) text += ", ." + other;
  if (parameter) text += ", " + std::to_string(*parameter);
  if (nulls) text += ", nulls";
  text += ")";
  if (!where.empty()) text += " where ." + where;
  return text;
}

bool Aggregate::numeric() const {
  static const std::set<std::string> functions{"sum",      "avg",     "percentile",  "approx_percentile",
                                               "var_samp", "var_pop", "stddev_samp", "stddev_pop"};
  return functions.contains(function);
}

bool takes(const Aggregate& aggregate, const Value& record) {
  if (!aggregate.numeric()) return true;
  if (!aggregate.where.empty() && !holds(record.member(aggregate.where))) return true;
  const Value& value = record.member(aggregate.field);
  return value.null() || value.number();
}

Value result(const Aggregate& aggregate, std::vector<Sample> samples) {
  if (!aggregate.where.empty()) {
    std::erase_if(samples,
                  [&](const Sample& sample) { return !holds(sample.value->member(aggregate.where)); });
  }
  if (aggregate.function == "count" && aggregate.field.empty())
    return static_cast<std::int64_t>(samples.size());
  const bool by_arrival = aggregate.function == "first_seen" || aggregate.function == "last_seen";
  std::sort(samples.begin(), samples.end(), [&](const Sample& a, const Sample& b) {
    return by_arrival ? a.arrival < b.arrival : in_time(a, b);
  });

  std::vector<Picked> picked;
  Values values;
  for (const Sample& sample : samples) {
    const Value& value = sample.value->member(aggregate.field);
    if (!aggregate.other.empty()) picked.push_back({value, sample.value->member(aggregate.other)});
    if (!value.null() || aggregate.nulls) values.push_back(value);
  }

  const std::string& function = aggregate.function;
  if (function == "count") return static_cast<std::int64_t>(values.size());
  if (function == "sum") return sum(values);
  if (function == "avg") return average(values);
  if (function == "min") return values.empty() ? Value() : *std::min_element(values.begin(), values.end());
  if (function == "max") return values.empty() ? Value() : *std::max_element(values.begin(), values.end());
  if (function == "min_by" || function == "max_by") return extreme_by(picked, function == "max_by");
  if (function == "first" || function == "first_seen") return values.empty() ? Value() : values.front();
  if (function == "last" || function == "last_seen") return values.empty() ? Value() : values.back();
  if (function == "collect") {
    if (aggregate.parameter)
      values.resize(std::min(values.size(), static_cast<std::size_t>(*aggregate.parameter)));
    return values;
  }
  if (function == "collect_set") return distinct(values);
  if (function == "count_distinct") return static_cast<std::int64_t>(distinct(values).size());
  if (function == "percentile") return percentile(values, *aggregate.parameter);
  if (function == "approx_percentile") return near(percentile(values, *aggregate.parameter), kSketchError);
  if (function == "approx_distinct") return about(distinct(values).size(), aggregate.parameter.value_or(14));
  const bool nothing = values.empty();
  if (function == "topk") return nothing ? Value() : top(values, *aggregate.parameter, true);
  if (function == "bottomk") return nothing ? Value() : top(values, *aggregate.parameter, false);
  if (function == "topk_distinct")
    return nothing ? Value() : top(distinct(values), *aggregate.parameter, true);
  return spread(values, function.ends_with("_samp"), function.starts_with("stddev"));
}

Object results(const std::vector<Aggregate>& aggregates, const std::vector<Sample>& samples) {
  Object row;
  bool truncated = false;
  for (const Aggregate& aggregate : aggregates) {
    row.emplace_back(aggregate.name, result(aggregate, samples));
    if (aggregate.function != "collect" || !aggregate.parameter) continue;
    Aggregate all = aggregate;
    all.parameter.reset();
    truncated = truncated || !(result(all, samples) == row.back().second);
  }
  if (truncated) row.emplace_back("truncated", true);
  return row;
}

}  // namespace weir::model
