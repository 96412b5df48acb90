// The row of one key, as table keeps it. Fits state::Buckets.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/buffer.h"
#include "base/units.h"

namespace weir::ops {

class LatestRow {
 public:
  base::EventTime ts;         // of its last change; of its end, where that is kept
  std::uint64_t arrival = 0;  // of its last change
  bool there = false;         // else only its end is kept, so that nothing older brings it back
  bool shown = false;         // there, and --where is true of it
  bool json = false;          // the value is one JSON value
  // The first time that is set to look whether it has expired; INT64_MAX: none.
  std::int64_t timer = INT64_MAX;

  std::string_view value() const { return value_.view(); }
  // In place where there is room, so that rows of one size allocate once.
  void set_value(std::string_view value);
  void drop_value() { value_ = base::Buffer(); }

  void encode(base::Buffer& to) const;
  static bool decode(std::string_view from, LatestRow& to);
  std::size_t bytes() const { return value_.capacity(); }

 private:
  base::Buffer value_;
};

}  // namespace weir::ops
