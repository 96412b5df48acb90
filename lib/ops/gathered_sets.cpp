// Aggregates over different values: sets by canonical text, and the estimate of how many there are.
#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <utility>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "json/canonical.h"
#include "json/number.h"
#include "ops/gathered.h"

namespace weir::ops {
namespace {

std::size_t heap_bytes(const std::string& text) {
  return text.capacity() > 15 ? text.capacity() + 1 : 0;
}

// ---- count_distinct: each value with how often it came, so that it can be taken back

class DistinctCount final : public Gathered {
 public:
  Kind kind() const override { return Kind::distinct_count; }
  void add(const AggregateSpec&, const AggregateInput& input, Moment) override {
    text_.clear();
    json::append_canonical(text_, input.value);
    put(text_, 1);
  }
  void remove(const AggregateSpec&, const AggregateInput& input, Moment) override {
    text_.clear();
    json::append_canonical(text_, input.value);
    const auto found = counts_.find(text_);
    if (found == counts_.end() || --found->second > 0) return;
    texts_ -= heap_bytes(found->first);
    counts_.erase(found);
  }
  void merge(const AggregateSpec&, const Gathered& other) override {
    for (const auto& [text, count] : static_cast<const DistinctCount&>(other).counts_) put(text, count);
  }
  std::unique_ptr<Gathered> copy() const override { return std::make_unique<DistinctCount>(*this); }
  void write(const AggregateSpec&, std::string& out) const override {
    json::append_number(out, static_cast<std::int64_t>(counts_.size()));
  }
  void encode(state::Writer& to) const override {
    to.number(counts_.size());
    for (const auto& [text, count] : counts_) {
      to.text(text);
      to.number(count);
    }
  }
  void decode(state::Reader& from) override {
    const std::uint64_t size = from.number();
    for (std::uint64_t i = 0; i < size && !from.failed(); ++i) {
      const std::string text(from.text());
      put(text, from.number());
    }
  }
  std::size_t bytes() const override {
    return sizeof *this + counts_.bucket_count() * (sizeof(std::string) + sizeof(std::uint64_t) + 1) + texts_;
  }

 private:
  void put(const std::string& text, std::uint64_t count) {
    const auto [at, added] = counts_.try_emplace(text, 0);
    at->second += count;
    if (added) texts_ += heap_bytes(at->first);
  }
  boost::unordered_flat_map<std::string, std::uint64_t> counts_;
  std::size_t texts_ = 0;
  std::string text_;
};

// ---- collect_set: first occurrences

class OrderedSet final : public Gathered {
 public:
  Kind kind() const override { return Kind::ordered_set; }
  void add(const AggregateSpec&, const AggregateInput& input, Moment moment) override {
    put(canonical_text(input.value), {moment, compact_text(input.value)});
  }
  void merge(const AggregateSpec&, const Gathered& other) override {
    for (const auto& [text, kept] : static_cast<const OrderedSet&>(other).values_) put(text, kept);
  }
  std::unique_ptr<Gathered> copy() const override { return std::make_unique<OrderedSet>(*this); }
  void write(const AggregateSpec&, std::string& out) const override {
    std::vector<const Kept*> all;
    for (const auto& [text, kept] : values_) all.push_back(&kept);
    std::sort(all.begin(), all.end(), [](const Kept* a, const Kept* b) { return a->moment < b->moment; });
    out += '[';
    for (const Kept* each : all) {
      if (each != all.front()) out += ',';
      out += each->text;
    }
    out += ']';
  }
  void encode(state::Writer& to) const override {
    to.number(values_.size());
    for (const auto& [text, kept] : values_) {
      to.text(text);
      ops::encode(to, kept);
    }
  }
  void decode(state::Reader& from) override {
    const std::uint64_t size = from.number();
    for (std::uint64_t i = 0; i < size && !from.failed(); ++i) {
      std::string text(from.text());
      Kept kept;
      ops::decode(from, kept);
      put(std::move(text), std::move(kept));
    }
  }
  std::size_t bytes() const override {
    return sizeof *this + values_.bucket_count() * (sizeof(std::string) + sizeof(Kept) + 1) + texts_;
  }

