// When the events of a tool happened, and from which source they are: what drives its EventClock. Shared by window, join
// and table.
//
//   ops::EventTimes times(settings);
//   Fields of the tool: times.fields() at place 0, then its own
//   if (times.read(batch, row, fields, 0)) clock.advance(times.source(), times.ts()); else context.errors.bad(..., times.fault())
//
// The time is that of --ts, else the record's or the envelope's own. A value that is no time, no time at all, one outside
// the years 1 to 9999 and one further ahead than --max-ahead are event errors; such an event moves no watermark.
// Threads: one.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/time_format.h"
#include "base/zone.h"
#include "expr/fields.h"
#include "ops/event_clock.h"
#include "stream/batch.h"
#include "stream/chances.h"

namespace weir::ops {

class EventTimes {
 public:
  struct Settings {
    std::string flag = "--ts";  // as messages call it
    std::optional<base::Field> ts;
    bool arrival = false;   // --ts arrival: Batch::arrived
    bool optional = false;  // without any time an event is at 0: windows of so many rows need none
    bool envelope = false;  // -J
    base::Zone zone = {};   // of times that name none
    std::optional<std::int64_t> max_ahead_ms = {};                               // against Batch::arrived
    std::function<void(const std::string&)> notice = [](const std::string&) {};  // when seconds look like ms
  };
  explicit EventTimes(const Settings& settings) : settings_(settings) {}

  // What is read of an event for it.
  std::vector<expr::Fields::Field> fields() const;

  // Of the event that `fields` saw last, which is that row; ours stand from place `first` on. False: fault() says why.
  bool read(const stream::Batch& batch, std::size_t row, const expr::Fields& fields, std::size_t first);
  std::int64_t ts() const { return ts_; }
  bool timed() const { return timed_; }  // false: there is no time, which is optional
  const stream::Fault& fault() const { return fault_; }
  void tell_chances(stream::Chances& to) const;

  // The clock's number for the source of the row that was read last.
  EventClock::Source source(const stream::Batch& batch, std::size_t row, const expr::Fields& fields,
                            std::size_t first, EventClock& clock);

 private:
  bool refuse(std::string message);
  bool take(const expr::Value& value);
  bool check(const stream::Batch& batch);

  Settings settings_;
  std::int64_t ts_ = 0;
  bool timed_ = true;
  bool told_seconds_ = false;
  bool by_arrival_ = false, refused_ahead_ = false;  // some event
  stream::Fault fault_;
  std::string buffer_;
  // The source of the row before, which is mostly that of the next as well.
  struct Last {
    std::uint32_t input_number = 0;
    std::int32_t partition = EventClock::kNoPartition;
    std::string topic;
    EventClock::Source source = 0;
    bool known = false;
  } last_;
};

}  // namespace weir::ops
