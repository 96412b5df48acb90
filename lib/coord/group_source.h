// Reads topics as a member of a group: the partitions that are this member's share, from the group's positions on.
//
// Begins     in a partition at the group's position; reading.range.from is for those that have none. What that leaves out at
//            the beginning of the run is told to `say`.
// Rebalance  when the share changes, no more rows are handed out until all that were are safe downstream; then their
//            positions are stored, partitions above the share are let go, and reading goes on with those that are left
//            and those gained. So each record goes to one member, and to another one only after a crash.
// Commit     positions are stored as rows become safe downstream, as often as `commit_every` says, and always before a
//            partition is let go and at leave(). Kept through any crash of this process at once; synced once a second.
// Ends       with until_end or count as log::open_source; without a partition under until_end once the others have them
//            all by right.
// Errors     throws Error as log::Source and Group do. Threads  called from one thread.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "coord/group.h"
#include "coord/group_options.h"
#include "coord/wakeups.h"
#include "log/log.h"
#include "log/source.h"

namespace weir::coord {

class GroupSource final : public log::Source {
 public:
  // `log` was opened for writing and outlives the source. `reading.operands` are topics and patterns; stored_position, on_commit and
  // wanted are set here.
  GroupSource(log::Log& log, GroupOptions group, log::SourceOptions reading);
  ~GroupSource() override;

  stream::Pull next(stream::Batch& batch) override;
  int wait_fd() const override { return wakeups_.fd(); }
  void commit(stream::Ticket ticket) override;
  stream::Ticket cut(std::size_t rows, stream::Ticket before) override;
  Meter meter() const override;
  std::vector<Lag> lag() override;

  // Stores and syncs the positions, and leaves the group.
  void leave() override;

  const Group& group() const { return group_; }

 private:
  void look_at_topics();
  bool review_due(std::chrono::nanoseconds now);
  void review();
  void rebalance();
  void open_share();
  void tell_unused_start();
  void close_share();
  void store(bool all);

  log::Log& log_;
  log::SourceOptions reading_;
  std::optional<std::chrono::nanoseconds> commit_every_;
  std::function<void(const std::string&)> say_;
  bool began_ = false;
  Group group_;
  Wakeups wakeups_;
  std::unique_ptr<log::Source> share_;  // null: no partition
  Meter closed_meter_;

  stream::Ticket share_began_;  // our ticket that stands for the zero of the share's own
  stream::Ticket handed_, safe_;
  bool rebalancing_ = false;
  std::vector<log::TopicPartition> surplus_;
  std::chrono::nanoseconds next_review_{0}, next_look_{0}, next_store_{0}, next_sync_{0};

  std::map<log::TopicPartition, base::Offset> unstored_;
  bool unsynced_ = false;
};

}  // namespace weir::coord
