// What table reads of an event: its key, its time, whether it deletes, and the row it brings.
//
//   lines      the line is the row; the key is --key
//   envelopes  the value is the row, null deletes; the key is the envelope's, or --key
//   records    as envelopes; without -J their values are the rows all the same
// Threads: one.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "expr/fields.h"
#include "ops/event_times.h"
#include "ops/table_output.h"
#include "record/arena.h"
#include "record/envelope.h"
#include "stream/batch.h"

namespace weir::ops {

struct TableEvent {
  std::string_view key;    // in TableEvents::key_form(), not null
  std::string_view value;  // nothing where it deletes
  base::EventTime ts = base::kNoTime;
  bool json = false;  // the value is one JSON value, without white space around
  bool deletes = false;
};

class TableEvents {
 public:
  struct Settings {
    std::string key;          // an expression; empty: the record's own
    std::string delete_when;  // an expression; empty: none
    // What an event's time is, where one without a time is bad; none: the record's own, where it has one.
    std::optional<EventTimes::Settings> times;
    expr::Setup setup;
    expr::Evaluator::Settings evaluator;
  };
  // Throws Error(Kind::usage) for an expression that is none.
  explicit TableEvents(const Settings& settings);

  enum class Read {
    event,
    no_key,
    blank,  // nothing but white space
    bad,    // fault() says why
  };
  // What it tells is good until the next call, and as long as the batch.
  Read read(const stream::Batch& batch, std::size_t row);
  const TableEvent& event() const { return event_; }
  const stream::Fault& fault() const { return fault_; }
  // Has the last event a time, whatever else is wrong with it? Requires Settings::times.
  bool timed() const { return event_.ts != base::kNoTime; }
  void tell_chances(stream::Chances& to) const {
    if (times_) times_->tell_chances(to);
  }
  EventClock::Source source(const stream::Batch& batch, std::size_t row, EventClock& clock) {
    return times_->source(batch, row, *fields_, 0, clock);
  }

  KeyForm key_form() const { return key_ ? KeyForm::canonical : KeyForm::bytes; }
  const expr::Fields& fields() const { return *fields_; }

 private:
  bool look(const stream::Batch& batch, std::size_t row);
  bool look_at_line(std::string_view line);
  bool look_at_envelope(std::string_view line);
  bool look_at_record(const stream::Batch& batch, std::size_t row);
  bool saw(expr::Fields::Seen seen);
  bool read_time(const stream::Batch& batch, std::size_t row);
  bool read_key();
  bool read_condition();
  bool refuse(stream::Fault fault);

  const bool enveloped_;
  std::optional<EventTimes> times_;               // its fields come first
  std::optional<std::size_t> key_, delete_when_;  // places among the fields
  std::unique_ptr<expr::Fields> fields_;

  record::Envelope envelope_;  // of the event; of a bare line only the value
  record::HeapArena decoded_;
  bool fields_seen_ = false;  // of a tombstone without an envelope there is nothing to see
  bool blank_ = false;
  TableEvent event_;
  std::string key_text_;
  stream::Fault fault_;
};

}  // namespace weir::ops
