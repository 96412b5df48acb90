// What a join sees of an event: its side, key, time and value.
//
// Side    the number of its input (0 left, 1 right), or its topic, where one tagged input holds both.
// Key     bytes, equal for equal keys (json::append_canonical). Null is also an array with a null in it: a key of several
//         members that are not all there.
// Value   the JSON text of the event as it came: the line, or the envelope's value. Null is a tombstone.
// Threads one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "expr/fields.h"
#include "ops/event_clock.h"
#include "ops/event_times.h"
#include "stream/batch.h"
#include "stream/errors.h"

namespace weir::ops {

enum class Side : std::uint8_t { left, right };
constexpr Side other(Side side) {
  return side == Side::left ? Side::right : Side::left;
}

class JoinReader {
 public:
  enum class Time {
    needed,
    if_there,  // it goes into the rows, where there is one
    unused,
  };
  struct SideSettings {
    std::string flag = "--on";  // as messages call it
    std::string key;            // EXPR
    EventTimes::Settings times;
    Time time = Time::needed;
    std::string topic;  // of one tagged input
  };
  struct Settings {
    SideSettings left, right;
    std::string foreign_key;                  // EXPR of the left events; empty: none
    bool objects = false;                     // a value that is neither an object nor null is an event error
    std::optional<std::string> without = {};  // left events are seen without their member of that name
    expr::Setup setup = {};
    expr::Evaluator::Settings evaluator = {};
  };
  explicit JoinReader(const Settings& settings);

  enum class Seen {
    event,
    none,  // a blank line, or the topic of neither side
    bad,   // fault() says why; timed() whether it has a time, and moves the watermark all the same
  };
  Seen read(const stream::Batch& batch, std::size_t row);
  const stream::Fault& fault() const { return fault_; }

  // Views are good until the next read().
  Side side() const { return side_; }
  bool timed() const { return timed_; }
  std::int64_t ts() const { return ts_; }
  std::string_view key() const { return key_; }      // empty: null
  std::string_view value() const { return value_; }  // empty: null
  std::string_view foreign_key() const { return foreign_; }
  // The clock's number for where it came from.
  EventClock::Source source(const stream::Batch& batch, std::size_t row, EventClock& clock);
  void tell_chances(stream::Chances& to) const {
    left_times_.tell_chances(to);
    right_times_.tell_chances(to);
  }
  // Does a mark say something of right events alone?
  bool of_right_alone(const stream::Mark& mark) const;
  bool tagged() const { return !settings_.left.topic.empty(); }

 private:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  struct Places {  // in fields_
    std::size_t key = 0, times = 0;
  };
  const SideSettings& settings_of(Side side) const {
    return side == Side::left ? settings_.left : settings_.right;
  }
  EventTimes& times_of(Side side) { return side == Side::left ? left_times_ : right_times_; }
  const Places& places() const { return places_[static_cast<std::size_t>(side_)]; }
  std::size_t add(std::vector<expr::Fields::Field>& to, std::string flag, const std::string& expression);
  expr::Fields make_fields();
  bool find_side(const stream::Batch& batch);
  bool read_time(const stream::Batch& batch, std::size_t row);
  Seen refuse(stream::Fault fault);
  static void take_key(const expr::Value& value, std::string& to);
  void take_member_out(const expr::Value& value);

  const Settings settings_;
  EventTimes left_times_, right_times_;
  Places places_[2];
  std::size_t value_place_ = 0, topic_place_ = kNone, foreign_place_ = kNone, without_place_ = kNone;
  expr::Fields fields_;

  Side side_ = Side::left;
  bool timed_ = false;
  std::int64_t ts_ = 0;
  std::string key_, foreign_;
  std::string_view value_;
  std::string text_;  // a value that does not stand in the line as it is
  std::string buffer_;
  stream::Fault fault_;
};

}  // namespace weir::ops
