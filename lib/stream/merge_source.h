// Merges several sources of records into one by record time: always the input whose head has the smallest
// time; of equal times the lower input number. The order inside one input never changes.
//
// An input that has nothing now does not hold the others back, unless merge_wait is given: then for so long
// after it ran dry. Records without a time go as soon as they are at the head. Requires: inputs deliver
// Form::records with origins, and their wait_fd never changes. Threads: the loop's thread only.
#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <vector>

#include "base/clock.h"
#include "stream/stage.h"

namespace weir::stream {

class MergeSource final : public Source {
 public:
  enum class Order { time, arrival };
  struct Options {
    Order order = Order::time;
    std::chrono::nanoseconds merge_wait{0};
    base::Clock* clock = &base::system_clock();
  };

  MergeSource(std::vector<std::unique_ptr<Source>> inputs, Options options);
  ~MergeSource() override;

  Pull next(Batch& batch) override;
  int wait_fd() const override { return epoll_; }
  void commit(Ticket ticket) override;
  Meter meter() const override;

 private:
  struct Head;
  struct Share;  // which ticket of which input stands behind a ticket of ours

  std::vector<Head> heads_;
  std::deque<Share> shares_;
  Options options_;
  Input merged_;
  int epoll_ = -1;
  int timer_ = -1;
  std::uint64_t tickets_ = 0;
};

}  // namespace weir::stream
