#include "stream/merge_source.h"

#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <optional>

#include "base/assert.h"
#include "base/error.h"

namespace weir::stream {
namespace {

using std::chrono::nanoseconds;

constexpr std::size_t kRowsMax = 8192;
constexpr std::uint64_t kTimerTag = std::numeric_limits<std::uint64_t>::max();

// A record without a time goes before all that have one.
std::int64_t time_of(const record::Record& record) {
  return record.ts == base::kNoTime ? std::numeric_limits<std::int64_t>::min() : record.ts.ms;
}

std::ptrdiff_t distance(std::size_t rows) {
  return static_cast<std::ptrdiff_t>(rows);
}

[[noreturn]] void cannot_wait(int error) {
  throw base::Error(base::Kind::io, "cannot wait for several inputs: " + base::errno_words(error));
}

}  // namespace

struct MergeSource::Head {
  enum class State {
    ask,    // may have more: next() has not been called since it last had something
    ready,  // batch holds rows from `at` on, or a mark
    dry,    // would block
    ended,
  };
  std::unique_ptr<Source> source;
  std::uint64_t rank = 0;
  State state = State::ask;
  std::optional<nanoseconds> dry_since;  // none: it had something when it was last asked
  Batch batch;
  std::size_t at = 0;
  std::vector<std::uint32_t> topics;  // the input's numbers of topics -> ours

