// Hopping windows with one row each. An event goes into one slice, as long as the greatest common divisor of size and hop,
// and a window is what its slices are together; so an event costs the same however many windows it is in.
#include <algorithm>
#include <map>
#include <numeric>
#include <string>
#include <utility>

#include "base/civil.h"
#include "ops/window_kind.h"
#include "ops/window_layout.h"

namespace weir::ops {
namespace {

class SlicedWindows final : public WindowKind {
 public:
  explicit SlicedWindows(const Parts& parts)
      : WindowKind(parts),
        layout_(parts.settings),
        width_(std::gcd(parts.settings.size_ms, parts.settings.every_ms)),
        slices_(parts.store, "slices", &sort_by_json) {}

  bool take(std::string_view key, std::int64_t ts) override {
    if (ts < slice_.start || ts >= slice_.end) find_slice(ts);
    // Late only when the last of its windows is closed.
    if (closed_to_ >= last_end_) return false;
    WindowEntry& entry = slices_.at(slice_.end, key);
    aggregates().add(entry.state);
    slices_.changed(slice_.end, entry);
    next_end_ = std::min(next_end_, std::max(first_end_, after_written()));
    return true;
  }

  void advance(std::int64_t watermark) override {
    closed_to_ = minus(watermark, settings().grace_ms);
    while (next_end_ != kAfterAll && closed_to_ >= next_end_) {
      write_window(next_end_);
      written_to_ = next_end_;
      drop_spent();
      find_next();
    }
  }

  void save(state::Writer& to) const override {
    to.integer(closed_to_);
    to.integer(written_to_);
  }
  void load(state::Reader& from) override {
    closed_to_ = from.integer();
    written_to_ = from.integer();
    find_next();
    if (next_end_ != kAfterAll) next_end_ = std::max(next_end_, after_written());
  }

 private:
  void find_slice(std::int64_t ts) {
    const std::int64_t align = settings().align_ms;
    slice_.start = base::floor_div(ts - align, width_) * width_ + align;
    slice_.end = slice_.start + width_;
    const WindowLayout::Numbers numbers = layout_.of(slice_.start);
    first_end_ = layout_.span(numbers.first).end;
    last_end_ = layout_.span(numbers.last).end;
  }

  // The first window end that has not been written yet. An event that is late for some of its windows and not for others
  // must not bring back one that is closed.
  std::int64_t after_written() const {
    const std::int64_t closed = std::max(written_to_, closed_to_);
    if (closed == kBeforeAll) return kBeforeAll;
    const std::int64_t every = settings().every_ms, base = settings().align_ms + settings().size_ms;
    return (base::floor_div(closed - base, every) + 1) * every + base;
  }

  void find_next() {
    const auto first = slices_.first_bucket();
    next_end_ = kAfterAll;
    if (!first) return;
    const WindowLayout::Numbers numbers = layout_.of(*first - width_);
    const std::int64_t end = layout_.span(numbers.first).end;
    next_end_ = written_to_ == kBeforeAll ? end : std::max(end, plus(written_to_, settings().every_ms));
  }

  // Slices whose last window has been written.
  void drop_spent() {
    for (auto slice = slices_.first_bucket(); slice; slice = slices_.first_bucket()) {
      if (layout_.span(layout_.of(*slice - width_).last).end > written_to_) return;
      slices_.drop(*slice);
    }
  }

  void write_window(std::int64_t end) {
    const std::int64_t start = end - settings().size_ms;
    std::map<std::string, std::pair<std::string, AggregateState>> merged;  // by sort key
    base::Buffer sort_key;
    for (auto slice = slices_.next_bucket(start); slice && *slice <= end;
         slice = slices_.next_bucket(*slice)) {
      slices_.each(*slice, [&](std::string_view key, WindowEntry& entry) {
        sort_key.clear();
        sort_by_json(key, sort_key);
        auto& [name, state] = merged[std::string(sort_key.view())];
        name = key;
        aggregates().merge(state, entry.state);
      });
    }
    for (const auto& [order, group] : merged) {
      rows().write({.key = group.first, .start = start, .end = end, .ts = end - 1, .state = &group.second});
    }
  }

  WindowLayout layout_;
  const std::int64_t width_;
  state::Buckets<WindowEntry> slices_;  // by end
  // The slice of the event before, and the first and last end of the windows that it is part of.
  Span slice_{0, 0};
  std::int64_t first_end_ = 0, last_end_ = 0;
  std::int64_t closed_to_ = kBeforeAll;   // the watermark minus the grace
  std::int64_t written_to_ = kBeforeAll;  // the end of the window written last
  std::int64_t next_end_ = kAfterAll;     // of the next one
};

}  // namespace

std::unique_ptr<WindowKind> make_sliced_windows(const WindowKind::Parts& parts) {
  return std::make_unique<SlicedWindows>(parts);
}

}  // namespace weir::ops
