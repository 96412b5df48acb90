#include "kafka/group_source.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "base/error.h"
#include "coord/wakeups.h"
#include "kafka/group_member.h"
#include "kafka/group_positions.h"
#include "kafka/group_start.h"
#include "kafka/join_watch.h"
#include "kafka/partition_source.h"
#include "log/delete_topic.h"
#include "log/handed_rows.h"
#include "log/topic_choice.h"
#include "stream/merge_source.h"

namespace weir::kafka {
namespace {

using namespace std::chrono_literals;
using base::Error;
using base::Kind;
using log::TopicPartition;
using std::chrono::nanoseconds;
using stream::Batch;
using stream::Pull;

constexpr nanoseconds kStoreGap = 100ms;
// How long rows may take that are on their way to stdout when their partition is wanted back. Others wait for it.
constexpr nanoseconds kGiveUpWithin = 10s;
constexpr auto kStoreWithin = 10s;
constexpr auto kLeaveWithin = 10s;  // others that rebalance hear of it with their next heartbeat
// A reader of stdout that takes nothing for so long after a signal is not counted on.
constexpr nanoseconds kStuckAfter = 2s;
// Together less than kLeaveAtOnce.
constexpr auto kStoreAtOnce = 300ms, kLeaveAtOnce = 500ms;
constexpr nanoseconds kAskAgain = 100ms;  // whether the group has settled
constexpr nanoseconds kPollEvery = 1s;    // while nothing comes

Properties defaults(const log::SourceOptions& options) {
  const bool internal = std::any_of(options.patterns.begin(), options.patterns.end(),
                                    [](const auto& each) { return each.text.starts_with("^__"); });
  // As without a group, but a partition's queue of its own is one of many.
  return {{"topic.blacklist", internal ? "" : "^__"},
          {"fetch.message.max.bytes", "2097152"},
          {"queued.max.messages.kbytes", "16384"},
          {"fetch.wait.max.ms", options.until_end ? "5" : "100"},
          {"check.crcs", "true"},
          {"topic.metadata.refresh.interval.ms", "5000"},
          {"partition.assignment.strategy", "cooperative-sticky"},
          {"allow.auto.create.topics", "false"}};
}

Properties fixed(const std::string& group, bool read_committed) {
  return {{"group.id", group},
          {"enable.auto.commit", "false"},
          {"enable.auto.offset.store", "false"},
          {"enable.partition.eof", "true"},
          {"auto.offset.reset", "error"},  // it is told where reading goes on, and never done silently
          {"isolation.level", read_committed ? "read_committed" : "read_uncommitted"}};
}

class GroupSource final : public log::Source {
 public:
  GroupSource(const bus::ClusterPlace& place, coord::GroupOptions group, log::SourceOptions options);

  Pull next(Batch& batch) override;
  int wait_fd() const override { return wakeups_.fd(); }
  void commit(stream::Ticket ticket) override;
  stream::Ticket cut(std::size_t rows, stream::Ticket before) override;
  Meter meter() const override { return merge_.meter(); }
  std::vector<Lag> lag() override;
  bool needs_attention() const override { return true; }
  bool drain() override;
  void attend() override;
  void leave() override;
  void leave_at_once() override;

 private:
  struct Part {
    PartitionSource* source;    // owned by merge_
    base::Offset handed, safe;  // the first one that was not handed out; that is not safe downstream
    bool paused = false;
  };

  nanoseconds now() const { return place_.clock.steady(); }
  void look_at_topics();
  void look_for_deleted();
  void rebalance();
  void leave_if_stuck();
  void take_share();
  void give_up_share();
  void open(const TopicPartition& name, const Start& start);
  void drop(const TopicPartition& name);
  void pause_ended();
  bool all_caught_up();
  void note_safe(const TopicPartition& name, base::Offset next);
  void store();
  void wait_for_more();

