// What a merge has handed out and nobody has committed yet. A ticket of a merge stands for whole batches of its inputs;
// one from here stands for exactly the rows that went out, partition by partition.
// Threads: one.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <vector>

#include "log/topic_name.h"
#include "stream/stage.h"

namespace weir::log {

class HandedRows {
 public:
  // Before the first batch: its tickets are larger than `last`, the last one of the time before the merge.
  void begin_behind(stream::Ticket last) { tickets_ = last.value; }
  // A batch of the merge that is to go out, of `limit` rows at most: gives it its ticket.
  void add(stream::Batch& batch, std::uint64_t limit);
  // As stream::Source::cut, for the newest batch.
  stream::Ticket cut(std::size_t rows, stream::Ticket before);
  // All up to `ticket` is safe: tells each partition's next offset, oldest first, and returns the ticket of the merge.
  using Tell = std::function<void(const TopicPartition&, base::Offset next)>;
  stream::Ticket commit(stream::Ticket ticket, const Tell& tell);
  // Its rows are not to be committed any more.
  void forget(const TopicPartition& partition);
  // Of the newest batch: how far it brings each partition.
  void each_of_newest(const Tell& tell) const;

  stream::Ticket newest() const { return {tickets_}; }

 private:
  struct Handed {
    stream::Ticket ours;
    stream::Ticket merged;                                      // the merge's inputs know what that means
    std::vector<std::pair<TopicPartition, base::Offset>> next;  // by its rows
  };
  void note(Handed* to) const;
  stream::Ticket merged_before_newest() const;

  std::deque<Handed> handed_;
  std::vector<stream::Origin> origins_;  // of the newest batch
  const stream::Input* input_ = nullptr;
  std::uint64_t tickets_ = 0;
};

}  // namespace weir::log
