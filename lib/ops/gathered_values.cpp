// Aggregates that keep some of the values they saw.
#include <algorithm>
#include <utility>
#include <vector>

#include "base/assert.h"
#include "json/canonical.h"
#include "json/cursor.h"
#include "ops/gathered.h"

namespace weir::ops {

void Gathered::remove(const AggregateSpec&, const AggregateInput&, Moment) {
  WEIR_ASSERT(false);
}

void encode(state::Writer& to, const Kept& kept) {
  to.integer(kept.moment.ts);
  to.number(kept.moment.arrival);
  to.text(kept.text);
}

void decode(state::Reader& from, Kept& kept) {
  kept.moment.ts = from.integer();
  kept.moment.arrival = from.number();
  kept.text = from.text();
}

std::string compact_text(const expr::Value& value) {
  std::string text;
  if (value.kind == json::Kind::missing) return "null";
  json::append_compact(text, value);
  return text;
}

std::string canonical_text(const expr::Value& value) {
  std::string text;
  json::append_canonical(text, value);
  return text;
}

namespace {

int order(std::string_view a, std::string_view b) {
  const auto found = json::compare_keys(json::parse_value(a), json::parse_value(b));
  return (found > 0) - (found < 0);
}

// ---- first, last, first_seen, last_seen

class Edge final : public Gathered {
 public:
  Kind kind() const override { return Kind::edge; }
  void add(const AggregateSpec& spec, const AggregateInput& input, Moment moment) override {
    if (!better(spec, moment)) return;
    kept_.moment = moment;
    kept_.text.clear();
    if (input.value.kind <= json::Kind::null) {
      kept_.text = "null";
    } else {
      json::append_compact(kept_.text, input.value);
    }
  }
  void merge(const AggregateSpec& spec, const Gathered& other) override {
    const Kept& theirs = static_cast<const Edge&>(other).kept_;
    if (!theirs.text.empty() && better(spec, theirs.moment)) kept_ = theirs;
  }
  std::unique_ptr<Gathered> copy() const override { return std::make_unique<Edge>(*this); }
  void write(const AggregateSpec&, std::string& out) const override {
    out += kept_.text.empty() ? "null" : kept_.text;
  }
  void encode(state::Writer& to) const override { ops::encode(to, kept_); }
  void decode(state::Reader& from) override { ops::decode(from, kept_); }
  std::size_t bytes() const override { return sizeof *this + kept_.bytes(); }

 private:
  bool better(const AggregateSpec& spec, Moment moment) const {
    if (kept_.text.empty()) return true;
    switch (spec.function) {
      case Aggregation::first:
        return moment < kept_.moment;
      case Aggregation::last:
        return kept_.moment < moment;
      case Aggregation::first_seen:
        return moment.arrival < kept_.moment.arrival;
      default:
        return kept_.moment.arrival < moment.arrival;
    }
  }
  Kept kept_;  // empty text: nothing yet
};

// ---- min_by, max_by

class ExtremeBy final : public Gathered {
 public:
  Kind kind() const override { return Kind::extreme_by; }
  void add(const AggregateSpec& spec, const AggregateInput& input, Moment moment) override {
    std::string by = compact_text(input.by);
    if (!better(spec, by, moment)) return;
    by_ = std::move(by);
    kept_ = {moment, compact_text(input.value)};
  }
  void merge(const AggregateSpec& spec, const Gathered& other) override {
    const auto& theirs = static_cast<const ExtremeBy&>(other);
    if (theirs.by_.empty() || !better(spec, theirs.by_, theirs.kept_.moment)) return;
    by_ = theirs.by_;
    kept_ = theirs.kept_;
  }
  std::unique_ptr<Gathered> copy() const override { return std::make_unique<ExtremeBy>(*this); }
  void write(const AggregateSpec&, std::string& out) const override {
    out += by_.empty() ? "null" : kept_.text;
  }
  void encode(state::Writer& to) const override {
    to.text(by_);
    ops::encode(to, kept_);
  }
  void decode(state::Reader& from) override {
    by_ = from.text();
    ops::decode(from, kept_);
  }
  std::size_t bytes() const override {
    return sizeof *this + kept_.bytes() + (by_.capacity() > 15 ? by_.capacity() + 1 : 0);
  }

 private:
  bool better(const AggregateSpec& spec, std::string_view by, Moment moment) const {
    if (by_.empty()) return true;
    const int found = order(by, by_);
    if (found == 0) return moment < kept_.moment;
    return spec.function == Aggregation::min_by ? found < 0 : found > 0;
  }
  std::string by_;  // empty: nothing yet
  Kept kept_;
};

// ---- several values

class Several : public Gathered {
 public:
  void encode(state::Writer& to) const override {
    to.flag(truncated_);
    to.number(kept_.size());
    for (const Kept& each : kept_) ops::encode(to, each);
  }
  void decode(state::Reader& from) override {
    truncated_ = from.flag();
    const std::uint64_t count = from.number();
    for (std::uint64_t i = 0; i < count && !from.failed(); ++i) {
      kept_.emplace_back();
      ops::decode(from, kept_.back());
      texts_ += kept_.back().bytes();
    }
  }
  std::size_t bytes() const override { return sizeof *this + kept_.capacity() * sizeof(Kept) + texts_; }
  bool truncated(const AggregateSpec&) const override { return truncated_; }

