// Sliding windows: one for each event time t of a key, [t - d, t], and with sliding_both one [t + 1, t + 1 + d] where that
// has events. Events of one time are a slice; a window is what the slices in it are together.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "ops/window_kind.h"

namespace weir::ops {
namespace {

// The times of a key's slices and the ends of its open windows, both in order.
struct SlidingTimes {
  std::vector<std::int64_t> slices, ends;

  void encode(base::Buffer& to) const {
    state::Writer writer(to);
    for (const auto* times : {&slices, &ends}) {
      writer.number(times->size());
      for (const std::int64_t time : *times) writer.integer(time);
    }
  }
  static bool decode(std::string_view from, SlidingTimes& to) {
    state::Reader reader(from);
    for (auto* times : {&to.slices, &to.ends}) {
      const std::uint64_t count = reader.number();
      for (std::uint64_t i = 0; i < count && !reader.failed(); ++i) times->push_back(reader.integer());
    }
    return reader.done();
  }
  std::size_t bytes() const { return (slices.capacity() + ends.capacity()) * sizeof(std::int64_t); }
};

// False: it was there.
bool insert(std::vector<std::int64_t>& times, std::int64_t time) {
  const auto at = std::lower_bound(times.begin(), times.end(), time);
  if (at != times.end() && *at == time) return false;
  times.insert(at, time);
  return true;
}

void remove(std::vector<std::int64_t>& times, std::int64_t time) {
  const auto at = std::lower_bound(times.begin(), times.end(), time);
  if (at != times.end() && *at == time) times.erase(at);
}

class SlidingWindows final : public WindowKind {
 public:
  explicit SlidingWindows(const Parts& parts)
      : WindowKind(parts),
        reach_(parts.settings.size_ms),
        both_(parts.settings.kind == WindowSettings::Kind::sliding_both),
        slices_(parts.store, "slices", &sort_by_json),
        windows_(parts.store, "windows", &sort_by_json),
        times_(parts.store, "times") {}

  bool take(std::string_view key, std::int64_t ts) override {
    const bool own_is_open = closed_to_ <= ts;
    SlidingTimes* times = times_.find(0, key);
    if (!own_is_open && (times == nullptr || !any_within(times->ends, ts, plus(ts, reach_)))) return false;
    if (times == nullptr) times = &times_.at(0, key);
    insert(times->slices, ts);
    WindowEntry& slice = slices_.at(ts, key);
    aggregates().add(slice.state);
    if (several_rows()) ++slice.history().events;
    slices_.changed(ts, slice);
    if (own_is_open) open(key, *times, ts);
    if (both_) open_behind(key, *times, ts);
    times_.changed(0, *times);
    if (several_rows()) emit(key, *times, ts);
    return true;
  }

  void advance(std::int64_t watermark) override {
    const std::int64_t before = std::exchange(watermark_, watermark);
    closed_to_ = minus(watermark, settings().grace_ms);
    if (settings().emit == Emit::ontime) write_on_time(before);
    close();
    if (settings().emit == Emit::early_time && early_due(before, watermark)) tick();
  }

  void tick() override {
    for (auto end = windows_.first_bucket(); end; end = windows_.next_bucket(*end)) {
      windows_.each_sorted(*end, [&](std::string_view key, WindowEntry& window) {
        if (window.history().changed) write(key, *end, window, "early");
        windows_.changed(*end, window);
      });
    }
  }

  void save(state::Writer& to) const override { to.integer(watermark_); }
  void load(state::Reader& from) override {
    watermark_ = from.integer();
    closed_to_ = minus(watermark_, settings().grace_ms);
  }

 private:
  static bool any_within(const std::vector<std::int64_t>& times, std::int64_t from, std::int64_t to) {
    const auto at = std::lower_bound(times.begin(), times.end(), from);
    return at != times.end() && *at <= to;
  }

  void open(std::string_view key, SlidingTimes& times, std::int64_t end) {
    if (!insert(times.ends, end)) return;
    WindowEntry& window = windows_.at(end, key);
    windows_.changed(end, window);
  }

  // The windows behind an event time that hold an event now: those behind earlier times hold this one.
  void open_behind(std::string_view key, SlidingTimes& times, std::int64_t ts) {
    const auto begin = std::lower_bound(times.slices.begin(), times.slices.end(), ts - reach_ - 1);
    std::vector<std::int64_t> ends;
    for (auto at = begin; at != times.slices.end() && *at <= ts; ++at) {
      const std::int64_t end = *at + 1 + reach_;
      if (closed_to_ <= end && any_within(times.slices, *at + 1, end)) ends.push_back(end);
    }
    for (const std::int64_t end : ends) open(key, times, end);
  }

