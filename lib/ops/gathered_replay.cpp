// An aggregate that takes events back although it cannot compute backwards: it keeps what each event gave, and computes
// anew when it is asked. The result is that of the events that are left.
#include <map>
#include <utility>

#include "json/canonical.h"
#include "json/cursor.h"
#include "json/number.h"
#include "ops/aggregate_cell.h"

namespace weir::ops {
namespace {

class Replay final : public Gathered {
 public:
  Kind kind() const override { return Kind::replay; }
  void add(const AggregateSpec& spec, const AggregateInput& input, Moment moment) override {
    const bool has_by = !spec.by.empty();
    put({moment, compact_text(input.value)}, has_by ? compact_text(input.by) : std::string());
  }
  void remove(const AggregateSpec&, const AggregateInput&, Moment moment) override {
    const auto found = events_.find(moment.arrival);
    if (found == events_.end()) return;
    texts_ -= bytes_of_event(found->second);
    events_.erase(found);
  }
  void merge(const AggregateSpec&, const Gathered& other) override {
    for (const auto& [arrival, event] : static_cast<const Replay&>(other).events_) put(event.value, event.by);
  }
  std::unique_ptr<Gathered> copy() const override { return std::make_unique<Replay>(*this); }
  void write(const AggregateSpec& spec, std::string& out) const override {
    (void)ops::write(computed(spec), spec, out);
  }
  bool truncated(const AggregateSpec& spec) const override {
    return spec.function == Aggregation::collect && events_.size() > spec.limit;
  }
  void encode(state::Writer& to) const override {
    to.number(events_.size());
    for (const auto& [arrival, event] : events_) {
      ops::encode(to, event.value);
      to.text(event.by);
    }
  }
  void decode(state::Reader& from) override {
    const std::uint64_t size = from.number();
    for (std::uint64_t i = 0; i < size && !from.failed(); ++i) {
      Kept value;
      ops::decode(from, value);
      put(std::move(value), std::string(from.text()));
    }
  }
  std::size_t bytes() const override {
    constexpr std::size_t kNodeBytes = 40;
    return sizeof *this + events_.size() * (sizeof(Event) + kNodeBytes) + texts_;
  }

 private:
  struct Event {
    Kept value;
    std::string by;
  };
  static std::size_t bytes_of_event(const Event& event) {
    return event.value.bytes() + (event.by.capacity() > 15 ? event.by.capacity() + 1 : 0);
  }
  void put(Kept value, std::string by) {
    const auto [at, added] =
        events_.try_emplace(value.moment.arrival, Event{std::move(value), std::move(by)});
    if (added) texts_ += bytes_of_event(at->second);
  }
  AggregateCell computed(const AggregateSpec& spec) const {
    AggregateCell cell = make_cell(spec, false);
    for (const auto& [arrival, event] : events_) {
      AggregateInput input;
      input.counts = true;
      input.value = json::parse_value(event.value.text);
      input.by = json::parse_value(event.by);
      input.number = number_of(input.value);
      ops::add(cell, spec, input, event.value.moment);
    }
    return cell;
  }

  std::map<std::uint64_t, Event> events_;  // by arrival
  std::size_t texts_ = 0;
};

}  // namespace

Number number_of(const expr::Value& value) {
  Number number;
  if (value.kind != json::Kind::number) return number;
  if (value.integer) {
    if (const auto whole = json::to_int64(value.raw())) {
      number.whole = *whole;
      return number;
    }
  }
  number.integer = false;
  number.real = json::to_double(value.raw());
  return number;
}

std::unique_ptr<Gathered> make_gathered(Gathered::Kind kind) {
  switch (kind) {
    case Gathered::Kind::edge:
      return make_edge();
    case Gathered::Kind::extreme_by:
      return make_extreme_by();
    case Gathered::Kind::collection:
      return make_collection();
    case Gathered::Kind::top:
      return make_top();
    case Gathered::Kind::ordered_set:
      return make_ordered_set();
    case Gathered::Kind::distinct_count:
      return make_distinct_count();
    case Gathered::Kind::approx_distinct:
      return make_approx_distinct();
    case Gathered::Kind::percentile:
      return make_percentile();
    case Gathered::Kind::approx_percentile:
      return make_approx_percentile();
    case Gathered::Kind::replay:
      return make_replay();
  }
  return nullptr;
}

std::unique_ptr<Gathered> make_replay() {
  return std::make_unique<Replay>();
}

}  // namespace weir::ops