 protected:
  void write_all(std::string& out, const std::vector<const Kept*>& kept) const {
    out += '[';
    for (const Kept* each : kept) {
      if (each != kept.front()) out += ',';
      out += each->text;
    }
    out += ']';
  }
  std::vector<const Kept*> pointers() const {
    std::vector<const Kept*> all;
    all.reserve(kept_.size());
    for (const Kept& each : kept_) all.push_back(&each);
    return all;
  }
  std::vector<Kept> kept_;
  std::size_t texts_ = 0;  // bytes of them
  bool truncated_ = false;
};

bool earlier(const Kept& a, const Kept& b) {
  return a.moment < b.moment;
}

class Collection final : public Several {
 public:
  Kind kind() const override { return Kind::collection; }
  void add(const AggregateSpec& spec, const AggregateInput& input, Moment moment) override {
    put(spec, {moment, compact_text(input.value)});
  }
  void merge(const AggregateSpec& spec, const Gathered& other) override {
    const auto& theirs = static_cast<const Collection&>(other);
    truncated_ = truncated_ || theirs.truncated_;
    for (const Kept& each : theirs.kept_) put(spec, each);
  }
  std::unique_ptr<Gathered> copy() const override { return std::make_unique<Collection>(*this); }
  void write(const AggregateSpec&, std::string& out) const override {
    std::vector<const Kept*> all = pointers();
    std::sort(all.begin(), all.end(), [](const Kept* a, const Kept* b) { return earlier(*a, *b); });
    write_all(out, all);
  }

 private:
  // At the limit the latest goes: the values are then a heap with that one on top.
  void put(const AggregateSpec& spec, Kept kept) {
    if (kept_.size() < spec.limit) {
      texts_ += kept.bytes();
      kept_.push_back(std::move(kept));
      if (kept_.size() == spec.limit) std::make_heap(kept_.begin(), kept_.end(), earlier);
      return;
    }
    truncated_ = true;
    if (!earlier(kept, kept_.front())) return;
    std::pop_heap(kept_.begin(), kept_.end(), earlier);
    texts_ += kept.bytes();
    texts_ -= kept_.back().bytes();
    kept_.back() = std::move(kept);
    std::push_heap(kept_.begin(), kept_.end(), earlier);
  }
};

// In their final order, at most K.
class Top final : public Several {
 public:
  Kind kind() const override { return Kind::top; }
  void add(const AggregateSpec& spec, const AggregateInput& input, Moment moment) override {
    put(spec, {moment, compact_text(input.value)});
  }
  void merge(const AggregateSpec& spec, const Gathered& other) override {
    for (const Kept& each : static_cast<const Top&>(other).kept_) put(spec, each);
  }
  std::unique_ptr<Gathered> copy() const override { return std::make_unique<Top>(*this); }
  void write(const AggregateSpec&, std::string& out) const override {
    if (kept_.empty()) {
      out += "null";
    } else {
      write_all(out, pointers());
    }
  }

 private:
  static bool before(const AggregateSpec& spec, const Kept& a, const Kept& b) {
    const int found = order(a.text, b.text);
    if (found == 0) return a.moment < b.moment;
    return spec.function == Aggregation::bottomk ? found < 0 : found > 0;
  }
  void put(const AggregateSpec& spec, Kept kept) {
    if (kept_.size() >= spec.limit && !before(spec, kept, kept_.back())) return;
    if (spec.function == Aggregation::topk_distinct) {
      const auto same = std::find_if(kept_.begin(), kept_.end(),
                                     [&](const Kept& each) { return order(each.text, kept.text) == 0; });
      if (same != kept_.end()) {
        if (same->moment < kept.moment) return;
        texts_ -= same->bytes();
        kept_.erase(same);
      }
    }
    const auto at = std::upper_bound(kept_.begin(), kept_.end(), kept,
                                     [&](const Kept& a, const Kept& b) { return before(spec, a, b); });
    texts_ += kept.bytes();
    kept_.insert(at, std::move(kept));
    if (kept_.size() <= spec.limit) return;
    texts_ -= kept_.back().bytes();
    kept_.pop_back();
  }
};

}  // namespace

std::unique_ptr<Gathered> make_edge() {
  return std::make_unique<Edge>();
}
std::unique_ptr<Gathered> make_extreme_by() {
  return std::make_unique<ExtremeBy>();
}
std::unique_ptr<Gathered> make_collection() {
  return std::make_unique<Collection>();
}
std::unique_ptr<Gathered> make_top() {
  return std::make_unique<Top>();
}

}  // namespace weir::ops
