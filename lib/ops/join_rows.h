// The rows of a join, in the shape that was asked for:
//   pair   {"left":L,"right":R}, under names of choice; a side that is missing is null
//   flat   the members of both in one object; a name that both have gets the side's name in front
//   into   the left event with the right one as its last member, copied and not parsed
// With envelopes a row is the value of {"key":K,"ts":T,"value":ROW}. A deleted row is {"_op":"d","_key":K}, or a null value.
// Threads: the loop's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ops/output_rows.h"
#include "stream/stage.h"

namespace weir::ops {

class JoinRows {
 public:
  enum class Shape { pair, flat, into };
  struct Settings {
    Shape shape = Shape::pair;
    std::string left = "left", right = "right";
    std::string into = {};  // the member's name
    bool envelope = false;
  };
  // Of a row: what its envelope says.
  struct About {
    std::string_view key;            // bytes of the key, as JoinReader has them; empty: null
    std::optional<std::int64_t> ts;  // none: null
  };
  explicit JoinRows(const Settings& settings);

  // `left`, `right`: JSON; empty: null.
  void put(const About& about, std::string_view left, std::string_view right, stream::Context& context);
  void put_deleted(const About& about, stream::Context& context);
  void flush(stream::Context& context) { (void)rows_.flush(context); }
  OutputRows& rows() { return rows_; }  // for late events among them

 private:
  void begin(const About& about);

  const Settings settings_;
  std::string left_name_, right_name_, into_name_;  // with quotes, commas and colons around them
  const std::string_view tail_;                     // what ends an envelope
  OutputRows rows_;
  std::string head_;  // what stands before the value of an envelope
  std::string merged_;
};

}  // namespace weir::ops
