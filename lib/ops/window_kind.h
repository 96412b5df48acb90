// What sets the kinds of windows apart: which windows an event belongs to, what is kept of them, and when they close.
// Threads: the loop's.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "ops/aggregates.h"
#include "ops/event_clock.h"
#include "ops/group_key.h"
#include "ops/window.h"
#include "ops/window_rows.h"
#include "state/buckets.h"

namespace weir::ops {

class WindowKind {
 public:
  struct Parts {
    const WindowSettings& settings;
    const Aggregates& aggregates;  // the event to be taken was read last
    WindowRows& rows;
    state::Store& store;
  };
  explicit WindowKind(const Parts& parts) : parts_(parts) {}
  virtual ~WindowKind() = default;

  // The event that the aggregates have read; `ts` is kBeforeAll where windows of rows have no time. False: it is late as a whole, and nothing changed.
  virtual bool take(std::string_view key, std::int64_t ts) = 0;
  // Keys of events that take() is going to be called for: a kind may bring closer what it has of them. Nothing changes.
  virtual void fetch(std::span<const std::string_view>) {}
  // The watermark has moved: what is due is written, what closes is forgotten. Called with kAfterAll at the end.
  virtual void advance(std::int64_t watermark) = 0;
  // A tick of the wall (Emit::early_wall).
  virtual void tick() {}
  // No later row will have a time below this.
  virtual std::int64_t promised(std::int64_t watermark) const {
    return minus(watermark, settings().grace_ms);
  }
  virtual void save(state::Writer&) const {}
  virtual void load(state::Reader&) {}  // the entries are loaded before

 protected:
  using Emit = WindowSettings::Emit;
  const WindowSettings& settings() const { return parts_.settings; }
  const Aggregates& aggregates() const { return parts_.aggregates; }
  WindowRows& rows() const { return parts_.rows; }
  state::Store& store() const { return parts_.store; }
  bool several_rows() const { return settings().emit != Emit::final_rows; }
  // Have so many milliseconds of the watermark gone by that changed windows are due (Emit::early_time)?
  bool early_due(std::int64_t before, std::int64_t watermark) const;

 private:
  const Parts parts_;
};

// One window of one key.
struct WindowEntry {
  AggregateState state;
  std::unique_ptr<Pane> pane;  // only where a window has several rows

  Pane& history() {
    if (pane == nullptr) pane = std::make_unique<Pane>();
    return *pane;
  }
  void encode(base::Buffer& to) const;
  static bool decode(std::string_view from, WindowEntry& to);
  std::size_t bytes() const { return state.bytes() + (pane == nullptr ? 0 : pane->bytes()); }
};

std::unique_ptr<WindowKind> make_fixed_windows(
    const WindowKind::Parts& parts);  // tumbling, hopping, calendar
std::unique_ptr<WindowKind> make_sliced_windows(const WindowKind::Parts& parts);  // hopping, final rows
std::unique_ptr<WindowKind> make_sliding_windows(const WindowKind::Parts& parts);
std::unique_ptr<WindowKind> make_session_windows(const WindowKind::Parts& parts);
std::unique_ptr<WindowKind> make_row_windows(const WindowKind::Parts& parts);

}  // namespace weir::ops
