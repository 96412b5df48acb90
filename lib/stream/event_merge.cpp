#include "stream/event_merge.h"

#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <utility>

#include "base/assert.h"
#include "base/error.h"

namespace weir::stream {
namespace {

using std::chrono::nanoseconds;

constexpr std::uint64_t kTimerTag = std::numeric_limits<std::uint64_t>::max();
// How much is read ahead of one input before the others are looked at again.
constexpr int kBatchesAhead = 16;

// A row without a time goes before all that have one.
std::int64_t order_of(base::EventTime time) {
  return time == base::kNoTime ? std::numeric_limits<std::int64_t>::min() : time.ms;
}

[[noreturn]] void cannot_wait(int error) {
  throw base::Error(base::Kind::io, "cannot wait for several inputs: " + base::errno_words(error));
}

template <typename Rows>
void move_slice(Rows& to, Rows& from, std::size_t begin, std::size_t end) {
  if (from.empty()) return;
  to.assign(from.begin() + static_cast<std::ptrdiff_t>(begin),
            from.begin() + static_cast<std::ptrdiff_t>(end));
}

}  // namespace

struct EventMerge::Head {
  Head(From input, std::size_t its_number, const BatchSpool::Options& spool)
      : from(std::move(input)),
        number(static_cast<std::uint32_t>(its_number)),
        ahead(std::make_unique<BatchSpool>(spool)) {}

  From from;
  std::uint32_t number;
  enum class State {
    ask,    // may have more: nobody has looked since it last had something
    ready,  // batch has rows from `at` on, or something behind them
    dry,    // has nothing now
    ended,
  } state = State::ask;
  std::unique_ptr<BatchSpool> ahead;  // what was read before its turn
  bool source_ended = false;          // what is in `ahead` is all there will be
  bool end_told = false;
  bool idle_told = false;  // since its last row
  bool caught_up = false;  // a `first` one: the others may go on
  std::optional<nanoseconds> dry_since;
  Batch batch;
  std::size_t at = 0;
  int watched_fd = -1;

