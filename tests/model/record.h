// What the models read: records of one or more inputs, and how their times move the watermark.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "model/value.h"

namespace weir::model {

using Time = std::int64_t;  // milliseconds
constexpr Time kNever = std::numeric_limits<Time>::min();
constexpr Time kForever = std::numeric_limits<Time>::max();

struct Record {
  enum class Kind { event, watermark, idle };  // the others are control lines

  Kind kind = Kind::event;
  std::size_t input = 0;
  std::size_t side = 0;          // of a join: 0 is left; the input's number, unless one input has both
  std::string topic;             // empty: none is told
  std::optional<int> partition;  // none: the input's one source
  std::optional<std::int64_t> offset = {};
  std::optional<Time>
      ts;       // none: no valid time, a bad event; of a watermark line what it says, kForever is "max"
  Value key;    // of the envelope
  Value value;  // null: a tombstone
};

struct Arrival {
  Record record;
  bool ends_input = false;  // its input has no further record
};

// One input after the other's head by time; at a tie the one that stands first in `tie_order`.
std::vector<Arrival> merged(const std::vector<std::vector<Record>>& inputs,
                            const std::vector<std::size_t>& tie_order);

// 0, 1, ...: a tie_order.
std::vector<std::size_t> in_order(const std::vector<std::vector<Record>>& inputs);

// The combined watermark of all sources.
class Watermark {
 public:
  // Inputs without a record have ended before anything is read.
  Watermark(const std::vector<std::vector<Record>>& inputs, Time bound);

  Time advance(const Record& record);  // by an event with a valid time, or a control line; the new watermark
  Time end(std::size_t input);         // after the input's last record
  Time now() const { return now_; }

 private:
  Time combined();

  struct Source {
    Time watermark = kNever;
    bool marked = false;  // had a watermark line, and is judged by those alone
    bool idle = false;
  };
  struct Input {
    bool ended = false;
    bool names = false;  // had a control line that names a partition: events that name none tell nothing more
    std::map<std::pair<std::string, int>, Source> sources =
        {};  // by topic and partition; -1 is the one source
  };
  Time bound_;
  Time now_ = kNever;
  std::vector<Input> inputs_;
};

inline Time minus(Time watermark, Time duration) {
  return watermark == kNever || watermark == kForever ? watermark : watermark - duration;
}

}  // namespace weir::model
