// A sink as the loop drives it: what it will not take now is kept, in order, and handed over again.
// Threads: the loop's thread.
#pragma once

#include <deque>

#include "stream/stage.h"

namespace weir::stream {

class Outlet final : public Sink {
 public:
  explicit Outlet(Sink& sink) : sink_(sink) {}

  void screen(Batch& batch, Errors& errors) override { sink_.screen(batch, errors); }
  Flow write(const Batch& batch) override;  // more or stop, never full
  bool full() const { return !kept_.empty(); }
  bool gone() const override { return gone_ || sink_.gone(); }
  void input_ended() override { input_ended_ = true; }
  void finish() override;
  bool settled() {
    return gone() || (kept_.empty() && sink_.acked() >= given_ && !sink_.pending());
  }  // nothing is on its way any more
  // Hands over again what was kept, as far as it is taken.
  Ticket acked() override;
  // Events (Batch::events) given to write() and not acknowledged, and those that were.
  std::uint64_t pending_events() const { return pending_events_; }
  std::uint64_t acked_events() const { return acked_events_; }

  int wait_fd() const override { return sink_.wait_fd(); }
  int watch_fd() const override { return gone() ? -1 : sink_.watch_fd(); }
  void flush() override;
  std::uint64_t bytes() const override { return sink_.bytes(); }
  void while_blocked(std::function<void()> attend) override { sink_.while_blocked(std::move(attend)); }
  // The reader was found gone by other means than a write.
  void leave() { gone_ = true; }

 private:
  void push();
  Ticket count_acked();

  struct Sent {
    Ticket ticket;
    std::uint64_t events;
  };

  Sink& sink_;
  bool gone_ = false;
  bool input_ended_ = false;  // as finishing_
  bool finishing_ = false;    // the sink is told as soon as it has taken all
  std::deque<Batch> kept_;
  std::deque<Sent> sent_;  // given to write() and not yet acknowledged
  Ticket given_;
  std::uint64_t pending_events_ = 0;
  std::uint64_t acked_events_ = 0;
};

}  // namespace weir::stream
