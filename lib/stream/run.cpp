#include "stream/run.h"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include <boost/container/small_vector.hpp>

#include "base/stopped.h"
#include "stream/outlet.h"

namespace weir::stream {
namespace {

using std::chrono::nanoseconds;

// How many batches may pass without a look at the descriptors: a filter that lets nothing through writes nothing, and
// must still find out that its reader has left.
constexpr unsigned kBatchesBetweenLooks = 64;

class Loop {
 public:
  Loop(Source& source, const std::vector<Operator*>& operators, Sink& out, Errors& errors,
       const RunSettings& settings, const std::vector<Sink*>& sides)
      : source_(source),
        attended_(source.needs_attention()),
        operators_(operators),
        out_(out),
        takes_(std::any_of(operators.begin(), operators.end(),
                           [](const Operator* each) { return each->takes(); })),
        errors_(errors),
        settings_(settings) {
    for (Sink* side : sides) sides_.push_back(std::make_unique<Outlet>(*side));
    if (!sides_.empty()) late_.emplace(*this, *sides_.front());
    if (errors.dead_letters() != nullptr) letters_.emplace(*errors.dead_letters());
    for (std::size_t i = 0; i < operators.size(); ++i) links_.push_back(Link{*this, i + 1});
  }

  Outcome run();

 private:
  // The chain behind one operator, as a sink for rows that the operator adds by itself.
  class Link final : public Sink {
   public:
    Link(Loop& loop, std::size_t next) : loop_(loop), next_(next) {}
    Flow write(const Batch& batch) override {
      Batch copy = batch;  // the next operator changes it in place
      copy.ticket = loop_.handled_;
      copy.mark.reset();
      const Flow flow = loop_.pass(copy, next_);
      return batch.mark && flow == Flow::more ? loop_.pass_mark(*batch.mark, loop_.handled_, next_) : flow;
    }
    Ticket acked() override { return loop_.out_.acked(); }
    int wait_fd() const override { return loop_.out_.wait_fd(); }
    void flush() override { loop_.out_.flush(); }

   private:
    Loop& loop_;
    std::size_t next_;
  };

  // A side, as a sink for what an operator puts there in the middle of a batch.
  class Side final : public Sink {
   public:
    Side(Loop& loop, Outlet& to) : loop_(loop), to_(to) {}
    Flow write(const Batch& batch) override {
      Batch copy = batch;
      copy.ticket = loop_.handled_;
      return to_.write(copy);
    }
    Ticket acked() override { return to_.acked(); }
    int wait_fd() const override { return to_.wait_fd(); }
    void flush() override { to_.flush(); }

   private:
    Loop& loop_;
    Outlet& to_;
  };

  Ending drive();
  Ending end(Ending ending);
  void emit(Flow (Operator::*last_rows)(Context&));
  Context context_of(std::size_t place);
  void count(const Context& context);
  Ending settle(Ending ending);
  std::optional<Ending> handle(Batch& batch);
  Flow pass(Batch& batch, std::size_t first);
  Flow pass_mark(Mark mark, Ticket ticket, std::size_t first);
  Ticket ticket_of_judged(Ticket whole);
  void cut_at_halt(Batch& batch) const;
  void deliver(Ticket ticket);
  void collect();
  void flush();
  bool any_full() const;
  bool all_settled();
  void wait(bool for_source);
  void look();
  void tick_if_due();
  void tick_operators();
  void attend_in_write();
  bool suspends(const Batch& batch) const;
  bool save_is_due();
  void save(Saves::Moment moment);
  nanoseconds now() { return settings_.clock->steady(); }
  Totals totals();
  Stop::Wish wish() { return settings_.stop == nullptr ? Stop::Wish::none : settings_.stop->wish(); }

  template <typename Act>
  void each_outlet(Act act) {
    act(out_);
    if (letters_) act(*letters_);
    for (const auto& side : sides_) act(*side);
  }

  Source& source_;
  const bool attended_;
  const std::vector<Operator*>& operators_;
  Outlet out_;
  std::optional<Outlet> letters_;
  std::vector<std::unique_ptr<Outlet>> sides_;
  std::optional<Side> late_;
  std::vector<Link> links_;
  const bool takes_;  // some operator does
  Errors& errors_;
  const RunSettings& settings_;