  bool has_rows() const { return state == State::ready && at < batch.lines.size(); }
  std::int64_t time(std::size_t row) const { return order_of(batch.times[row]); }
};

EventMerge::EventMerge(std::vector<From> inputs, Options options, Errors& errors)
    : options_(std::move(options)), errors_(errors) {
  WEIR_ASSERT(!inputs.empty());
  for (From& from : inputs) heads_.emplace_back(std::move(from), heads_.size(), options_.spool);
  epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
  if (epoll_ < 0) cannot_wait(errno);
  if (!options_.wait && !options_.idle) return;
  timer_ = ::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
  epoll_event event{.events = EPOLLIN, .data = {.u64 = kTimerTag}};
  if (timer_ < 0 || ::epoll_ctl(epoll_, EPOLL_CTL_ADD, timer_, &event) != 0) cannot_wait(errno);
}

EventMerge::~EventMerge() {
  if (timer_ >= 0) ::close(timer_);
  if (epoll_ >= 0) ::close(epoll_);
}

Pull EventMerge::next(Batch& batch) {
  batch.clear();
  wake_dry_heads();
  for (Head& head : heads_)
    while (head.state == Head::State::ask) ask(head);
  batch.ticket = {tickets_ + 1};
  if (tell_end_or_idle(batch)) return ++tickets_, Pull::batch;
  if (!waits()) {
    std::size_t end = 0;
    if (Head* const head = choose(&end)) {
      ++tickets_;
      take(batch, *head, end);
      return Pull::batch;
    }
    const bool ended = std::all_of(heads_.begin(), heads_.end(),
                                   [](const Head& head) { return head.state == Head::State::ended; });
    if (ended) return Pull::end;
  }
  read_ahead();
  watch_what_is_waited_for();
  set_timer();
  return Pull::would_block;
}

// Finds out, with one system call for all, which of the inputs that had nothing may have something now.
void EventMerge::wake_dry_heads() {
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
    if (head.state == Head::State::dry && head.watched_fd < 0) head.state = Head::State::ask;
}

bool EventMerge::behind() const {
  return std::any_of(heads_.begin(), heads_.end(),
                     [](const Head& head) { return !head.source_ended && head.from.source->behind(); });
}

void EventMerge::ask(Head& head) {
  if (!head.ahead->empty()) {
    head.ahead->pop(head.batch);
    return take_in(head);
  }
  switch (head.source_ended ? Pull::end : head.from.source->next(head.batch)) {
    case Pull::batch:
      return take_in(head);
    case Pull::would_block:
      head.state = Head::State::dry;
      if (head.from.follows && !head.from.source->behind()) head.caught_up = true;
      // Asked again and dry still: the wait for it goes on, and does not begin anew.
      if (!head.dry_since) head.dry_since = options_.clock->steady();
      return;
    case Pull::end:
    case Pull::torn_end:
      head.source_ended = true;
      head.state = Head::State::ended;
      return;
  }
}

void EventMerge::take_in(Head& head) {
  head.at = 0;
  head.state = Head::State::ready;
  head.dry_since.reset();
  head.idle_told = false;
  if (head.from.times == nullptr || head.from.first || options_.order == Order::arrival) return;
  head.batch.times.clear();
  head.from.times->append(head.batch, head.batch.times);
  WEIR_ASSERT(head.batch.times.size() == head.batch.lines.size());
}

// Before anything else, so that nothing of another input comes between the last row and the end.
bool EventMerge::tell_end_or_idle(Batch& batch) {
  if (draining_) return false;
  for (Head& head : heads_) {
    Mark::Kind kind{};
    if (head.state == Head::State::ended && !head.end_told) {
      head.end_told = true;
      kind = Mark::Kind::input_end;
    } else if (head.state == Head::State::dry && options_.idle && !head.idle_told &&
               options_.clock->steady() - *head.dry_since >= *options_.idle) {
      head.idle_told = true;
      kind = Mark::Kind::input_idle;
    } else {
      continue;
    }
    batch.mark = Mark{.kind = kind, .line = {}, .watermark = {}, .input = head.number};
    batch.input_number = head.number;
    return true;
  }
  return false;
}

bool EventMerge::has_first() const {
  return std::any_of(heads_.begin(), heads_.end(), [](const Head& head) { return head.from.first; });
}

// Is an input without a head still waited for?
bool EventMerge::waits() const {
  if (has_first()) {
    return std::any_of(heads_.begin(), heads_.end(), [](const Head& head) {
      return head.from.first && head.state == Head::State::dry && !head.caught_up;
    });
  }
  if (options_.order == Order::arrival || draining_) return false;
  const nanoseconds now = timer_ < 0 ? nanoseconds{0} : options_.clock->steady();
  return std::any_of(heads_.begin(), heads_.end(), [&](const Head& head) { return waits_for(head, now); });
}

bool EventMerge::waits_for(const Head& head, nanoseconds now) const {
  if (head.state != Head::State::dry) return false;
  const auto over = [&](const std::optional<nanoseconds>& limit) {
    return limit && now - *head.dry_since >= *limit;
  };
  return !over(options_.wait) && !over(options_.idle);
}

// Which head goes next, and up to which of its rows it may go on before another has to.
EventMerge::Head* EventMerge::choose(std::size_t* end) {
  const bool by_time = options_.order == Order::time && !has_first();
  Head* first = nullptr;
  Head* second = nullptr;
  const auto before = [](const Head& a, const Head& b) {
    const std::int64_t time_a = a.time(a.at), time_b = b.time(b.at);
    if (time_a != time_b) return time_a < time_b;
    return a.from.rank != b.from.rank ? a.from.rank < b.from.rank : a.number < b.number;
  };
  for (Head& head : heads_) {
    if (head.from.first && head.state == Head::State::ready) return *end = head.batch.lines.size(), &head;
  }
  for (std::size_t i = 0; i < heads_.size(); ++i) {
    Head& head = heads_[by_time ? i : (last_taken_ + 1 + i) % heads_.size()];
    if (head.state != Head::State::ready) continue;
    if (!head.has_rows()) return *end = head.batch.lines.size(), &head;
    if (first == nullptr) {
      first = &head;
    } else if (by_time && before(head, *first)) {
      second = std::exchange(first, &head);
    } else if (by_time && (second == nullptr || before(head, *second))) {
      second = &head;
    }
  }
  if (first == nullptr) return nullptr;
  if (by_time && !draining_)
    for (const Head& head : heads_) gave_up_waiting_ |= head.state == Head::State::dry;
  *end = first->batch.lines.size();
  if (second != nullptr) {
    const std::int64_t limit = second->time(second->at);
    const bool ties = first->from.rank != second->from.rank ? first->from.rank < second->from.rank
                                                            : first->number < second->number;
    std::size_t row = first->at + 1;
    while (row < *end && (first->time(row) < limit || (ties && first->time(row) == limit))) ++row;
    *end = row;
  }
  return first;
}

// Makes the run a batch of its own; with the last row goes what stands behind it.
void EventMerge::take(Batch& batch, Head& head, std::size_t end) {
  Batch& from = head.batch;
  const std::size_t begin = head.at;
  const bool whole = end == from.lines.size();
  const Ticket ticket{tickets_};
  last_taken_ = head.number;
  head.at = end;
  if (begin == 0 && whole) {
    shares_.push_back({ticket, head.number, from.ticket});
    std::swap(batch, from);
  } else {
    batch.blocks = from.blocks;
    batch.form = from.form;
    batch.input = from.input;
    batch.fanned_out = from.fanned_out;
    move_slice(batch.lines, from.lines, begin, end);
    move_slice(batch.records, from.records, begin, end);
    move_slice(batch.origins, from.origins, begin, end);
    move_slice(batch.times, from.times, begin, end);
    batch.first_line = from.first_line;
    batch.first_byte = from.first_byte;
    batch.first_data = from.first_data;
    if (begin < end) {
      const Line first = from.lines[begin];
      batch.first_line += first.index;
      if (from.first_data != nullptr) {
        batch.first_byte += static_cast<std::uint64_t>(first.data - from.first_data);
        batch.first_data = first.data;
      }
      for (Line& line : batch.lines) line.index -= first.index;
    }
    if (whole) {
      batch.mark = std::move(from.mark);
      batch.unread = std::move(from.unread);
      shares_.push_back({ticket, head.number, from.ticket});
    }
  }
  batch.ticket = ticket;
  batch.input_number = head.number;
  if (batch.mark) batch.mark->input = head.number;
  if (batch.unread != nullptr) {
    errors_.bad_unread(*batch.unread, static_cast<std::uint32_t>(batch.lines.size()));
    batch.unread.reset();
  }
  if (whole) head.state = Head::State::ask;
}

// Nothing can go on, so what others may be waiting to write is read, and kept until its turn.
void EventMerge::read_ahead() {
  for (Head& head : heads_) {
    if (!head.from.ahead || head.state != Head::State::ready) continue;
    Batch batch;
    for (int i = 0; i < kBatchesAhead && !head.source_ended; ++i) {
      const Pull pulled = head.from.source->next(batch);
      if (pulled == Pull::would_block) break;
      if (pulled == Pull::batch) {
        head.ahead->push(std::move(batch));
      } else {
        head.source_ended = true;
      }
    }
  }
}

// Of the inputs that have a head only those that may be read ahead: another that is readable would wake us for nothing.
void EventMerge::watch_what_is_waited_for() {
  for (std::size_t i = 0; i < heads_.size(); ++i) {
    Head& head = heads_[i];
    const bool wanted = !head.source_ended && (head.state == Head::State::dry ||
                                               (head.state == Head::State::ready && head.from.ahead));
    const int fd = wanted ? head.from.source->wait_fd() : -1;
    if (fd == head.watched_fd) continue;
    if (head.watched_fd >= 0) (void)::epoll_ctl(epoll_, EPOLL_CTL_DEL, head.watched_fd, nullptr);
    epoll_event event{.events = EPOLLIN, .data = {.u64 = i}};
    if (fd >= 0 && ::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0) cannot_wait(errno);
    head.watched_fd = fd;
  }
}

// For the first moment at which a wait is over.
void EventMerge::set_timer() {
  if (timer_ < 0) return;
  const nanoseconds now = options_.clock->steady();
  std::optional<nanoseconds> first;
  for (const Head& head : heads_) {
    if (head.state != Head::State::dry) continue;
    for (const std::optional<nanoseconds>& limit : {options_.wait, options_.idle}) {
      const nanoseconds left = limit ? *head.dry_since + *limit - now : nanoseconds{0};
      if (left > nanoseconds{0}) first = first ? std::min(*first, left) : left;
    }
  }
  if (!first) return;
  itimerspec when{};
  when.it_value.tv_sec = static_cast<time_t>(first->count() / 1'000'000'000);
  when.it_value.tv_nsec = static_cast<long>(first->count() % 1'000'000'000);
  (void)::timerfd_settime(timer_, 0, &when, nullptr);
}

bool EventMerge::drain() {
  draining_ = true;
  for (Head& head : heads_) {
    if (!head.from.source->drain()) head.source_ended = true;
    if (head.state == Head::State::dry) head.state = Head::State::ask;
  }
  return true;
}

void EventMerge::commit(Ticket ticket) {
  while (!shares_.empty() && shares_.front().ours <= ticket) {
    const Share share = shares_.front();
    shares_.pop_front();
    heads_[share.input].from.source->commit(share.theirs);
  }
}

bool EventMerge::needs_attention() const {
  return std::any_of(heads_.begin(), heads_.end(),
                     [](const Head& head) { return head.from.source->needs_attention(); });
}

void EventMerge::attend() {
  for (Head& head : heads_) head.from.source->attend();
}

Source::Meter EventMerge::meter() const {
  Meter sum{.bytes = 0, .size = 0};
  for (const Head& head : heads_) {
    const Meter one = head.from.source->meter();
    sum.bytes += one.bytes;
    sum.size = sum.size && one.size ? std::optional(*sum.size + *one.size) : std::nullopt;
  }
  return sum;
}

}  // namespace weir::stream
