// Where windows begin and end that do not depend on the events: tumbling and hopping ones from the epoch on, days, weeks
// and months of a zone. Threads: one.
#pragma once

#include <cstdint>

#include "ops/window.h"

namespace weir::ops {

struct Span {
  std::int64_t start = 0, end = 0;  // [start, end)
};

class WindowLayout {
 public:
  explicit WindowLayout(const WindowSettings& settings);

  // The windows of a time, by their numbers in order of time: number n begins later than n - 1.
  struct Numbers {
    std::int64_t first = 0, last = 0;
  };
  Numbers of(std::int64_t ts);
  Span span(std::int64_t number) const;
  // The number of the window that ends there.
  std::int64_t ending_at(std::int64_t end);

 private:
  using Kind = WindowSettings::Kind;
  bool calendar() const { return kind_ == Kind::day || kind_ == Kind::week || kind_ == Kind::month; }
  std::int64_t boundary(std::int64_t number) const;  // of calendar windows
  std::int64_t local_number(std::int64_t ts) const;

  Kind kind_;
  std::int64_t size_, every_, align_;
  base::Zone zone_;
  // The calendar window of the time before, which is mostly that of the next.
  std::int64_t last_number_ = 0;
  Span last_{0, 0};
};

}  // namespace weir::ops
