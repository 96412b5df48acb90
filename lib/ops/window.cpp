#include "ops/window.h"

#include <algorithm>
#include <utility>

#include "base/civil.h"
#include "base/error.h"
#include "json/cursor.h"
#include "ops/clock_marks.h"
#include "ops/see_row.h"
#include "ops/window_kind.h"
#include "stream/errors.h"

namespace weir::ops {
namespace {

using Form = stream::Batch::Form;
using Kind = WindowSettings::Kind;
using Seen = expr::Fields::Seen;

std::vector<expr::Fields::Field> fields_of(const WindowSettings& settings, const EventTimes& times,
                                           const Aggregates& aggregates) {
  std::vector<expr::Fields::Field> fields = times.fields();
  for (const WindowSettings::Group& group : settings.by) fields.push_back({"--by", group.expression});
  for (expr::Fields::Field& field : aggregates.fields()) fields.push_back(std::move(field));
  return fields;
}

EventTimes::Settings times_of(const WindowSettings& settings) {
  EventTimes::Settings times = settings.times;
  times.envelope = settings.envelope;
  times.optional = settings.kind == Kind::rows;
  return times;
}

std::unique_ptr<WindowKind> make_kind(const WindowKind::Parts& parts) {
  const WindowSettings& settings = parts.settings;
  switch (settings.kind) {
    case Kind::sliding:
    case Kind::sliding_both:
      return make_sliding_windows(parts);
    case Kind::session:
      return make_session_windows(parts);
    case Kind::rows:
      return make_row_windows(parts);
    case Kind::hopping:
      if (settings.emit == WindowSettings::Emit::final_rows && !settings.fill)
        return make_sliced_windows(parts);
      break;
    default:
      break;
  }
  return make_fixed_windows(parts);
}

bool parted_by_time(Kind kind) {
  return kind != Kind::sliding && kind != Kind::sliding_both && kind != Kind::session && kind != Kind::rows;
}

// What no front end has to know, and a wrong result would follow from.
void check(const WindowSettings& settings) {
  using base::Error;
  const bool final_only = settings.emit == WindowSettings::Emit::final_rows;
  const char* wrong = nullptr;
  if (settings.kind == Kind::rows && !final_only) wrong = "--rows has one row for a window: --emit final";
  if (settings.fill && (!final_only || !parted_by_time(settings.kind)))
    wrong = "--fill is for tumbling, hopping and calendar windows with --emit final";
  if (settings.kind == Kind::hopping && settings.every_ms > settings.size_ms)
    wrong = "--every is longer than --hopping, and events between two windows would be lost";
  if (settings.only_changed && settings.emit != WindowSettings::Emit::changes)
    wrong = "--only-changed is for --emit changes";
  if (wrong != nullptr) throw Error(base::Kind::usage, wrong).code("flags_exclude");
}

}  // namespace

bool WindowKind::early_due(std::int64_t before, std::int64_t watermark) const {
  if (before == kBeforeAll || watermark == kAfterAll) return false;
  return base::floor_div(watermark, settings().early_ms) > base::floor_div(before, settings().early_ms);
}

void WindowEntry::encode(base::Buffer& to) const {
  state::Writer writer(to);
  state.encode(writer);
  writer.flag(pane != nullptr);
  if (pane != nullptr) pane->encode(writer);
}

bool WindowEntry::decode(std::string_view from, WindowEntry& to) {
  state::Reader reader(from);
  to.state.decode(reader);
  if (reader.flag()) to.history().decode(reader);
  return reader.done();
}

Window::Window(const WindowSettings& settings, state::Store& store)
    : settings_(settings),
      store_(store),
      aggregates_(settings.aggregates, Aggregates::Use::add),
      times_(times_of(settings)),
      first_by_(times_.fields().size()),
      first_aggregate_(first_by_ + settings.by.size()),
      fields_(fields_of(settings, times_, aggregates_), settings.setup, settings.evaluator),
      // What is read of an event for its aggregates is good until the next event is read.
      most_ahead_(aggregates_.read_nothing() ? EventsAhead::kMost : 1),
      clock_({settings.inputs, settings.bound_ms, settings.idle_ms}),
      out_(settings.envelope ? Form::envelopes : Form::lines),
      late_(settings.late, settings.envelope),
      watermarks_(settings.wm_step_ms) {
  check(settings_);
  rows_ = std::make_unique<WindowRows>(settings_, aggregates_, out_);
  kind_ = make_kind({settings_, aggregates_, *rows_, store_});
}

Window::~Window() = default;

std::uint64_t Window::beyond_doubles() const {
  return rows_->beyond_doubles();
}

// ---- events

stream::Flow Window::on_batch(stream::Batch& batch, stream::Context& context) {
  rows_->attach(context);
  bool go_on = true;
  for (std::size_t row = 0; go_on && row < batch.lines.size(); ++row) go_on = read(batch, row, context);
  if (go_on) take_ahead(batch, context);
  late_.flush(context);
  batch.retain([](std::size_t) { return false; });
  return hand_on(context);
}

// False: the run is to end. So say the next two.
bool Window::read(const stream::Batch& batch, std::size_t row, stream::Context& context) {
  switch (see_row(fields_, batch, row)) {
    case Seen::blank:
      return true;
    case Seen::bad:
      return take_ahead(batch, context) && bad(batch, row, fields_.fault(), context);
    case Seen::all:
    case Seen::some:
      break;
  }
  if (!times_.read(batch, row, fields_, 0))
    return take_ahead(batch, context) && bad(batch, row, times_.fault(), context);
  EventsAhead::Event& event = ahead_.add();
  event.row = row;
  event.timed = times_.timed();
  event.ts = times_.ts();
  if (event.timed) event.source = times_.source(batch, row, fields_, 0, clock_);
  key_fault_.reset();
  event.keyed = !fields_.tombstone() && make_key(event.key);
  // One that has no key for a fault has moved the watermark all the same.
  if (key_fault_) return take_ahead(batch, context) && bad(batch, row, *key_fault_, context);
  return ahead_.size() < most_ahead_ || take_ahead(batch, context);
}

bool Window::take_ahead(const stream::Batch& batch, stream::Context& context) {
  if (ahead_.size() > 1) kind_->fetch(ahead_.keys());
  bool go_on = true;
  for (const EventsAhead::Event& event : ahead_.events()) {
    go_on = take(batch, event, context) && rows_->flow() != stream::Flow::stop;
    if (!go_on) break;
    store_.relieve();
  }
  ahead_.clear();
  return go_on;
}

bool Window::take(const stream::Batch& batch, const EventsAhead::Event& event, stream::Context& context) {
  if (event.timed) {
    const std::int64_t watermark = clock_.advance(event.source, event.ts);
    if (watermark != watermark_) moved(watermark, context);
  }
  if (!event.keyed) return true;
  if (!aggregates_.read(fields_, first_aggregate_, {event.ts, arrivals_++}))
    return bad(batch, event.row, aggregates_.fault(), context);
  const auto& half = aggregates_.condition_fault();
  if (half && !bad(batch, event.row, *half, context)) return false;
  const bool taken = kind_->take(event.key, event.timed ? event.ts : kBeforeAll);
  if (half) return true;  // accounted for
  if (taken) {
    ++context.taken;
  } else {
    late_.add(batch, event.row, event.ts, out_, context);
  }
  return true;
}

bool Window::bad(const stream::Batch& batch, std::size_t row, const stream::Fault& fault,
                 stream::Context& context) {
  // What the event before it closed is written even if the run ends here.
  (void)out_.flush(context);
  return context.errors.bad(batch, row, fault);
}

// False: a part of the key is null, or has a fault.
bool Window::make_key(std::string& key) {
  key.clear();
  const std::size_t parts = settings_.by.size();
  if (parts > 1) key += '[';
  for (std::size_t i = 0; i < parts; ++i) {
    const expr::Value& value = fields_.value(first_by_ + i);
    if (value.kind <= json::Kind::null) {
      // All parts are looked at, since one that fails makes the event bad whatever the others are.
      for (std::size_t any = 0; any < parts && !key_fault_; ++any)
        key_fault_ = fields_.fault(first_by_ + any);
      return false;
    }
    if (i > 0) key += ',';
    append_key(key, value);
  }
  if (parts > 1) key += ']';
  return true;
}

// ---- time

void Window::moved(std::int64_t watermark, stream::Context& context) {
  watermark_ = watermark;
  kind_->advance(watermark);
  const std::int64_t promised = kind_->promised(watermark);
  if (!watermarks_.due(promised)) return;
  (void)out_.flush(context);
  (void)watermarks_.write(promised, context);
}

stream::Flow Window::on_mark(const stream::Mark& mark, stream::Context& context) {
  using MarkKind = stream::Mark::Kind;
  rows_->attach(context);
  context.mark_taken = mark.kind != MarkKind::end && mark.kind != MarkKind::other;
  if (mark.kind == MarkKind::tick && settings_.emit == WindowSettings::Emit::early_wall) {
    const std::uint64_t before = out_.count();
    kind_->tick();
    ticks_wrote_ |= out_.count() > before;
  }
  const std::int64_t watermark = follow(clock_, mark);
  if (watermark != watermark_) moved(watermark, context);
  return hand_on(context);
}

stream::Flow Window::on_end(stream::Context& context) {
  rows_->attach(context);
  moved(clock_.all_ended(), context);
  return hand_on(context);
}

void Window::tell_chances(stream::Chances& to) const {
  times_.tell_chances(to);
  if (clock_.passed_an_idle_one()) to.add("--idle");
  if (ticks_wrote_) to.add("--emit early=DUR:wall");
}

stream::Flow Window::hand_on(stream::Context& context) {
  const stream::Flow flow = out_.flush(context);
  return rows_->flow() == stream::Flow::stop ? stream::Flow::stop : flow;
}

// ---- state

void Window::save(state::Writer& to) const {
  clock_.save(to);
  to.number(arrivals_);
  watermarks_.save(to);
  kind_->save(to);
}

void Window::load(state::Reader& from) {
  clock_.load(from);
  watermark_ = clock_.now();
  arrivals_ = from.number();
  watermarks_.load(from);
  kind_->load(from);
}

}  // namespace weir::ops
