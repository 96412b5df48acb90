// A descriptor that librdkafka makes readable when a queue of its has got something.
//
// Ownership  owns the descriptor, which must outlive every queue that it watches, or be forgotten by it first.
// Errors     the constructor throws Error(Kind::io).
// Threads    one; librdkafka's own threads only write to the descriptor.
#pragma once

#include "kafka/api.h"

namespace weir::kafka {

class Wake {
 public:
  Wake();
  ~Wake();
  Wake(const Wake&) = delete;

  int fd() const { return fd_; }
  // The queue makes it readable when it is no longer empty: so it is emptied before anybody waits.
  void watch(rd_kafka_queue_t* queue) const;
  // Before the object goes: a queue may outlive it in the client.
  static void forget(rd_kafka_queue_t* queue);
  void clear() const;  // before the queue is emptied, so that nothing is missed
  void raise() const;  // readable by our own doing

 private:
  int fd_ = -1;
};

}  // namespace weir::kafka
