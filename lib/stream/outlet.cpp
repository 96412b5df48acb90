#include "stream/outlet.h"

namespace weir::stream {

Flow Outlet::write(const Batch& batch) {
  if (gone()) return Flow::stop;
  given_ = batch.ticket;
  const std::uint64_t events = batch.events();
  pending_events_ += events;
  if (!sent_.empty() && sent_.back().ticket == batch.ticket) {
    sent_.back().events += events;
  } else {
    sent_.push_back({batch.ticket, events});
  }
  if (!kept_.empty()) {
    kept_.push_back(batch);
    return Flow::more;
  }
  switch (sink_.write(batch)) {
    case Flow::more:
      return Flow::more;
    case Flow::full:
      kept_.push_back(batch);
      return Flow::more;
    case Flow::stop:
      gone_ = true;
      return Flow::stop;
  }
  return Flow::more;
}

void Outlet::push() {
  while (!kept_.empty() && !gone()) {
    switch (sink_.write(kept_.front())) {
      case Flow::more:
        kept_.pop_front();
        break;
      case Flow::full:
        return;
      case Flow::stop:
        gone_ = true;
        break;
    }
  }
  if (gone()) kept_.clear();
  if (finishing_ && kept_.empty() && !gone()) {
    finishing_ = false;
    if (input_ended_) sink_.input_ended();
    sink_.finish();
  }
  count_acked();
}

void Outlet::finish() {
  finishing_ = true;
  push();
}

Ticket Outlet::acked() {
  push();
  return count_acked();
}

// Whenever there may be news, and not only when somebody asks: should another sink fail next, the summary knows.
Ticket Outlet::count_acked() {
  const Ticket acked = sink_.acked();
  while (!sent_.empty() && sent_.front().ticket <= acked) {
    if (sent_.size() == 1 && sink_.pending())
      break;  // the newest is not stored, though its ticket is that of others
    acked_events_ += sent_.front().events;
    pending_events_ -= sent_.front().events;
    sent_.pop_front();
  }
  return acked;
}

void Outlet::flush() {
  // What is kept has not reached the sink; it is flushed once the sink has room again.
  if (!gone()) sink_.flush();
  count_acked();
}

}  // namespace weir::stream
