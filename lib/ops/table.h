// Folds events into the latest row per key.
//
//   upsert    an event takes the place of its key's row, or with Settings::patch merges its members into it
//   delete    an event without a value, or one that deletes by its condition; of an absent key it does nothing
//   shown     rows of which RowFields says so: one that ends to be shown is deleted for whoever reads the result
//   version   versioned, an event older than the newest of its key is dropped, deletes included; else the last one wins
//   expiry    a row whose time lies further than the ttl behind the watermark is deleted, in order of (expiry, key)
//
// Writes, as Settings::show says: all rows in key order at the end; those when a source has caught up (stream::CaughtUp)
// and every change from then on; or every change with the row before and after it.
// Order per event: its time moves the watermark, what expires goes, then the event itself.
// With groups the rows that are written are theirs: an event changes the group that its row was of, then the one that it is
// of now, or both as one.
// A run that goes on another time (on_suspend) writes its rows as at the end, and no end of time is reached: the rows of
// the whole table each time, changes only as they happen.
// State: Buckets "rows" of the store, bucket 0. Threads: the loop's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ops/event_clock.h"
#include "ops/latest_row.h"
#include "ops/row_fields.h"
#include "ops/table_events.h"
#include "ops/table_groups.h"
#include "ops/table_output.h"
#include "ops/watermark_lines.h"
#include "state/buckets.h"
#include "state/timers.h"
#include "stream/stage.h"

namespace weir::ops {

class Table final : public stream::Operator, public state::Part {
 public:
  enum class Show {
    rows,      // at the end
    followed,  // rows when all that was there has been read, then changes
    changes,   // old and new
  };
  struct Settings {
    Show show = Show::rows;
    bool only_changed = false;  // an upsert that changes nothing is not written
    bool patch = false;
    bool versioned = false;           // requires that every event has a time
    std::optional<std::int64_t> ttl;  // ms; requires a clock
    std::vector<std::string>
        get;  // keys: the row of the first that has one is all there is to write; empty: all
    std::optional<std::int64_t> wm_step;  // ms; of watermark lines; none: none are written. Requires a clock
    std::size_t row_bytes_max = 16u << 20;  // of a row that was merged
    // Show::followed, gone on with: whoever reads has not seen the rows, which come first and as they were saved.
    bool rows_again = false;
  };
  // Borrows all. `clock`: null: nothing depends on event time. `groups`: null: rows stand for themselves.
  Table(TableEvents& events, RowFields& fields, TableGroups* groups, TableOutput& output, EventClock* clock,
        state::Store& store, Settings settings);

  stream::Flow on_batch(stream::Batch& batch, stream::Context& context) override;
  stream::Flow on_mark(const stream::Mark& mark, stream::Context& context) override;
  stream::Flow on_end(stream::Context& context) override;
  stream::Flow on_suspend(stream::Context& context) override;
  bool takes() const override { return true; }
  void tell_chances(stream::Chances& to) const;

  // All but the rows, which are the store's own business.
  void save(state::Writer& to) const override;
  void load(state::Reader& from) override;

  bool found() const { return found_; }  // some row was written at the end

 private:
  enum class Taken { yes, no, late, bad, counted };  // counted: taken, and bad in part, which has been told
  struct At {                                        // an event, for whoever tells of a bad one
    const stream::Batch& batch;
    std::size_t row;
    stream::Context& context;
  };
  static constexpr std::int64_t kBucket = 0;

  bool handle(const At& at);
  Taken take(const TableEvent& event, const At& at);
  void remove(const TableEvent& event, LatestRow& row, stream::Context& context);
  Taken put(const TableEvent& event, LatestRow* row, const At& at);
  void start_to_follow(stream::Context& context);
  void moved(std::int64_t watermark, stream::Context& context);
  bool merge(const TableEvent& event, const LatestRow* row, RowText& now);
  void expire(std::int64_t watermark, stream::Context& context);
  void expire_at(std::int64_t time, const std::string& key, stream::Context& context);
  void go_on(stream::Context& context);
  stream::Flow write_end(std::int64_t watermark, stream::Context& context);
  void arm(LatestRow& row, std::string_view key);
  bool changes_show() const { return settings_.show == Show::changes || caught_up_; }
  bool wanted(std::string_view key) const;
  // What is shown of the row of `key` becomes `now`; fields_ has looked at that.
  void show_change(std::string_view key, const LatestRow* row, const std::optional<RowText>& now,
                   base::EventTime ts, stream::Context& context);
  void write_change(std::string_view key, const std::optional<RowText>& old,
                    const std::optional<RowText>& now, base::EventTime ts, stream::Context& context);
  bool same_rows(const RowText& a, const RowText& b);
  void write_rows(stream::Context& context);
  void note(stream::Flow flow);

  const Settings settings_;
  TableEvents& events_;
  RowFields& fields_;
  TableGroups* const groups_;
  TableOutput& output_;
  EventClock* const clock_;
  state::Store& store_;
  state::Buckets<LatestRow> rows_;
  state::Timers<std::string> timers_;  // keys, when their rows may expire
  WatermarkLines watermarks_;
  std::uint64_t arrivals_ = 0;
  bool loaded_ = false;  // and go_on() was not called since
  bool caught_up_ = false;
  bool found_ = false;
  bool stopped_ = false;  // the reader went away
  std::string merged_, before_, after_;
  std::vector<std::string> due_;
  stream::Fault fault_;
};

}  // namespace weir::ops