  Batch batch_;
  Ticket handled_;             // the newest one whose rows have all been through the operators
  Ticket committed_;           // told to the source
  bool dirty_ = false;         // something was written since the last flush
  std::size_t read_rows_ = 0;  // of the batch as it was read
  std::optional<std::uint32_t>
      unread_from_;            // the first row of it that nobody looked at, when the run ends there
  bool last_in_part_ = false;  // of the row before that not all went out
  bool reading_ended_ = false;
  bool unsaved_ = false;  // something was read since the last save
  unsigned batches_since_look_ = 0;
  nanoseconds started_{0}, dirty_since_{0}, last_row_{0}, next_tick_{0}, next_operator_tick_{0},
      next_save_{0};
  std::uint64_t rows_ = 0, dropped_ = 0, taken_ = 0, late_events_ = 0;  // events
  std::uint64_t passed_ = 0;  // handed to the sink, those that operators add included
};

Outcome Loop::run() {
  Outcome outcome;
  started_ = last_row_ = now();
  if (settings_.tick) next_tick_ = started_ + *settings_.tick;
  next_operator_tick_ = started_;
  next_save_ = started_ + settings_.save_every;
  if (attended_) each_outlet([this](Outlet& outlet) { outlet.while_blocked([this] { attend_in_write(); }); });
  try {
    outcome.ending = drive();
    if (errors_.halted()) {
      outcome.ending = Ending::failed;
      outcome.error = errors_.halted();
    }
  } catch (const base::Error& error) {
    outcome.ending = Ending::failed;
    outcome.error = error;
  } catch (const base::Stopped&) {
    outcome.ending = Ending::stopped_now;
  }
  outcome.totals = totals();
  const std::uint64_t known = outcome.totals.taken.value_or(outcome.totals.written) + outcome.totals.dropped +
                              outcome.totals.skipped + outcome.totals.dead + outcome.totals.late;
  const std::uint64_t rest = outcome.totals.read > known ? outcome.totals.read - known : 0;
  (outcome.ending == Ending::reader_gone ? outcome.totals.abandoned : outcome.totals.failed) = rest;
  return outcome;
}

Ending Loop::drive() {
  Ending at_end = Ending::end;
  bool draining = false;
  for (;;) {
    switch (wish()) {
      case Stop::Wish::none:
        break;
      case Stop::Wish::settle:
        if (draining) break;
        if (settings_.saves != nullptr || !source_.drain()) return end(Ending::stopped);
        draining = true;
        at_end = Ending::stopped;
        break;
      case Stop::Wish::now:
        return Ending::stopped_now;
    }
    if (out_.gone()) return settle(Ending::reader_gone);
    if (any_full()) {
      dirty_ = true;  // what is taken only now has not been flushed
      collect();
      if (any_full()) wait(false);
      continue;
    }
    tick_operators();
    Pull pulled;
    try {
      pulled = source_.next(batch_);
    } catch (const base::Error&) {
      settle(Ending::failed);  // what was read before is good, and goes out
      throw;
    }
    switch (pulled) {
      case Pull::batch:
        if (suspends(batch_)) return end(at_end);
        if (const auto ending = handle(batch_)) return settle(*ending);
        break;
      case Pull::would_block:
        flush();
        collect();
        if (draining) return end(at_end);
        if (settings_.timeout && now() - last_row_ >= *settings_.timeout) return settle(Ending::timeout);
        if (save_is_due()) {
          save(Saves::Moment::running);
        } else {
          wait(true);
        }
        break;
      case Pull::end:
        return end(at_end);
      case Pull::torn_end:
        return settle(Ending::torn_end);
    }
    tick_if_due();
  }
}

// There is nothing more to read: what operators hold goes out, unless the run has failed, or is to go on another time.
Ending Loop::end(Ending ending) {
  using Moment = Saves::Moment;
  Saves* const saves = settings_.saves;
  const Moment moment = ending == Ending::end && saves != nullptr ? saves->at_end() : Moment::suspended;
  if (saves == nullptr || moment == Moment::drained) {
    emit(&Operator::on_end);
  } else {
    save(moment);
    if (ending == Ending::end) emit(&Operator::on_suspend);
  }
  const Ending settled = settle(errors_.halted() ? Ending::failed : ending);
  if (moment == Moment::drained && settled == ending && !errors_.halted()) saves->save(moment);
  return settled;
}

// The last rows of each operator in turn, through those behind it.
void Loop::emit(Flow (Operator::*last_rows)(Context&)) {
  for (std::size_t i = 0; i < operators_.size() && !errors_.halted() && !out_.gone(); ++i) {
    Context context = context_of(i);
    if ((operators_[i]->*last_rows)(context) == Flow::stop) break;
    count(context);
  }
}

bool Loop::suspends(const Batch& batch) const {
  return settings_.saves != nullptr && batch.mark && batch.mark->kind == Mark::Kind::input_end &&
         settings_.saves->suspends_at_end_of(batch.mark->input);
}

bool Loop::save_is_due() {
  return settings_.saves != nullptr && unsaved_ && now() >= next_save_;
}

// When every sink has acknowledged all; a reader that went away never will.
void Loop::save(Saves::Moment moment) {
  for (;;) {
    flush();  // also the letters of rows that a sink has refused just now
    collect();
    if (all_settled()) break;
    if (wish() == Stop::Wish::now) return;
    wait(false);
  }
  if (out_.gone() || errors_.halted()) return;
  settings_.saves->save(moment);
  unsaved_ = false;
  next_save_ = now() + settings_.save_every;
}

Context Loop::context_of(std::size_t place) {
  Context context{links_[place], errors_};
  if (late_) context.late_out = &*late_;
  return context;
}

void Loop::count(const Context& context) {
  taken_ += context.taken;
  late_events_ += context.late;
}

// One batch through the operators into the sink. Says how the run ends, if it does.
std::optional<Ending> Loop::handle(Batch& batch) {
  if (settings_.saves != nullptr) {
    settings_.saves->on_read(batch);
    unsaved_ = true;
  }
  const Ticket ticket = batch.ticket;
  std::optional<Mark> mark = std::move(batch.mark);
  batch.mark.reset();
  const std::size_t rows = read_rows_ = batch.lines.size();
  rows_ += rows;
  unread_from_.reset();
  if (settings_.timeout && rows > 0) last_row_ = now();
  if (settings_.stamp) batch.arrived = settings_.clock->wall();

  const auto accounted = [this] { return takes_ ? taken_ + late_events_ : passed_; };
  const std::uint64_t bad_before = errors_.bad_rows(), before = accounted();
  // Until all of the batch is handled its rows count as the newest ticket before it: nothing may commit them early.
  const bool halted_by_source = errors_.halted().has_value();
  batch.ticket = mark || halted_by_source ? handled_ : ticket;
  if (halted_by_source) cut_at_halt(batch);
  Flow flow = pass(batch, 0);
  const bool halted = errors_.halted().has_value();
  std::size_t tried = halted ? std::min<std::size_t>(rows, *errors_.halted_at()) : rows;
  if (!halted && unread_from_) {
    tried = std::min<std::size_t>(rows, *unread_from_);
    rows_ -= rows - tried;
  }
  const std::uint64_t kept = accounted() - before + errors_.bad_rows() - bad_before;
  dropped_ += tried > kept ? tried - kept : 0;
  if (halted) return deliver(handled_), Ending::failed;
  if (flow == Flow::stop) return deliver(handled_), out_.gone() ? Ending::reader_gone : Ending::enough;

  if (mark) flow = pass_mark(std::move(*mark), ticket, 0);
  handled_ = ticket;
  deliver(ticket);
  if (flow == Flow::stop) return out_.gone() ? Ending::reader_gone : Ending::enough;

  if (settings_.latency && dirty_ && now() - dirty_since_ >= *settings_.latency) flush();
  collect();
  if (++batches_since_look_ >= kBatchesBetweenLooks) look();
  if (save_is_due()) save(Saves::Moment::running);
  return std::nullopt;
}

// Through the operators from `first` on, and into the sink. What an operator leaves in the batch goes out even when it
// needs nothing further.
Flow Loop::pass(Batch& batch, std::size_t first) {
  bool enough = false;
  for (std::size_t i = first; i < operators_.size() && !batch.lines.empty(); ++i) {
    Context context = context_of(i);
    if (operators_[i]->on_batch(batch, context) == Flow::stop) enough = true;
    count(context);
    if (context.unread_from && first == 0) {
      last_in_part_ = context.last_in_part;
      unread_from_ = std::min(unread_from_.value_or(*context.unread_from), *context.unread_from);
    }
    if (errors_.halted()) cut_at_halt(batch);
  }
  if (!batch.lines.empty()) {
    out_.screen(batch, errors_);
    if (errors_.halted()) cut_at_halt(batch);
  }
  if (first == 0 && (enough || errors_.halted())) batch.ticket = handled_ = ticket_of_judged(batch.ticket);
  if (!dirty_) {
    dirty_ = true;
    if (settings_.latency) dirty_since_ = now();
  }
  passed_ += batch.events();
  return out_.write(batch) == Flow::stop || enough ? Flow::stop : Flow::more;
}

Flow Loop::pass_mark(Mark mark, Ticket ticket, std::size_t first) {
  bool enough = false, taken = false;
  for (std::size_t i = first; i < operators_.size(); ++i) {
    Context context = context_of(i);
    if (operators_[i]->on_mark(mark, context) == Flow::stop) enough = true;
    count(context);
    if (context.mark_taken) {
      taken = true;
      break;
    }
  }
  Batch batch;
  if (!taken && !mark.line.empty()) batch.mark = std::move(mark);
  batch.ticket = ticket;
  dirty_ = true;
  return out_.write(batch) == Flow::stop || enough ? Flow::stop : Flow::more;
}

// The run ends with this batch, perhaps in the middle of it: what was judged may be committed and nothing behind it, so
// that the next run of a group begins with the first row that this one left alone.
Ticket Loop::ticket_of_judged(Ticket whole) {
  std::size_t judged = unread_from_ ? *unread_from_ - (last_in_part_ ? 1 : 0) : read_rows_;
  if (errors_.halted()) judged = std::min<std::size_t>(judged, *errors_.halted_at());
  if (judged == 0) return handled_;
  return judged < read_rows_ ? source_.cut(judged, handled_) : whole;
}

// Rows behind the one that ends the run are not to go out, although an operator may have let them pass.
void Loop::cut_at_halt(Batch& batch) const {
  const std::uint32_t end = *errors_.halted_at();
  if (batch.lines.empty() || batch.lines.back().index < end) return;
  batch.retain([&](std::size_t i) { return batch.lines[i].index < end; });
}

// Dead letters, and the ticket for every side.
void Loop::deliver(Ticket ticket) {
  if (letters_) (void)errors_.deliver(ticket, *letters_);
  if (sides_.empty()) return;
  Batch nothing;
  nothing.ticket = ticket;
  for (const auto& side : sides_) (void)side->write(nothing);
}

// Asks what was acknowledged, and commits what all have.
void Loop::collect() {
  if (letters_ && letters_->gone())
    throw base::Error(base::Kind::io, "cannot write dead letters: their reader went away");
  Ticket least = out_.acked();
  // A row that was refused just now is safe with its letter, and no sooner.
  if (letters_ && errors_.has_letters()) {
    (void)errors_.deliver(handled_, *letters_);
    dirty_ = true;
    if (reading_ended_) flush();
  }
  if (letters_) least = std::min(least, letters_->acked());
  for (const auto& side : sides_)
    if (!side->gone()) least = std::min(least, side->acked());
  if (least <= committed_) return;
  committed_ = least;
  source_.commit(least);
}

void Loop::flush() {
  if (!dirty_) return;
  each_outlet([](Outlet& outlet) { outlet.flush(); });
  dirty_ = false;
}

bool Loop::any_full() const {
  return out_.full() || (letters_ && letters_->full()) ||
         std::any_of(sides_.begin(), sides_.end(), [](const auto& side) { return side->full(); });
}

bool Loop::all_settled() {
  bool settled = true;
  each_outlet([&](Outlet& outlet) { settled = outlet.settled() && settled; });
  return settled;
}

// Writes, waits for every acknowledgement, commits.
Ending Loop::settle(Ending ending) {
  reading_ended_ = true;
  each_outlet([&](Outlet& outlet) {
    if (ending == Ending::end) outlet.input_ended();
    outlet.finish();
  });
  for (;;) {
    collect();
    if (out_.gone() && ending != Ending::failed) ending = Ending::reader_gone;
    if (all_settled()) return collect(), ending;
    if (wish() == Stop::Wish::now) return Ending::stopped_now;
    wait(false);
  }
}

// The only place where a tool waits: for input, room, acknowledgements, a signal, a reader that leaves, or a timer.
void Loop::wait(bool for_source) {
  boost::container::small_vector<pollfd, 8> fds;
  const auto add = [&](int fd, short events) {
    if (fd >= 0) fds.push_back({.fd = fd, .events = events, .revents = 0});
  };
  if (for_source) add(source_.wait_fd(), POLLIN);
  if (settings_.stop != nullptr) add(settings_.stop->fd(), POLLIN);
  each_outlet([&](Outlet& outlet) {
    if (!outlet.settled()) add(outlet.wait_fd(), POLLIN);
  });
  const int watched = reading_ended_ ? -1 : out_.watch_fd();
  add(watched, 0);

  std::optional<nanoseconds> until;
  const auto no_later = [&](nanoseconds time) { until = until ? std::min(*until, time) : time; };
  if (for_source && settings_.timeout) no_later(last_row_ + *settings_.timeout);
  if (settings_.tick) no_later(next_tick_);
  if (settings_.operator_tick && for_source) no_later(next_operator_tick_);
  if (settings_.saves != nullptr && unsaved_ && for_source) no_later(next_save_);
  const bool attends = attended_ && !for_source;
  if (attends) no_later(now() + kAttendEvery);
  if (until) *until = std::max(nanoseconds{0}, *until - now());

  settings_.poller->wait({fds.data(), fds.size()}, until);
  if (watched >= 0 && (fds.back().revents & (POLLERR | POLLHUP | POLLNVAL)) != 0) out_.leave();
  if (attends) source_.attend();
  tick_if_due();
}

// Whether the reader is still there, without waiting.
void Loop::look() {
  batches_since_look_ = 0;
  if (out_.watch_fd() < 0) return;
  std::array<pollfd, 1> watched{{{.fd = out_.watch_fd(), .events = 0, .revents = 0}}};
  settings_.poller->wait(watched, nanoseconds{0});
  if ((watched[0].revents & (POLLERR | POLLHUP | POLLNVAL)) != 0) out_.leave();
}

void Loop::tick_if_due() {
  if (!settings_.tick || !settings_.on_tick) return;
  const nanoseconds present = now();
  if (present < next_tick_) return;
  next_tick_ = present + *settings_.tick;
  settings_.on_tick(totals(), source_.meter());
}

void Loop::tick_operators() {
  if (!settings_.operator_tick) return;
  const nanoseconds present = now();
  if (present < next_operator_tick_) return;
  next_operator_tick_ = present + *settings_.operator_tick;
  Mark mark;
  mark.kind = Mark::Kind::tick;
  mark.watermark.ms = std::chrono::duration_cast<std::chrono::milliseconds>(present).count();
  for (std::size_t i = 0; i < operators_.size(); ++i) {
    Context context = context_of(i);
    (void)operators_[i]->on_mark(mark, context);
    count(context);
  }
}

// From within a write that blocks, perhaps for ever. Throws base::Stopped.
void Loop::attend_in_write() {
  const Stop::Wish wished = wish();
  if (wished == Stop::Wish::now) throw base::Stopped();
  if (wished == Stop::Wish::settle) (void)source_.drain();
  source_.attend();
}

Totals Loop::totals() {
  Totals totals;
  totals.read = rows_ + errors_.unread();
  totals.written = out_.acked_events() - std::min(out_.acked_events(), errors_.refused());
  totals.dropped = dropped_;
  totals.late = late_events_;
  if (takes_) totals.taken = taken_;
  totals.skipped = errors_.skipped();
  totals.dead = letters_ ? letters_->acked_events() : 0;
  totals.bytes_in = source_.meter().bytes;
  totals.bytes_out = out_.bytes();
  totals.seconds = std::chrono::duration<double>(now() - started_).count();
  return totals;
}

}  // namespace

Outcome run(Source& source, const std::vector<Operator*>& operators, Sink& out, Errors& errors,
            const RunSettings& settings, const std::vector<Sink*>& sides) {
  return Loop(source, operators, out, errors, settings, sides).run();
}

}  // namespace weir::stream
