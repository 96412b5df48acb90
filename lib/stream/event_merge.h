// Merges several inputs into one stream by event time: always the input whose head has the smallest time; of equal times
// the lower rank, then the lower number. The order inside one input never changes: a row out of order goes when it is at
// the head, and so does one without a time, or with a bad one.
//
// Batches    each is a run of rows of one input (Batch::input_number), with their times (Batch::times) where they were needed.
// Waiting    for a head of every input that has not ended, as long as Options::wait and idle say; MergeSource does not
//            wait. So the result depends on the inputs' bytes alone, unless one of them is given or the order is arrival.
// Ahead      while one input has no head, those that are From::ahead are read on, into a BatchSpool: what feeds them may
//            feed the missing one too (tee), and would never write to it while its other reader stands still.
// First      an input that is From::first is read to its end before any other has a turn; what comes later goes on arrival.
// End        right after the last row of an input comes Mark::Kind::input_end; not after drain().
// Idle       an input that has been silent for Options::idle: Mark::Kind::input_idle. Its next row ends that.
// Bad        events that became no row are told to `errors` when their turn comes (LineSource::Options::Unread::hand_on).
// Threads    the loop's thread only.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "stream/batch_spool.h"
#include "stream/errors.h"
#include "stream/stage.h"

namespace weir::stream {

// Finds out when the events of an input happened.
class RowTimes {
 public:
  virtual ~RowTimes() = default;
  // Appends one time per row; kNoTime: there is none, or a bad one, of which the operator will tell.
  virtual void append(const Batch& batch, std::vector<base::EventTime>& to) = 0;
};

class EventMerge final : public Source {
 public:
  enum class Order { time, arrival };
  struct From {
    std::unique_ptr<Source> source;
    RowTimes* times = nullptr;  // borrowed; none: only where nothing is compared (first, arrival)
    int rank = 0;               // of equal times the lower one goes first
    bool ahead = false;         // a pipe: somebody may be blocked while it is not read
    bool first = false;
    bool follows = false;  // a topic that goes on: a `first` one is at its end as soon as it has caught up
  };
  struct Options {
    Order order = Order::time;
    std::optional<std::chrono::nanoseconds> wait;  // how long for a head; none: for ever
    std::optional<std::chrono::nanoseconds> idle;  // nor longer than this
    BatchSpool::Options spool;                     // for each input
    base::Clock* clock = &base::system_clock();
  };

  // The number of an input is its place in `inputs`. Borrows `errors`.
  EventMerge(std::vector<From> inputs, Options options, Errors& errors);
  ~EventMerge() override;

  Pull next(Batch& batch) override;
  int wait_fd() const override { return epoll_; }
  void commit(Ticket ticket) override;
  bool drain() override;
  bool behind() const override;  // some input is
  bool needs_attention() const override;
  void attend() override;
  Meter meter() const override;
  // Did a wait that was over decide something? The result then depends on the clock.
  bool gave_up_waiting() const { return gave_up_waiting_; }

 private:
  struct Head;
  struct Share {  // which ticket of which input stands behind a ticket of ours
    Ticket ours;
    std::size_t input;
    Ticket theirs;
  };

  void wake_dry_heads();
  void ask(Head& head);
  void take_in(Head& head);
  bool tell_end_or_idle(Batch& batch);
  bool waits() const;
  bool waits_for(const Head& head, std::chrono::nanoseconds now) const;
  void set_timer();
  bool has_first() const;
  Head* choose(std::size_t* end);
  void take(Batch& batch, Head& head, std::size_t end);
  void read_ahead();
  void watch_what_is_waited_for();

  std::vector<Head> heads_;
  std::deque<Share> shares_;  // in order of ours
  Options options_;
  Errors& errors_;
  int epoll_ = -1;
  int timer_ = -1;
  std::uint64_t tickets_ = 0;
  std::size_t last_taken_ = 0;  // input; by arrival the next one comes first
  bool draining_ = false;
  bool gave_up_waiting_ = false;
};

}  // namespace weir::stream
