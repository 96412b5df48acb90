#include "coord/group_source.h"

#include <algorithm>
#include <utility>

#include "log/topic_choice.h"

namespace weir::coord {
namespace {

using namespace std::chrono_literals;
using stream::Pull;

constexpr std::chrono::nanoseconds kSyncEvery = 1s;
// While rows flow nobody waits for the group's descriptor, so it is looked at now and then.
constexpr std::chrono::nanoseconds kLookWhileBusy = 50ms;

// By name, so that one that is missing is told, or as patterns take them in. `reading` outlives the answer.
Group::Topics topics_of(const log::SourceOptions& reading) {
  Group::Topics topics{.names = reading.operands, .only = reading.partitions};
  if (log::has_patterns(reading))
    topics.named = [&reading](std::string_view topic) { return log::operand_of(reading, topic).has_value(); };
  return topics;
}

}  // namespace

GroupSource::GroupSource(log::Log& log, GroupOptions group, log::SourceOptions reading)
    : log_(log),
      reading_(std::move(reading)),
      commit_every_(group.commit_every),
      say_(std::move(group.say)),
      group_(log, std::move(group.name), topics_of(reading_)) {
  wakeups_.add(group_.wait_fd());
  look_at_topics();
}

GroupSource::~GroupSource() {
  wakeups_.remove(group_.wait_fd());
  if (share_ != nullptr) wakeups_.remove(share_->wait_fd());
}

// What cannot be is told at once.
void GroupSource::look_at_topics() {
  if (!log::has_patterns(reading_)) return;
  for (const std::string& name : reading_.operands)
    if (!log::is_pattern(name)) (void)log_.topic(name);
  const auto topics = log_.topics();
  const bool any = std::any_of(topics.begin(), topics.end(), [this](const log::Topic& topic) {
    return log::operand_of(reading_, topic.name).has_value();
  });
  if (any) return;
  if (reading_.until_end) throw log::no_match(reading_.patterns.front().text, log_.directory());
  say_("no topic matches '" + reading_.patterns.front().text + "' yet");
}

Pull GroupSource::next(stream::Batch& batch) {
  batch.clear();
  const std::chrono::nanoseconds now = log_.clock().steady();
  if (!rebalancing_ && review_due(now)) review();
  if (rebalancing_ && safe_ >= handed_) rebalance();
  if (rebalancing_) {
    wakeups_.clear();  // commit() wakes us
    return Pull::would_block;
  }

  Pull pull = Pull::would_block;
  if (share_ != nullptr) {
    pull = share_->next(batch);
  } else if (reading_.until_end && group_.has_share()) {
    pull = Pull::end;
  }
  if (pull == Pull::batch) {
    batch.ticket.value += share_began_.value;
    handed_ = batch.ticket;
    if (reading_.count) *reading_.count -= std::min<std::uint64_t>(*reading_.count, batch.lines.size());
  }
  if (pull == Pull::would_block) {
    wakeups_.clear();
    std::chrono::nanoseconds wake_at = next_review_;
    if (!unstored_.empty()) wake_at = std::min(wake_at, next_store_);
    if (unsynced_) wake_at = std::min(wake_at, next_sync_);
    wakeups_.wake_in(wake_at - now);
    next_look_ = now;  // it may be the group that wakes us
    store(false);
  }
  return pull;
}

bool GroupSource::review_due(std::chrono::nanoseconds now) {
  if (now >= next_review_) return true;
  if (now < next_look_) return false;
  next_look_ = now + kLookWhileBusy;
  return group_.news();
}

void GroupSource::review() {
  const Membership::Change change = group_.review();
  next_review_ = log_.clock().steady() + group_.review_in();
  if (change.gained.empty() && change.surplus.empty()) return;
  surplus_ = change.surplus;
  rebalancing_ = true;
}

void GroupSource::rebalance() {
  close_share();
  group_.release(surplus_);
  surplus_.clear();
  open_share();
  rebalancing_ = false;
  next_review_ = std::chrono::nanoseconds{0};  // somebody may have let go meanwhile
}

void GroupSource::close_share() {
  if (share_ == nullptr) return;
  if (commit_every_) {
    // Also where nothing was read: where reading began may have been "the end", which moves on.
    for (const Lag& each : share_->lag()) {
      if (!group_.position(each.partition)) unstored_.try_emplace(each.partition, each.next);
    }
    store(true);
  }
  const Meter meter = share_->meter();
  closed_meter_.bytes += meter.bytes;
  wakeups_.remove(share_->wait_fd());
  share_.reset();
  reading_.range.last.reset();  // the newest N were those of the beginning
}

void GroupSource::open_share() {
  if (group_.assignment().empty()) return;
  if (!std::exchange(began_, true)) tell_unused_start();
  log::SourceOptions options = reading_;
  options.wanted = [this](const log::TopicPartition& partition) {
    const auto& mine = group_.assignment();
    return std::find(mine.begin(), mine.end(), partition) != mine.end();
  };
  options.stored_position = [this](const log::TopicPartition& partition) {
    return group_.position(partition);
  };
  options.on_commit = [this](const std::vector<log::Position>& positions) {
    for (const log::Position& position : positions) unstored_[position.partition] = position.next;
  };
  const log::Place place{log_.sys(), log_.clock(), log_.host(), &log_};
  share_ = log::open_source(place, std::move(options));
  share_began_ = handed_;
  wakeups_.add(share_->wait_fd());
}

// Later shares go on from positions that this run or another member has stored: nothing new in that.
void GroupSource::tell_unused_start() {
  const auto& mine = group_.assignment();
  const bool unused = reading_.range.from && std::any_of(mine.begin(), mine.end(), [this](const auto& each) {
                        return group_.position(each).has_value();
                      });
  if (unused)
    say_("group '" + group_.name() +
         "' goes on from its stored position, whatever --from or -o says; weir groups reset moves it");
}

void GroupSource::commit(stream::Ticket ticket) {
  safe_ = std::max(safe_, ticket);
  if (share_ != nullptr && ticket > share_began_) share_->commit({ticket.value - share_began_.value});
  store(false);
  if (rebalancing_ && safe_ >= handed_) wakeups_.wake();
}

stream::Ticket GroupSource::cut(std::size_t rows, stream::Ticket before) {
  if (share_ == nullptr || before < share_began_) return before;
  handed_ = {share_->cut(rows, {before.value - share_began_.value}).value + share_began_.value};
  return handed_;
}

void GroupSource::store(bool all) {
  if (!commit_every_) return unstored_.clear();
  const std::chrono::nanoseconds now = log_.clock().steady();
  if (!unstored_.empty() && (all || now >= next_store_)) {
    std::vector<log::Position> positions;
    for (const auto& [partition, next] : unstored_) positions.push_back({partition, next});
    group_.commit(positions);
    unstored_.clear();
    next_store_ = now + *commit_every_;
    if (!unsynced_) next_sync_ = now + kSyncEvery;
    unsynced_ = true;
  }
  if (unsynced_ && (all || now >= next_sync_)) {
    group_.sync();
    unsynced_ = false;
  }
}

GroupSource::Meter GroupSource::meter() const {
  Meter meter = closed_meter_;
  if (share_ != nullptr) meter.bytes += share_->meter().bytes;
  return meter;
}

std::vector<GroupSource::Lag> GroupSource::lag() {
  return share_ == nullptr ? std::vector<Lag>() : share_->lag();
}

void GroupSource::leave() {
  store(true);
  group_.leave();
}

}  // namespace weir::coord