 private:
  void put(std::string text, Kept kept) {
    const auto [at, added] = values_.try_emplace(std::move(text), kept);
    if (added) {
      texts_ += heap_bytes(at->first) + at->second.bytes();
    } else if (kept.moment < at->second.moment) {
      texts_ -= at->second.bytes();
      at->second = std::move(kept);
      texts_ += at->second.bytes();
    }
  }
  boost::unordered_flat_map<std::string, Kept> values_;  // by canonical text
  std::size_t texts_ = 0;
};

// ---- approx_distinct: HyperLogLog (Flajolet and others, 2007), read by the estimator of Ertl, "New cardinality
// estimation algorithms for HyperLogLog sketches", 2017, which needs no table and holds for small and large counts.

std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325u;  // FNV-1a, mixed at the end so that every bit counts
  for (const char byte : text) hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3u;
  hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccdu;
  hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53u;
  return hash ^ (hash >> 33);
}

double sigma(double x) {
  double y = 1, z = x, before = -1;
  while (z != before) {
    x *= x;
    before = z;
    z += x * y;
    y += y;
  }
  return z;
}

double tau(double x) {
  if (x == 0 || x == 1) return 0;
  double y = 1, z = 1 - x, before = -1;
  while (z != before) {
    x = std::sqrt(x);
    before = z;
    y *= 0.5;
    z -= (1 - x) * (1 - x) * y;
  }
  return z / 3;
}

class ApproxDistinct final : public Gathered {
 public:
  Kind kind() const override { return Kind::approx_distinct; }
  void add(const AggregateSpec& spec, const AggregateInput& input, Moment) override {
    text_.clear();
    json::append_canonical(text_, input.value);
    const std::uint64_t hash = hash_of(text_);
    const auto bits = static_cast<int>(spec.limit);
    const auto place = static_cast<std::uint32_t>(hash >> (64 - bits));
    const std::uint64_t rest = hash << bits;
    const int rank = rest == 0 ? 64 - bits + 1 : std::countl_zero(rest) + 1;
    put(spec, place, static_cast<std::uint8_t>(rank));
  }
  void merge(const AggregateSpec& spec, const Gathered& other) override {
    const auto& theirs = static_cast<const ApproxDistinct&>(other);
    for (const auto& [place, rank] : theirs.few_) put(spec, place, rank);
    for (std::size_t i = 0; i < theirs.ranks_.size(); ++i) {
      if (theirs.ranks_[i] > 0) put(spec, static_cast<std::uint32_t>(i), theirs.ranks_[i]);
    }
  }
  std::unique_ptr<Gathered> copy() const override { return std::make_unique<ApproxDistinct>(*this); }
  void write(const AggregateSpec& spec, std::string& out) const override {
    const int most = 64 - static_cast<int>(spec.limit) + 1;
    std::vector<double> counts(static_cast<std::size_t>(most) + 1, 0);
    const double registers = std::ldexp(1.0, static_cast<int>(spec.limit));
    double used = 0;
    const auto count = [&](std::uint8_t rank) {
      ++counts[rank];
      ++used;
    };
    for (const auto& [place, rank] : few_) count(rank);
    for (const std::uint8_t rank : ranks_) {
      if (rank > 0) count(rank);
    }
    counts[0] = registers - used;
    double z = registers * tau(1 - counts[static_cast<std::size_t>(most)] / registers);
    for (int rank = most - 1; rank >= 1; --rank) z = 0.5 * (z + counts[static_cast<std::size_t>(rank)]);
    z += registers * sigma(counts[0] / registers);
    constexpr double kLn2 = 0.69314718055994530942;
    const double estimate = used == 0 ? 0 : registers * registers / (2 * kLn2) / z;
    json::append_number(out, static_cast<std::int64_t>(std::llround(estimate)));
  }
  void encode(state::Writer& to) const override {
    to.number(ranks_.size());
    to.text({reinterpret_cast<const char*>(ranks_.data()), ranks_.size()});
    to.number(few_.size());
    for (const auto& [place, rank] : few_) {
      to.number(place);
      to.number(rank);
    }
  }
  void decode(state::Reader& from) override {
    const std::uint64_t size = from.number();
    const std::string_view ranks = from.text();
    if (ranks.size() != size) return from.refuse();
    ranks_.assign(ranks.begin(), ranks.end());
    const std::uint64_t few = from.number();
    for (std::uint64_t i = 0; i < few && !from.failed(); ++i) {
      const auto place = from.number_of<std::uint32_t>();
      few_[place] = from.number_of<std::uint8_t>();
    }
  }
  std::size_t bytes() const override { return sizeof *this + ranks_.capacity() + few_.size() * kNodeBytes; }

 private:
  static constexpr std::size_t kNodeBytes = 48;  // of a map's node

  // Few registers are kept by their number, since most groups see few values.
  void put(const AggregateSpec& spec, std::uint32_t place, std::uint8_t rank) {
    if (ranks_.empty()) {
      std::uint8_t& here = few_[place];
      here = std::max(here, rank);
      const std::size_t registers = std::size_t{1} << spec.limit;
      if (few_.size() * kNodeBytes <= registers) return;
      ranks_.assign(registers, 0);
      for (const auto& [at, known] : few_) ranks_[at] = known;
      few_.clear();
      return;
    }
    ranks_[place] = std::max(ranks_[place], rank);
  }
  std::map<std::uint32_t, std::uint8_t> few_;
  std::vector<std::uint8_t> ranks_;  // once there are many
  std::string text_;
};

}  // namespace

std::unique_ptr<Gathered> make_ordered_set() {
  return std::make_unique<OrderedSet>();
}
std::unique_ptr<Gathered> make_distinct_count() {
  return std::make_unique<DistinctCount>();
}
std::unique_ptr<Gathered> make_approx_distinct() {
  return std::make_unique<ApproxDistinct>();
}

}  // namespace weir::ops