  bool has_rows() const { return state == State::ready && at < batch.lines.size(); }
  std::int64_t time() const { return time_of(batch.records[at]); }
};

MergeSource::MergeSource(std::vector<std::unique_ptr<Source>> inputs, Options options) : options_(options) {
  epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
  if (epoll_ < 0) cannot_wait(errno);
  for (std::unique_ptr<Source>& input : inputs) add(std::move(input), heads_.size());
  if (options_.merge_wait > nanoseconds{0}) {
    timer_ = ::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    if (timer_ < 0) cannot_wait(errno);
    watch(timer_, kTimerTag);
  }
}

void MergeSource::add(std::unique_ptr<Source> input, std::uint64_t rank) {
  // The place of one that was removed, so that a group that changes its shares for years does not grow.
  auto place =
      std::find_if(heads_.begin(), heads_.end(), [](const Head& head) { return head.source == nullptr; });
  if (place == heads_.end()) place = heads_.emplace(place);
  watch(input->wait_fd(), static_cast<std::uint64_t>(place - heads_.begin()));
  Head& head = *place;
  head.state = Head::State::ask;
  head.source = std::move(input);
  head.rank = rank;
}

// Its place stays, ended: the numbers of the others are in use.
void MergeSource::remove(const Source* input) {
  const auto found = std::find_if(heads_.begin(), heads_.end(),
                                  [&](const Head& head) { return head.source.get() == input; });
  WEIR_ASSERT(found != heads_.end());
  if (input->wait_fd() >= 0) (void)::epoll_ctl(epoll_, EPOLL_CTL_DEL, input->wait_fd(), nullptr);
  const auto number = static_cast<std::size_t>(found - heads_.begin());
  std::erase_if(shares_, [&](const Share& share) { return share.input == number; });
  gone_.bytes += found->source->meter().bytes;
  *found = Head{};
  found->state = Head::State::ended;
}

std::optional<base::Offset> MergeSource::first_held(const Source* input) const {
  const auto found = std::find_if(heads_.begin(), heads_.end(),
                                  [&](const Head& head) { return head.source.get() == input; });
  if (found == heads_.end() || !found->has_rows()) return std::nullopt;
  return found->batch.origins[found->at].offset;
}

void MergeSource::watch(int fd, std::uint64_t tag) {
  epoll_event event{.events = EPOLLIN, .data = {.u64 = tag}};
  if (fd >= 0 && ::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0) cannot_wait(errno);
}

MergeSource::~MergeSource() {
  if (timer_ >= 0) ::close(timer_);
  if (epoll_ >= 0) ::close(epoll_);
}

Pull MergeSource::next(Batch& batch) {
  batch.clear();
  wake_dry_heads();
  batch.ticket = {++tickets_};
  batch.form = Batch::Form::records;
  batch.input = &merged_;
  while (batch.lines.size() < kRowsMax && !batch.mark) {
    for (std::size_t i = 0; i < heads_.size(); ++i)
      while (heads_[i].state == Head::State::ask) ask(i);
    if (held_back()) break;
    const Choice choice = choose();
    if (choice.head == heads_.size()) break;
    take(batch, choice);
    if (options_.order == Order::arrival) break;
  }
  if (!batch.lines.empty() || batch.mark || (!shares_.empty() && shares_.back().ours == batch.ticket))
    return Pull::batch;
  --tickets_;
  const bool ended = std::all_of(heads_.begin(), heads_.end(),
                                 [](const Head& head) { return head.state == Head::State::ended; });
  return ended ? Pull::end : Pull::would_block;
}

// Finds out, with one system call for all, which of the inputs that had nothing may have something now.
void MergeSource::wake_dry_heads() {
  if (std::none_of(heads_.begin(), heads_.end(),
                   [](const Head& head) { return head.state == Head::State::dry; }))
    return;
  epoll_event events[16];
  const int count = ::epoll_wait(epoll_, events, 16, 0);
  for (int i = 0; i < count; ++i) {
    if (events[i].data.u64 == kTimerTag) {
      std::uint64_t expirations;
      (void)!::read(timer_, &expirations, sizeof expirations);
    } else if (Head& head = heads_[events[i].data.u64]; head.state == Head::State::dry) {
      head.state = Head::State::ask;
    }
  }
  for (Head& head : heads_)
    if (head.state == Head::State::dry && head.source->wait_fd() < 0) head.state = Head::State::ask;
}

void MergeSource::ask(std::size_t input) {
  Head& head = heads_[input];
  switch (head.source->next(head.batch)) {
    case Pull::batch: {
      head.at = 0;
      head.dry_since.reset();
      const bool something = !head.batch.lines.empty() || head.batch.mark;
      if (!something) return share(input);  // no rows, but a newer position; it may be asked again
      WEIR_ASSERT(head.batch.records.size() == head.batch.lines.size() || head.batch.lines.empty());
      head.state = Head::State::ready;
      return adopt_topics(head);
    }
    case Pull::would_block:
      head.state = Head::State::dry;
      // Asked again and dry still: the wait for it goes on, and does not begin anew.
      if (!head.dry_since) head.dry_since = options_.clock->steady();
      return;
    case Pull::end:
    case Pull::torn_end:
      head.state = Head::State::ended;
      return;
  }
}

// Each input counts its own topics from 0.
void MergeSource::adopt_topics(Head& head) {
  if (head.batch.input == nullptr) return;
  const std::vector<std::string>& theirs = head.batch.input->topics;
  for (std::size_t i = head.topics.size(); i < theirs.size(); ++i) {
    auto found = std::find(merged_.topics.begin(), merged_.topics.end(), theirs[i]);
    if (found == merged_.topics.end()) {
      merged_.name += (merged_.name.empty() ? "topic:" : ",") + theirs[i];
      found = merged_.topics.insert(merged_.topics.end(), theirs[i]);
    }
    head.topics.push_back(static_cast<std::uint32_t>(found - merged_.topics.begin()));
  }
}

bool MergeSource::behind() const {
  return std::any_of(heads_.begin(), heads_.end(), [](const Head& head) {
    return head.has_rows() || (head.state != Head::State::ended && head.source->behind());
  });
}

// True while an input that has nothing at hand is known to have more, or may still come up with the next record.
bool MergeSource::held_back() {
  if (options_.order == Order::arrival) return false;
  for (const Head& head : heads_)
    if (head.state == Head::State::dry && head.source->behind()) return true;  // its descriptor wakes us
  if (options_.merge_wait == nanoseconds{0}) return false;
  const nanoseconds now = options_.clock->steady();
  nanoseconds longest{0};
  for (const Head& head : heads_)
    if (head.state == Head::State::dry)
      longest = std::max(longest, *head.dry_since + options_.merge_wait - now);
  if (longest == nanoseconds{0}) return false;
  itimerspec when{};
  when.it_value.tv_sec = static_cast<time_t>(longest.count() / 1'000'000'000);
  when.it_value.tv_nsec = static_cast<long>(longest.count() % 1'000'000'000);
  (void)::timerfd_settime(timer_, 0, &when, nullptr);
  return true;
}

// Which head goes next, and up to which of its rows it may go on before another has to.
MergeSource::Choice MergeSource::choose() const {
  const auto before = [this](std::size_t a, std::size_t b) {  // ties: the lower rank
    const std::int64_t time_a = heads_[a].time(), time_b = heads_[b].time();
    return time_a != time_b ? time_a < time_b : heads_[a].rank < heads_[b].rank;
  };
  const std::size_t none = heads_.size();
  std::size_t first = none, second = none;
  for (std::size_t i = 0; i < heads_.size(); ++i) {
    if (heads_[i].state != Head::State::ready) continue;
    if (!heads_[i].has_rows() || options_.order == Order::arrival) return {i, heads_[i].batch.lines.size()};
    if (first == none || before(i, first)) {
      second = std::exchange(first, i);
    } else if (second == none || before(i, second)) {
      second = i;
    }
  }
  if (first == none) return {none, 0};
  const Head& head = heads_[first];
  std::size_t end = head.batch.lines.size();
  if (second != none) {
    const std::int64_t limit = heads_[second].time();
    end = head.at + 1;
    while (end < head.batch.lines.size()) {
      const std::int64_t time = time_of(head.batch.records[end]);
      if (time > limit || (time == limit && heads_[second].rank < head.rank)) break;
      ++end;
    }
  }
  return {first, end};
}

// Moves the chosen run, as far as it fits, to the end of `batch`.
void MergeSource::take(Batch& batch, const Choice& choice) {
  Head& head = heads_[choice.head];
  Batch& from = head.batch;
  const std::size_t end = std::min(choice.end, head.at + (kRowsMax - batch.lines.size()));
  const auto slice = [&](const auto& rows) {
    return std::pair(rows.begin() + distance(head.at), rows.begin() + distance(end));
  };
  const std::size_t first = batch.lines.size();
  if (end > head.at) {
    for (const BlockRef& block : from.blocks)
      if (std::find(batch.blocks.begin(), batch.blocks.end(), block) == batch.blocks.end())
        batch.blocks.push_back(block);
    const auto lines = slice(from.lines);
    batch.lines.insert(batch.lines.end(), lines.first, lines.second);
    const auto records = slice(from.records);
    batch.records.insert(batch.records.end(), records.first, records.second);
    if (!from.origins.empty()) {
      const auto origins = slice(from.origins);
      batch.origins.insert(batch.origins.end(), origins.first, origins.second);
    }
    batch.origins.resize(batch.lines.size());
  }
  for (std::size_t i = first; i < batch.lines.size(); ++i) {
    batch.lines[i].index = static_cast<std::uint32_t>(i);
    Origin& origin = batch.origins[i];
    if (origin.topic < head.topics.size()) origin.topic = head.topics[origin.topic];
  }
  head.at = end;
  if (head.at < from.lines.size()) return;
  batch.mark = std::move(from.mark);
  share(choice.head);
  head.state = Head::State::ask;
}

// All of the input's batch is behind the ticket that is being made.
void MergeSource::share(std::size_t input) {
  shares_.push_back({{tickets_}, input, heads_[input].batch.ticket});
}

void MergeSource::commit(Ticket ticket) {
  while (!shares_.empty() && shares_.front().ours <= ticket) {
    const Share share = shares_.front();
    shares_.pop_front();
    heads_[share.input].source->commit(share.theirs);
  }
}

Source::Meter MergeSource::meter() const {
  Meter sum{.bytes = gone_.bytes, .size = 0};
  for (const Head& head : heads_) {
    if (head.source == nullptr) continue;
    const Meter one = head.source->meter();
    sum.bytes += one.bytes;
    if (sum.size) sum.size = one.size ? std::optional(*sum.size + *one.size) : std::nullopt;
  }
  return sum;
}

}  // namespace weir::stream
