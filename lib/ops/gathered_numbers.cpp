// Percentiles, exact and approximate.
#include <algorithm>
#include <cmath>
#include <map>
#include <utility>
#include <vector>

#include "json/number.h"
#include "ops/gathered.h"

namespace weir::ops {
namespace {

bool less(const Number& a, const Number& b) {
  return compare(a, b) < 0;
}

// The place of the percentile among `count` values in order, from 0: nearest rank.
std::uint64_t rank_of(double percent, std::uint64_t count) {
  // A whole percentage times a count is exact, so that no rounding error becomes a rank.
  const double rank = std::ceil(percent * static_cast<double>(count) / 100);
  return std::min(count - 1, rank < 1 ? 0 : static_cast<std::uint64_t>(rank) - 1);
}

void encode_number(state::Writer& to, const Number& number) {
  to.flag(number.integer);
  if (number.integer) {
    to.integer(number.whole);
  } else {
    to.real(number.real);
  }
}

Number decode_number(state::Reader& from) {
  Number number;
  number.integer = from.flag();
  if (number.integer) {
    number.whole = from.integer();
  } else {
    number.real = from.real();
  }
  return number;
}

class Percentile final : public Gathered {
 public:
  Kind kind() const override { return Kind::percentile; }
  void add(const AggregateSpec&, const AggregateInput& input, Moment) override {
    numbers_.push_back(input.number);
  }
  void remove(const AggregateSpec&, const AggregateInput& input, Moment) override {
    const auto found = std::find_if(numbers_.begin(), numbers_.end(), [&](const Number& each) {
      return each.integer == input.number.integer && compare(each, input.number) == 0;
    });
    if (found == numbers_.end()) return;
    *found = numbers_.back();
    numbers_.pop_back();
  }
  void merge(const AggregateSpec&, const Gathered& other) override {
    const auto& theirs = static_cast<const Percentile&>(other).numbers_;
    numbers_.insert(numbers_.end(), theirs.begin(), theirs.end());
  }
  std::unique_ptr<Gathered> copy() const override { return std::make_unique<Percentile>(*this); }
  void write(const AggregateSpec& spec, std::string& out) const override {
    if (numbers_.empty()) return void(out += "null");
    std::vector<Number> sorted = numbers_;
    const auto at = sorted.begin() + static_cast<std::ptrdiff_t>(rank_of(spec.percent, sorted.size()));
    std::nth_element(sorted.begin(), at, sorted.end(), less);
    append_number(out, *at);
  }
  void encode(state::Writer& to) const override {
    to.number(numbers_.size());
    for (const Number& each : numbers_) encode_number(to, each);
  }
  void decode(state::Reader& from) override {
    const std::uint64_t size = from.number();
    for (std::uint64_t i = 0; i < size && !from.failed(); ++i) numbers_.push_back(decode_number(from));
  }
  std::size_t bytes() const override { return sizeof *this + numbers_.capacity() * sizeof(Number); }

 private:
  std::vector<Number> numbers_;
};

// Values in buckets whose bounds grow by a constant factor, so that the middle of a bucket is within the relative error
// of all in it (Masson, Rim and Lee, "DDSketch", 2019). As many buckets as the values span.
class ApproxPercentile final : public Gathered {
 public:
  Kind kind() const override { return Kind::approx_percentile; }
  void add(const AggregateSpec& spec, const AggregateInput& input, Moment) override {
    const double value = input.number.to_double();
    least_ = count_ == 0 ? value : std::min(least_, value);
    most_ = count_ == 0 ? value : std::max(most_, value);
    ++count_;
    if (value == 0) {
      ++zeros_;
    } else {
      ++(value > 0 ? above_ : below_)[bucket_of(spec, std::abs(value))];
    }
  }
  void merge(const AggregateSpec&, const Gathered& other) override {
    const auto& theirs = static_cast<const ApproxPercentile&>(other);
    if (theirs.count_ == 0) return;
    least_ = count_ == 0 ? theirs.least_ : std::min(least_, theirs.least_);
    most_ = count_ == 0 ? theirs.most_ : std::max(most_, theirs.most_);
    count_ += theirs.count_;
    zeros_ += theirs.zeros_;
    for (const auto& [bucket, count] : theirs.above_) above_[bucket] += count;
    for (const auto& [bucket, count] : theirs.below_) below_[bucket] += count;
  }
  std::unique_ptr<Gathered> copy() const override { return std::make_unique<ApproxPercentile>(*this); }
  void write(const AggregateSpec& spec, std::string& out) const override {
    if (count_ == 0) return void(out += "null");
    json::append_number(out, std::clamp(value_at(spec, rank_of(spec.percent, count_)), least_, most_));
  }
  void encode(state::Writer& to) const override {
    to.number(count_);
    to.number(zeros_);
    to.real(least_);
    to.real(most_);
    for (const Counts* counts : {&above_, &below_}) {
      to.number(counts->size());
      for (const auto& [bucket, count] : *counts) {
        to.integer(bucket);
        to.number(count);
      }
    }
  }
  void decode(state::Reader& from) override {
    count_ = from.number();
    zeros_ = from.number();
    least_ = from.real();
    most_ = from.real();
    for (Counts* counts : {&above_, &below_}) {
      const std::uint64_t size = from.number();
      for (std::uint64_t i = 0; i < size && !from.failed(); ++i) {
        const std::int64_t bucket = from.integer();
        (*counts)[bucket] = from.number();
      }
    }
  }
  std::size_t bytes() const override {
    constexpr std::size_t kNodeBytes = 64;
    return sizeof *this + (above_.size() + below_.size()) * kNodeBytes;
  }

 private:
  using Counts = std::map<std::int64_t, std::uint64_t>;

  static double growth(const AggregateSpec& spec) { return (1 + spec.error) / (1 - spec.error); }
  static std::int64_t bucket_of(const AggregateSpec& spec, double value) {
    return static_cast<std::int64_t>(std::ceil(std::log(value) / std::log(growth(spec))));
  }
  static double middle_of(const AggregateSpec& spec, std::int64_t bucket) {
    return 2 * std::exp(static_cast<double>(bucket) * std::log(growth(spec))) / (growth(spec) + 1);
  }
  double value_at(const AggregateSpec& spec, std::uint64_t rank) const {
    for (auto at = below_.rbegin(); at != below_.rend(); ++at) {
      if (rank < at->second) return -middle_of(spec, at->first);
      rank -= at->second;
    }
    if (rank < zeros_) return 0;
    rank -= zeros_;
    for (const auto& [bucket, count] : above_) {
      if (rank < count) return middle_of(spec, bucket);
      rank -= count;
    }
    return most_;
  }

  std::uint64_t count_ = 0, zeros_ = 0;
  double least_ = 0, most_ = 0;
  Counts above_, below_;  // of positive values, and of the sizes of negative ones
};

}  // namespace

std::unique_ptr<Gathered> make_percentile() {
  return std::make_unique<Percentile>();
}
std::unique_ptr<Gathered> make_approx_percentile() {
  return std::make_unique<ApproxPercentile>();
}

}  // namespace weir::ops