  template <typename Visit>
  void each_slice(std::string_view key, const SlidingTimes& times, std::int64_t end, Visit visit) {
    const auto from = std::lower_bound(times.slices.begin(), times.slices.end(), end - reach_);
    for (auto at = from; at != times.slices.end() && *at <= end; ++at) visit(*slices_.find(*at, key));
  }

  // Every window that holds the event, in order of their ends.
  void emit(std::string_view key, const SlidingTimes& times, std::int64_t ts) {
    const std::vector<std::int64_t> ends(
        std::lower_bound(times.ends.begin(), times.ends.end(), ts),
        std::upper_bound(times.ends.begin(), times.ends.end(), plus(ts, reach_)));
    for (const std::int64_t end : ends) {
      WindowEntry& window = *windows_.find(end, key);
      Pane& pane = window.history();
      pane.events = 0;
      each_slice(key, times, end, [&](WindowEntry& slice) { pane.events += slice.history().events; });
      pane.changed = true;
      if (settings().emit == Emit::changes) {
        write(key, end, window, "update");
      } else if (settings().emit == Emit::early_count && pane.events % settings().early_count == 0) {
        write(key, end, window, "early");
      } else if (settings().emit == Emit::ontime && watermark_ > end) {
        pane.fired = true;
        write(key, end, window, "late");
      }
      windows_.changed(end, window);
    }
  }

  void write(std::string_view key, std::int64_t end, WindowEntry& window, std::string_view pane) {
    AggregateState whole;
    each_slice(key, *times_.find(0, key), end,
               [&](WindowEntry& slice) { aggregates().merge(whole, slice.state); });
    rows().write({.key = key,
                  .start = end - reach_,
                  .end = end,
                  .ts = end,
                  .state = &whole,
                  .pane = pane,
                  .history = several_rows() ? &window.history() : nullptr});
  }

  void write_on_time(std::int64_t before) {
    auto end = before == kBeforeAll ? windows_.first_bucket() : windows_.next_bucket(before - 1);
    for (; end && *end < watermark_; end = windows_.next_bucket(*end)) {
      windows_.each_sorted(*end, [&](std::string_view key, WindowEntry& window) {
        if (!std::exchange(window.history().fired, true)) write(key, *end, window, "ontime");
        windows_.changed(*end, window);
      });
    }
  }

  void close() {
    const bool final_row = settings().emit != Emit::changes && settings().emit != Emit::ontime;
    for (auto end = windows_.first_bucket(); end && *end < closed_to_; end = windows_.first_bucket()) {
      windows_.each_sorted(*end, [&](std::string_view key, WindowEntry& window) {
        if (final_row) write(key, *end, window, "final");
        SlidingTimes& times = *times_.find(0, key);
        remove(times.ends, *end);
        times_.changed(0, times);
      });
      windows_.drop(*end);
    }
    // A slice goes when no window that holds it, or begins behind it, can be open.
    for (auto time = slices_.first_bucket(); time && plus(*time, reach_ + 1) < closed_to_;
         time = slices_.first_bucket()) {
      std::vector<std::string> spent;
      slices_.each(*time, [&](std::string_view key, WindowEntry&) {
        SlidingTimes& times = *times_.find(0, key);
        remove(times.slices, *time);
        times_.changed(0, times);
        if (times.slices.empty() && times.ends.empty()) spent.emplace_back(key);
      });
      slices_.drop(*time);
      for (const std::string& key : spent) times_.erase(0, key);
    }
  }

  const std::int64_t reach_;
  const bool both_;
  state::Buckets<WindowEntry> slices_;   // by time
  state::Buckets<WindowEntry> windows_;  // by end; their states stay empty
  state::Buckets<SlidingTimes> times_;   // all in bucket 0
  std::int64_t watermark_ = kBeforeAll;
  std::int64_t closed_to_ = kBeforeAll;  // the watermark minus the grace
};

}  // namespace

std::unique_ptr<WindowKind> make_sliding_windows(const WindowKind::Parts& parts) {
  return std::make_unique<SlidingWindows>(parts);
}

}  // namespace weir::ops
