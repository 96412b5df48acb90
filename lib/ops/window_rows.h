// Writes the rows of window: bare flat objects, or envelopes around them. Decides with --having whether a row is there at
// all, and writes a delete where one is no longer. Threads: the loop's.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/buffer.h"
#include "expr/evaluator.h"
#include "ops/aggregates.h"
#include "ops/output_rows.h"
#include "ops/window.h"

namespace weir::ops {

// What has been written of one window of a key; only for policies that write more than one row.
struct Pane {
  std::uint32_t rows = 0;    // written so far
  std::uint64_t events = 0;  // of the window
  bool visible = false;      // the last row was none that deletes
  bool changed = false;      // since the last row
  bool fired = false;        // its row on time was due
  std::string newest;        // the aggregates in the last row, with only_changed

  void encode(state::Writer& to) const;
  void decode(state::Reader& from);
  std::size_t bytes() const { return sizeof *this + newest.capacity(); }
};

struct WindowRow {
  std::string_view key;
  std::int64_t start = 0, end = 0;
  std::int64_t ts = 0;           // the largest time that it covers
  bool times_of_events = false;  // first and last are told
  std::int64_t first = 0, last = 0;
  const AggregateState* state = nullptr;  // null: a window without events, see fill
  std::string_view pane = "final";
  Pane* history = nullptr;   // null: this is the only row of the window
  std::uint32_t number = 1;  // of this row of its key and window, without a history
  bool partial = false;
  bool timed = true;  // false: its events have no time
};

class WindowRows {
 public:
  WindowRows(const WindowSettings& settings, const Aggregates& aggregates, OutputRows& out);

  // The context of the call that is under way.
  void attach(stream::Context& context) { context_ = &context; }

  // False: there is no row, for what --having or --only-changed say.
  bool write(const WindowRow& row);
  void write_delete(const WindowRow& row);
  std::uint64_t beyond_doubles() const { return beyond_doubles_; }
  stream::Flow flow() const { return flow_; }

 private:
  // The start and the end of a window as members of a row, kept since most rows have those of the row before.
  struct TimesText {
    std::int64_t start = 0, end = 0;
    bool timed = false;
    std::string text;
  };
  void begin(const WindowRow& row);
  void append_groups(std::string_view key);
  void append_times(const WindowRow& row);
  std::string time_text(std::int64_t ms, bool timed) const;
  bool put_envelope(const WindowRow& row, std::uint32_t number, bool is_delete);
  bool put(std::string_view line);
  void append_record_key(const WindowRow& row);
  bool having_holds();

  const WindowSettings& settings_;
  const Aggregates& aggregates_;
  OutputRows& out_;
  stream::Context* context_ = nullptr;
  std::vector<std::string> names_;  // `{"name":`, then `,"name":`
  std::optional<expr::Program> having_;
  std::optional<expr::Evaluator> evaluator_;
  std::string row_, envelope_, buffer_;
  TimesText times_;
  std::uint64_t beyond_doubles_ = 0;
  stream::Flow flow_ = stream::Flow::more;
};

}  // namespace weir::ops
