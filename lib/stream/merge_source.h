// Merges several sources of records into one by record time: always the input whose head has the smallest
// time; of equal times the lower input number, or rank. The order inside one input never changes.
//
// An input that has nothing now does not hold the others back, unless it says that it is behind, or merge_wait is
// given: then for so long after it ran dry. Records without a time go as soon as they are at the head. Requires: inputs deliver
// Form::records with origins, and their wait_fd never changes. Threads: the loop's thread only.
#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <optional>
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

  // One more, while merging. Of equal times the lower rank goes first; the inputs of the beginning have their number.
  void add(std::unique_ptr<Source> input, std::uint64_t rank);
  // One less: what it has not handed out yet is dropped, and what it has is not committed to it any more.
  void remove(const Source* input);
  // The first record that has been read of it and not handed out; none: all that was read has been.
  std::optional<base::Offset> first_held(const Source* input) const;

  Pull next(Batch& batch) override;
  int wait_fd() const override { return epoll_; }
  void commit(Ticket ticket) override;
  bool behind() const override;  // some input is
  Meter meter() const override;

 private:
  struct Head;
  // Which ticket of which input stands behind a ticket of ours.
  struct Share {
    Ticket ours;
    std::size_t input;
    Ticket theirs;
  };

  struct Choice {
    std::size_t head;  // none: the number of heads
    std::size_t end;   // of its rows that may go
  };

  void watch(int fd, std::uint64_t tag);
  void wake_dry_heads();
  void ask(std::size_t input);
  void adopt_topics(Head& head);
  bool held_back();
  Choice choose() const;
  void take(Batch& batch, const Choice& choice);
  void share(std::size_t input);

  std::vector<Head> heads_;
  std::deque<Share> shares_;  // in order of ours; a share is of the input's whole batch
  Options options_;
  Input merged_;
  int epoll_ = -1;
  int timer_ = -1;
  std::uint64_t tickets_ = 0;
  Meter gone_;  // of those that were removed
};

}  // namespace weir::stream
