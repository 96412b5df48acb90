// Tumbling, hopping and calendar windows: each an entry in the bucket of its end.
#include <algorithm>
#include <utility>
#include <vector>

#include "ops/window_kind.h"
#include "ops/window_layout.h"

namespace weir::ops {
namespace {

// The newest window of a key that was written, for --fill.
struct Newest {
  std::int64_t number = 0;
  void encode(base::Buffer& to) const { state::Writer(to).integer(number); }
  static bool decode(std::string_view from, Newest& to) {
    state::Reader reader(from);
    to.number = reader.integer();
    return reader.done();
  }
  static constexpr std::size_t bytes() { return 0; }
};

class FixedWindows final : public WindowKind {
 public:
  explicit FixedWindows(const Parts& parts)
      : WindowKind(parts),
        layout_(parts.settings),
        windows_(parts.store, "windows", &sort_by_json),
        newest_(parts.store, "filled") {}

  bool take(std::string_view key, std::int64_t ts) override {
    if (ts < one_.start || ts >= one_.end) {
      numbers_ = layout_.of(ts);
      // It is the one window of all its times only where the next begins no sooner than it ends.
      const Span span = layout_.span(numbers_.last);
      one_ = layout_.span(numbers_.last + 1).start >= span.end ? span : Span{0, 0};
    }
    if (one_.end != one_.start) return take_into(key, one_);
    bool taken = false;
    for (std::int64_t number = numbers_.first; number <= numbers_.last; ++number)
      taken = take_into(key, layout_.span(number)) || taken;
    return taken;
  }

  // Most go where the one before went.
  void fetch(std::span<const std::string_view> keys) override {
    if (one_.end != one_.start) windows_.fetch(one_.end, keys);
  }

  void advance(std::int64_t watermark) override {
    const std::int64_t before = std::exchange(watermark_, watermark);
    closed_to_ = minus(watermark, settings().grace_ms);
    if (settings().emit == Emit::ontime) write_on_time(before);
    if (closed_to_ >= first_end_) close();
    if (settings().emit == Emit::early_time && early_due(before, watermark)) tick();
  }

  void tick() override {
    for (auto end = windows_.first_bucket(); end; end = windows_.next_bucket(*end)) {
      const Span span = layout_.span(layout_.ending_at(*end));
      windows_.each_sorted(*end, [&](std::string_view key, WindowEntry& entry) {
        if (entry.history().changed) write(key, span, entry, "early");
        windows_.changed(*end, entry);
      });
    }
  }

  void save(state::Writer& to) const override { to.integer(watermark_); }
  void load(state::Reader& from) override {
    watermark_ = from.integer();
    closed_to_ = minus(watermark_, settings().grace_ms);
    first_end_ = windows_.first_bucket().value_or(kAfterAll);
  }

 private:
  bool take_into(std::string_view key, const Span& span) {
    if (closed_to_ >= span.end) return false;
    WindowEntry& entry = windows_.at(span.end, key);
    aggregates().add(entry.state);
    first_end_ = std::min(first_end_, span.end);
    if (several_rows()) emit(key, span, entry);
    windows_.changed(span.end, entry);
    return true;
  }

  void emit(std::string_view key, const Span& span, WindowEntry& entry) {
    Pane& pane = entry.history();
    ++pane.events;
    pane.changed = true;
    switch (settings().emit) {
      case Emit::changes:
        return write(key, span, entry, "update");
      case Emit::ontime:
        if (watermark_ >= span.end) write(key, span, entry, "late");
        return;
      case Emit::early_count:
        if (pane.events % settings().early_count == 0) write(key, span, entry, "early");
        return;
      default:
        return;
    }
  }

  void write(std::string_view key, const Span& span, WindowEntry& entry, std::string_view pane) {
    rows().write({.key = key,
                  .start = span.start,
                  .end = span.end,
                  .ts = span.end - 1,
                  .state = &entry.state,
                  .pane = pane,
                  .history = several_rows() ? &entry.history() : nullptr});
  }

  // Windows whose end the watermark has passed just now, closed or not.
  void write_on_time(std::int64_t before) {
    for (auto end = windows_.next_bucket(before); end && *end <= watermark_;
         end = windows_.next_bucket(*end)) {
      const Span span = layout_.span(layout_.ending_at(*end));
      windows_.each_sorted(*end, [&](std::string_view key, WindowEntry& entry) {
        write(key, span, entry, "ontime");
        windows_.changed(*end, entry);
      });
    }
  }

  void close() {
    const bool final_row = settings().emit != Emit::changes && settings().emit != Emit::ontime;
    if (settings().fill) return close_and_fill();
    for (auto end = windows_.first_bucket(); end && *end <= closed_to_; end = windows_.first_bucket()) {
      const Span span = layout_.span(layout_.ending_at(*end));
      if (final_row) {
        windows_.each_sorted(
            *end, [&](std::string_view key, WindowEntry& entry) { write(key, span, entry, "final"); });
      }
      windows_.drop(*end);
    }
    first_end_ = windows_.first_bucket().value_or(kAfterAll);
  }

  // With the empty windows since the last one of the same key, all in the order of their ends.
  void close_and_fill() {
    struct Row {
      std::int64_t number;
      std::string sort_key, key;
      std::optional<AggregateState> state;
    };
    std::vector<Row> due;
    for (auto end = windows_.first_bucket(); end && *end <= closed_to_; end = windows_.first_bucket()) {
      const std::int64_t number = layout_.ending_at(*end);
      windows_.each_sorted(*end, [&](std::string_view key, WindowEntry& entry) {
        base::Buffer sort_key;
        sort_by_json(key, sort_key);
        Newest* newest = newest_.find(0, key);
        if (newest != nullptr) {
          for (std::int64_t empty = newest->number + 1; empty < number; ++empty) {
            const Span span = layout_.span(empty);
            if (span.start == span.end) continue;  // a day that was left out: Samoa had no 30 December 2011
            due.push_back({empty, std::string(sort_key.view()), std::string(key), std::nullopt});
          }
        } else {
          newest = &newest_.at(0, key);
        }
        newest->number = number;
        newest_.changed(0, *newest);
        due.push_back({number, std::string(sort_key.view()), std::string(key), std::move(entry.state)});
      });
      windows_.drop(*end);
    }
    first_end_ = windows_.first_bucket().value_or(kAfterAll);
    std::stable_sort(due.begin(), due.end(), [](const Row& a, const Row& b) {
      return a.number != b.number ? a.number < b.number : a.sort_key < b.sort_key;
    });
    for (const Row& row : due) {
      const Span span = layout_.span(row.number);
      rows().write({.key = row.key,
                    .start = span.start,
                    .end = span.end,
                    .ts = span.end - 1,
                    .state = row.state ? &*row.state : nullptr});
    }
  }

  WindowLayout layout_;
  state::Buckets<WindowEntry> windows_;  // by end
  state::Buckets<Newest> newest_;        // with --fill, all in bucket 0
  Span one_{0, 0};                       // the window of the event before, if it was in one alone
  WindowLayout::Numbers numbers_;
  std::int64_t watermark_ = kBeforeAll;
  std::int64_t closed_to_ = kBeforeAll;  // the watermark minus the grace
  std::int64_t first_end_ = kAfterAll;   // of all windows there are
};

}  // namespace

std::unique_ptr<WindowKind> make_fixed_windows(const WindowKind::Parts& parts) {
  return std::make_unique<FixedWindows>(parts);
}

}  // namespace weir::ops
