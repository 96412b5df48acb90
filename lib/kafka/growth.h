// Asks a cluster now and then, on a thread of its own, for partitions and topics that have come up since.
//
// Interval    the client's topic.metadata.refresh.interval.ms.
// Errors      where nobody answers, the next question may be.
// Threads     one for the caller; the destructor waits for a question under way, a second at most.
#pragma once

#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "kafka/client.h"
#include "kafka/wake.h"
#include "log/range.h"
#include "log/source.h"

namespace weir::kafka {

class Growth {
 public:
  struct Found {
    log::TopicPartition name;
    log::Extent extent;
  };
  // Borrows both. `known`: what is followed already.
  Growth(const Client& client, const log::SourceOptions& options, std::set<log::TopicPartition> known);
  ~Growth();
  Growth(const Growth&) = delete;

  int fd() const { return wake_.fd(); }  // readable when take() has something
  std::vector<Found> take();

 private:
  void watch();
  void look();
  std::vector<TopicMetadata> followed() const;

  const Client& client_;
  const log::SourceOptions& options_;
  std::set<log::TopicPartition> known_;  // the thread's
  Wake wake_;
  std::mutex mutex_;
  std::condition_variable stopping_;
  bool stop_ = false;
  std::vector<Found> found_;
  std::thread thread_;
};

}  // namespace weir::kafka