  const bus::ClusterPlace place_;
  const coord::GroupOptions group_;
  log::SourceOptions options_;
  const std::shared_ptr<JoinWatch> watch_ = std::make_shared<JoinWatch>();
  Client client_;
  GroupMember member_;
  GroupPositions positions_;
  GroupStart start_;
  coord::Wakeups wakeups_;
  stream::MergeSource merge_;
  std::map<TopicPartition, Part> parts_;
  std::set<TopicPartition> known_;  // when the source opened
  log::HandedRows handed_;
  stream::Ticket safe_;
  std::uint64_t rows_left_, ranks_ = 0;
  bool joined_ = false, waits_for_group_ = false;
  std::optional<nanoseconds> give_up_by_;
  std::optional<nanoseconds> leave_by_;  // the run is to stop
  nanoseconds next_store_{0};
  std::optional<Error> failure_;
};

stream::MergeSource::Options merging(const log::SourceOptions& options, base::Clock& clock) {
  stream::MergeSource::Options how;
  how.order = options.merge_by_time ? stream::MergeSource::Order::time : stream::MergeSource::Order::arrival;
  how.merge_wait = options.merge_wait;
  how.clock = &clock;
  return how;
}

GroupSource::GroupSource(const bus::ClusterPlace& place, coord::GroupOptions group,
                         log::SourceOptions options)
    : place_(place),
      group_(std::move(group)),
      options_(std::move(options)),
      client_(place_, RD_KAFKA_CONSUMER, defaults(options_), fixed(group_.name, options_.read_committed),
              watch_),
      member_(client_, *watch_, group_.name, options_.say),
      positions_(client_, *watch_, group_.name),
      start_(client_, place_, group_, options_),
      merge_({}, merging(options_, place_.clock)),
      rows_left_(options_.count.value_or(UINT64_MAX)) {
  wakeups_.add(member_.wake().fd());
  wakeups_.add(merge_.wait_fd());
  member_.wake().watch(positions_.answers());
  client_.wake(member_.wake());
  look_at_topics();
}

// What cannot be is told at once, and not once the group has thought about it.
void GroupSource::look_at_topics() {
  std::vector<TopicMetadata> topics;
  if (log::has_patterns(options_)) topics = client_.topics();
  std::erase_if(topics, [this](const auto& each) { return !log::operand_of(options_, each.name); });
  std::vector<TopicPartition> named;
  for (const std::string& name : options_.operands) {
    if (log::is_pattern(name)) continue;
    log::check_topic_name(name);
    topics.push_back(client_.topic(name));
    for (const TopicMetadata::Partition& each : topics.back().partitions) named.push_back({name, each.id});
  }
  log::refuse_twice(named);
  for (const TopicMetadata& topic : topics)
    for (const TopicMetadata::Partition& each : topic.partitions) known_.insert({topic.name, each.id});
  if (known_.empty() && options_.until_end)
    throw log::no_match(options_.patterns.front().text, client_.shown());
  if (known_.empty()) group_.say("no topic matches '" + options_.patterns.front().text + "' yet");
  const std::vector<TopicPartition> all(known_.begin(), known_.end());
  start_.note_ends(all);
  // Also asks whether the group lets us in at all, which takes some partition or other.
  (void)positions_.stored(all.empty() ? std::vector<TopicPartition>{{"__consumer_offsets", {0}}} : all,
                          [this] { member_.attend(); });
}

Pull GroupSource::next(Batch& batch) {
  batch.clear();
  if (!std::exchange(joined_, true)) member_.join(options_.operands);
  attend();
  if (failure_) throw *failure_;
  if (rows_left_ == 0) return Pull::end;
  Pull pull = Pull::would_block;
  if (member_.asked() == GroupMember::Asked::nothing && !parts_.empty()) pull = merge_.next(batch);
  if (pull == Pull::batch) {
    client_.came_back();
    handed_.add(batch, rows_left_);
    rows_left_ -= batch.lines.size();
    handed_.each_of_newest([this](const TopicPartition& name, base::Offset next) {
      if (const auto part = parts_.find(name); part != parts_.end()) part->second.handed = next;
    });
  }
  pause_ended();
  if (pull == Pull::batch) return pull;
  if (all_caught_up()) return Pull::end;
  wait_for_more();
  return Pull::would_block;
}

void GroupSource::wait_for_more() {
  wakeups_.clear();
  nanoseconds wake_in = waits_for_group_ ? kAskAgain : kPollEvery;
  if (positions_.has_notes()) wake_in = std::min(wake_in, std::max(1ns, next_store_ - now()));
  if (give_up_by_) wake_in = std::min(wake_in, std::max(1ns, *give_up_by_ - now()));
  wakeups_.wake_in(wake_in);
  // What came between the last look and the clearing.
  if (member_.asked() != GroupMember::Asked::nothing && safe_ >= handed_.newest()) wakeups_.wake();
}

void GroupSource::attend() {
  if (failure_ || !joined_) return;
  try {
    member_.wake().clear();
    member_.attend();
    positions_.collect();
    rebalance();
    if (member_.take_unlisted()) look_for_deleted();
    store();
    leave_if_stuck();
  } catch (const Error& error) {
    failure_ = error;
    wakeups_.wake();
  }
}

// Its partitions may have been taken back before anybody could ask for its records.
void GroupSource::look_for_deleted() {
  for (const std::string& name : options_.operands)
    if (!log::is_pattern(name) && client_.is_gone(name)) throw log::deleted_topic(name);
}

bool GroupSource::drain() {
  if (!leave_by_) leave_by_ = now() + kStuckAfter;
  return false;
}

void GroupSource::leave_if_stuck() {
  if (!leave_by_ || now() < *leave_by_ || safe_ >= handed_.newest()) return;
  (void)positions_.store_all(kStoreWithin);
  while (!parts_.empty()) drop(TopicPartition(parts_.begin()->first));
  (void)member_.leave(kLeaveWithin);
  joined_ = false;
}

void GroupSource::rebalance() {
  switch (member_.asked()) {
    case GroupMember::Asked::nothing:
      return;
    case GroupMember::Asked::to_take:
      return take_share();
    case GroupMember::Asked::to_give_up:
      if (!give_up_by_) give_up_by_ = now() + kGiveUpWithin;
      if (safe_ < handed_.newest() && now() < *give_up_by_) return;
      [[fallthrough]];
    case GroupMember::Asked::to_forget:
      return give_up_share();
  }
}

void GroupSource::take_share() {
  const std::vector<TopicPartition> names = member_.partitions();
  const std::vector<std::optional<base::Offset>> stored = positions_.stored(names);
  const std::vector<Start> starts = start_.of(names, stored);
  std::vector<log::Position> from;
  for (std::size_t i = 0; i < names.size(); ++i) {
    from.push_back({names[i], starts[i].begin});
    open(names[i], starts[i]);
    // Also before anything is read: where reading begins may be "the end", which moves on.
    if (!stored[i]) note_safe(names[i], starts[i].begin);
  }
  member_.take(from);
  waits_for_group_ = false;
}

void GroupSource::open(const TopicPartition& name, const Start& start) {
  PartitionSource::Options how;
  how.name = name;
  how.from = start.from;
  how.extent = start.extent;
  how.stop = start.stop;
  how.stop_when_dry = options_.until_end;
  const auto& words = options_.operands;
  how.may_vanish = std::find(words.begin(), words.end(), name.topic) == words.end();
  how.move = [this, name](base::Offset to) { member_.move({name, to}); };
  how.say = options_.say;
  auto made = std::make_unique<PartitionSource>(client_, std::move(how));
  parts_[name] = Part{made.get(), start.from, start.from};
  merge_.add(std::move(made), ranks_++);
}

void GroupSource::give_up_share() {
  const bool lost = member_.asked() == GroupMember::Asked::to_forget;
  if (!lost && !positions_.store_all(kStoreWithin))
    group_.say("group '" + group_.name + "' has not stored where this member stopped (" +
               positions_.trouble() + "): what it wrote last is read again");
  for (const TopicPartition& each : member_.partitions()) drop(each);
  member_.give_up();
  give_up_by_.reset();
  waits_for_group_ = false;
}

void GroupSource::drop(const TopicPartition& name) {
  const auto part = parts_.find(name);
  if (part == parts_.end()) return;
  const std::int64_t repeated = part->second.handed - part->second.safe;
  if (repeated > 0) {
    group_.say("group '" + group_.name + "' has given " + log::folder_name(name.topic, name.partition) +
               " to another member, which reads up to " + std::to_string(repeated) +
               " records again that are on their way out here");
  }
  merge_.remove(part->second.source);
  parts_.erase(part);
  handed_.forget(name);
  positions_.forget(name);
}

// A partition that has got to its end is not to fill its queue in the background.
void GroupSource::pause_ended() {
  for (auto& [name, part] : parts_)
    if (part.source->ended() && !std::exchange(part.paused, true)) member_.pause(name);
}

bool GroupSource::all_caught_up() {
  const bool ends = options_.until_end || options_.range.to;
  if (!ends || !member_.has_share() || member_.asked() != GroupMember::Asked::nothing) return false;
  const auto at_end = [](const auto& each) { return each.second.source->ended(); };
  if (!std::all_of(parts_.begin(), parts_.end(), at_end)) return false;
  waits_for_group_ = !member_.is_settled(known_);
  return !waits_for_group_;
}

void GroupSource::note_safe(const TopicPartition& name, base::Offset next) {
  const auto part = parts_.find(name);
  if (part == parts_.end()) return;
  part->second.safe = next;
  if (group_.commit_every) positions_.note(name, next);
}

void GroupSource::commit(stream::Ticket ticket) {
  safe_ = std::max(safe_, ticket);
  const auto note = [this](const TopicPartition& name, base::Offset next) { note_safe(name, next); };
  merge_.commit(handed_.commit(ticket, note));
  // Also what lies behind the last row: transaction markers, aborted records.
  for (const auto& [name, part] : parts_)
    if (part.source->committed() > part.safe) note_safe(name, part.source->committed());
  store();
  if (member_.asked() != GroupMember::Asked::nothing && safe_ >= handed_.newest()) wakeups_.wake();
}

stream::Ticket GroupSource::cut(std::size_t rows, stream::Ticket before) {
  return handed_.cut(rows, before);
}

void GroupSource::store() {
  if (!positions_.has_notes() || now() < next_store_) return;
  positions_.store();
  next_store_ = now() + std::max(kStoreGap, group_.commit_every.value_or(kStoreGap));
}

std::vector<GroupSource::Lag> GroupSource::lag() {
  std::vector<Lag> all;
  for (const auto& [name, part] : parts_) all.push_back({name, part.handed, part.source->end_offset()});
  return all;
}

void GroupSource::leave() {
  if (!joined_) return;
  // Refused before it was ever given a share: the group does not count on this member.
  if (failure_ && !member_.has_share() && member_.asked() == GroupMember::Asked::nothing) {
    joined_ = false;
    return;
  }
  const bool stored = positions_.store_all(kStoreWithin);
  const std::string why = positions_.trouble();
  if (!member_.leave(kLeaveWithin))
    group_.say("group '" + group_.name +
               "' did not answer: it waits for this member until session.timeout.ms is over");
  joined_ = false;
  if (stored) return;
  throw Error(Kind::network, "the position of group '" + group_.name + "' could not be stored: " + why)
      .detail("what was read since it was stored last is read again by the next run")
      .code("position_not_stored");
}

void GroupSource::leave_at_once() {
  if (!std::exchange(joined_, false)) return;
  try {
    (void)positions_.store_all(kStoreAtOnce);
    (void)member_.leave(kLeaveAtOnce);
  } catch (const Error&) {
    // The end was asked for, and is the answer; what was not stored is read again.
  }
}

}  // namespace

std::unique_ptr<log::Source> open_group_source(const bus::ClusterPlace& place, coord::GroupOptions group,
                                               log::SourceOptions options) {
  return std::make_unique<GroupSource>(place, std::move(group), std::move(options));
}

}  // namespace weir::kafka
