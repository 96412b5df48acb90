// window: groups events by key and time, and writes what its aggregates say of each group. One operator for all kinds of
// windows; what sets them apart is a WindowKind.
//
//   ops::WindowSettings settings;                       // plain values, no flags
//   settings.kind = ops::WindowSettings::Kind::tumbling;
//   settings.size_ms = 60'000;
//   settings.by = {{"user", ".user"}};
//   settings.aggregates = {ops::parse_aggregate("n=count()")};
//   settings.times.ts = base::parse_field(".at");
//   state::Store store;
//   ops::Window window(settings, store);                // drive it with on_batch, on_mark, on_end
//
// For each event, in this order: the watermark moves by its time, what that closes is written, the event is taken. So a
// result depends on the events and their order alone, and not on how they were batched.
// Events that are dropped: tombstones and those whose key is null. Rows are in (end, start, key) order within one step.
// Threads: the loop's.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/zone.h"
#include "expr/fields.h"
#include "ops/aggregates.h"
#include "ops/event_clock.h"
#include "ops/event_times.h"
#include "ops/events_ahead.h"
#include "ops/late_events.h"
#include "ops/output_rows.h"
#include "ops/watermark_lines.h"
#include "state/store.h"
#include "stream/stage.h"

namespace weir::ops {

struct WindowSettings {
  enum class Kind { tumbling, hopping, sliding, sliding_both, session, rows, day, week, month };
  enum class Emit {
    final_rows,   // one row when a window closes
    changes,      // one for each event and window it changes
    ontime,       // one when the watermark has passed the end, then one for each late event
    early_count,  // one at every Nth event of a window, and the final one
    early_time,   // one of each changed window whenever the watermark has moved on so far, and the final one
    early_wall,   // the same by ticks of the loop
  };
  enum class Times { rfc3339, ms };
  struct Group {
    std::string name;  // of the member in the row
    std::string expression;
  };

  Kind kind = Kind::tumbling;
  std::int64_t size_ms = 0;   // also a session's gap and how far a sliding window reaches back
  std::int64_t every_ms = 0;  // hopping
  std::int64_t align_ms = 0;  // tumbling, hopping: where windows begin, from the epoch
  std::uint64_t rows = 0;     // rows
  base::Zone zone = {};       // of days, weeks and months

  std::vector<Group> by;
  std::vector<AggregateSpec> aggregates;
  EventTimes::Settings times;
  std::size_t inputs = 1;
  std::int64_t bound_ms = 0, grace_ms = 0;
  std::optional<std::int64_t> idle_ms;  // by ticks of the loop
  LateEvents::To late = LateEvents::To::drop;

  Emit emit = Emit::final_rows;
  std::uint64_t early_count = 0;
  std::int64_t early_ms = 0;
  bool only_changed = false;  // with changes: not where the row would be the same
  std::string having;         // of a row; empty: all
  std::optional<std::string>
      fill;               // JSON of each aggregate in a window without events between two of its key
  bool envelope = false;  // -J
  bool key_by_window = false;
  Times time_format = Times::rfc3339;
  std::optional<std::int64_t> wm_step_ms;  // --watermarks

  expr::Setup setup;
  expr::Evaluator::Settings evaluator;
};

class WindowKind;
class WindowRows;

class Window final : public stream::Operator, public state::Part {
 public:
  // Throws Error(Kind::usage) for an expression or aggregate that is none, and for settings that exclude each other.
  // `store` outlives the window.
  Window(const WindowSettings& settings, state::Store& store);
  ~Window() override;

  bool takes() const override { return true; }
  stream::Flow on_batch(stream::Batch& batch, stream::Context& context) override;
  stream::Flow on_mark(const stream::Mark& mark, stream::Context& context) override;
  stream::Flow on_end(stream::Context& context) override;
  void tell_chances(stream::Chances& to) const;

  // The clock and the number of arrivals; entries are the store's own business.
  void save(state::Writer& to) const override;
  void load(state::Reader& from) override;

  const Aggregates& aggregates() const { return aggregates_; }
  const expr::Fields& fields() const { return fields_; }  // for --explain
  std::uint64_t beyond_doubles() const;  // rows with a null for a result that no double can hold

 private:
  bool read(const stream::Batch& batch, std::size_t row, stream::Context& context);
  bool take_ahead(const stream::Batch& batch, stream::Context& context);
  bool take(const stream::Batch& batch, const EventsAhead::Event& event, stream::Context& context);
  bool bad(const stream::Batch& batch, std::size_t row, const stream::Fault& fault, stream::Context& context);
  bool make_key(std::string& key);
  void moved(std::int64_t watermark, stream::Context& context);
  stream::Flow hand_on(stream::Context& context);

  const WindowSettings settings_;
  state::Store& store_;
  Aggregates aggregates_;
  EventTimes times_;
  std::size_t first_by_, first_aggregate_;  // places in fields_
  expr::Fields fields_;
  const std::size_t most_ahead_;
  EventsAhead ahead_;
  EventClock clock_;
  std::int64_t watermark_ = kBeforeAll;
  std::uint64_t arrivals_ = 0;
  bool ticks_wrote_ = false;
  OutputRows out_;
  LateEvents late_;
  WatermarkLines watermarks_;
  std::unique_ptr<WindowRows> rows_;
  std::unique_ptr<WindowKind> kind_;
  std::optional<stream::Fault> key_fault_;
};

}  // namespace weir::ops
