#include "log/source.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/error.h"
#include "log/handed_rows.h"
#include "log/log_watcher.h"
#include "log/new_partitions.h"
#include "log/partition_source.h"
#include "log/source_input.h"
#include "stream/merge_source.h"

namespace weir::log {
namespace {

using stream::Batch;
using stream::Pull;

class LogSource final : public Source {
 public:
  LogSource(const Place& place, SourceOptions options);
  ~LogSource() override { ::close(epoll_); }

  Pull next(Batch& batch) override;
  int wait_fd() const override { return epoll_; }
  void commit(stream::Ticket ticket) override;
  stream::Ticket cut(std::size_t rows, stream::Ticket before) override;
  Meter meter() const override { return source_->meter(); }
  std::vector<Lag> lag() override;

 private:
  bool merging() const { return merge_ != nullptr; }
  void open(SourceInput input, bool alone);
  void begin_merge();
  void add_new_partitions();
  void wait_for(int fd);
  Pull next_merged(Batch& batch);
  PartitionSource& partition(const TopicPartition& name) const;
  void wake_if_written();
  void wait_for_more();

  const Place place_;
  SourceOptions options_;
  Ranks ranks_;
  std::uint64_t rows_left_;
  LogWatcher watcher_;
  std::optional<NewPartitions> new_partitions_;  // none: what was there at the beginning is all that is read
  std::vector<PartitionSource*> partitions_;     // owned by source_
  std::unique_ptr<stream::Source> source_;       // a PartitionSource, or a merge of several
  stream::MergeSource* merge_ = nullptr;         // source_, when it is a merge
  std::uint64_t first_rank_ = 0;                 // of the partition that was read alone
  stream::Ticket alone_until_;  // the last ticket of the time before the merge: the first partition's own
  int epoll_ = -1;
  HandedRows handed_;  // by the merge
  // Of the newest batch that was read alone, where somebody hears of positions.
  std::vector<stream::Origin> origins_;
  std::vector<base::Offset> reported_;  // by partition: what on_commit heard last
};

LogSource::LogSource(const Place& place, SourceOptions options)
    : place_(place),
      options_(std::move(options)),
      ranks_(options_),
      rows_left_(options_.count.value_or(UINT64_MAX)) {
  epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
  if (epoll_ < 0)
    throw base::Error(base::Kind::io, "cannot make an epoll descriptor: " + base::errno_words(errno));
  wait_for(watcher_.fd());
  // Watched first, so that what comes up meanwhile is seen.
  if (place_.log != nullptr && may_grow(options_)) new_partitions_.emplace(*place_.log, watcher_, options_);
  std::vector<SourceInput> inputs = open_inputs(place_, options_, ranks_);
  if (new_partitions_) {
    for (const SourceInput& input : inputs)
      if (input.of_topic) new_partitions_->follow(input.name);
  }
  if (inputs.empty()) options_.say("no topic matches '" + options_.patterns.front().text + "' yet");
  const bool alone = inputs.size() == 1;
  if (!alone) begin_merge();
  for (SourceInput& input : inputs) open(std::move(input), alone);
}

void LogSource::wait_for(int fd) {
  epoll_event event{};
  event.events = EPOLLIN;
  if (fd >= 0) ::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
}

void LogSource::open(SourceInput input, bool alone) {
  watcher_.watch(input.reader->folder());
  input.reader->seek(input.from);
  PartitionSource::Options how;
  how.name = input.name;
  how.shown = input.shown;
  how.stop = input.stop;
  how.stop_when_dry = options_.until_end;
  how.values_only = options_.values_only && alone;
  how.skip_corrupt = options_.skip_corrupt;
  how.may_vanish = input.by_pattern;
  how.rows_left = alone && options_.count ? &rows_left_ : nullptr;
  how.say = options_.say;
  auto source = std::make_unique<PartitionSource>(std::move(input.reader), std::move(how));
  partitions_.push_back(source.get());
  reported_.push_back(base::kNoOffset);
  if (alone) {
    first_rank_ = input.rank;
    source_ = std::move(source);
  } else {
    merge_->add(std::move(source), input.rank);
  }
}

// What was read alone so far becomes the first of several. Its tickets stay good: those of the merge are larger.
void LogSource::begin_merge() {
  stream::MergeSource::Options how;
  how.order = options_.merge_by_time ? stream::MergeSource::Order::time : stream::MergeSource::Order::arrival;
  how.merge_wait = options_.merge_wait;
  how.clock = &place_.clock;
  auto merge = std::make_unique<stream::MergeSource>(std::vector<std::unique_ptr<stream::Source>>{}, how);
  merge_ = merge.get();
  wait_for(merge->wait_fd());
  if (source_ != nullptr) {
    PartitionSource& first = *partitions_.front();
    first.join_merge();
    alone_until_ = {static_cast<std::uint64_t>(first.next_offset().value)};
    handed_.begin_behind(alone_until_);
    merge->add(std::move(source_), first_rank_);
  }
  source_ = std::move(merge);
}

Pull LogSource::next(Batch& batch) {
  wake_if_written();
  Pull pull = merging() ? next_merged(batch) : source_->next(batch);
  // All that a pattern took in may be gone, and more may come.
  if (pull == Pull::end && rows_left_ > 0 && new_partitions_ && has_patterns(options_) && !options_.range.to)
    pull = Pull::would_block;
  if (pull == Pull::would_block) wait_for_more();
  if (pull == Pull::batch && !merging() && options_.on_commit) origins_ = batch.origins;
  return pull;
}

// The watcher is asked only while somebody waits for it: a partition with a backlog finds out by itself. But not a new one,
// which is not to wait until the others have no backlog.
void LogSource::wake_if_written() {
  const bool waiting =
      std::any_of(partitions_.begin(), partitions_.end(), [](const auto* each) { return each->dry(); });
  if (!waiting && !new_partitions_) return;
  const bool folder_made = watcher_.clear();
  for (PartitionSource* each : partitions_) each->wake();
  if (!new_partitions_) return;
  if (folder_made) new_partitions_->folder_made();
  add_new_partitions();
}

void LogSource::wait_for_more() {
  std::optional<std::chrono::nanoseconds> soonest;
  for (const PartitionSource* each : partitions_) {
    if (const auto recheck = each->recheck()) soonest = std::min(soonest.value_or(*recheck), *recheck);
  }
  if (soonest) watcher_.wake_in(*soonest);
}

void LogSource::add_new_partitions() {
  for (const TopicPartition& each : new_partitions_->look()) {
    if (!merging()) begin_merge();
    open(open_new_partition(place_, each, options_, ranks_), false);
  }
}

Pull LogSource::next_merged(Batch& batch) {
  if (rows_left_ == 0) {
    batch.clear();
    return Pull::end;
  }
  const Pull pull = source_->next(batch);
  if (pull != Pull::batch) return pull;
  handed_.add(batch, rows_left_);
  rows_left_ -= batch.lines.size();
  return Pull::batch;
}

PartitionSource& LogSource::partition(const TopicPartition& name) const {
  std::size_t i = 0;
  while (partitions_[i]->name() != name) ++i;
  return *partitions_[i];
}

stream::Ticket LogSource::cut(std::size_t rows, stream::Ticket before) {
  if (merging()) return handed_.cut(rows, before);
  if (origins_.size() <= rows) return before;
  origins_.resize(rows);
  return {static_cast<std::uint64_t>((origins_.back().offset + 1).value)};
}

void LogSource::commit(stream::Ticket ticket) {
  if (!merging()) {
    source_->commit(ticket);
  } else {
    if (alone_until_ > stream::Ticket{}) {
      const stream::Ticket alone = std::min(ticket, alone_until_);
      partitions_.front()->commit(alone);
    }
    const auto raise = [this](const TopicPartition& name, base::Offset next) {
      partition(name).raise_committed(next);
    };
    // Also what lies behind the last row: transaction markers, aborted records.
    source_->commit(handed_.commit(ticket, raise));
  }
  if (!options_.on_commit) return;
  std::vector<Position> moved;
  for (std::size_t i = 0; i < partitions_.size(); ++i) {
    if (partitions_[i]->committed() <= reported_[i]) continue;
    reported_[i] = partitions_[i]->committed();
    moved.push_back({partitions_[i]->name(), reported_[i]});
  }
  if (!moved.empty()) options_.on_commit(moved);
}

std::vector<Source::Lag> LogSource::lag() {
  std::vector<Lag> all;
  for (PartitionSource* each : partitions_) {
    // What lies in the merge has been read, and nobody has got it: a group's position may not be behind it.
    const auto held = merging() ? merge_->first_held(each) : std::nullopt;
    all.push_back({each->name(), held.value_or(each->next_offset()), each->reader().end_offset()});
  }
  return all;
}

}  // namespace

std::unique_ptr<Source> open_source(const Place& place, SourceOptions options) {
  return std::make_unique<LogSource>(place, std::move(options));
}

}  // namespace weir::log
