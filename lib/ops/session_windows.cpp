// Sessions: runs of events of one key, each at most a gap from the next. All open sessions of a key are one entry.
#include <algorithm>
#include <compare>
#include <string>
#include <utility>
#include <vector>

#include "ops/window_kind.h"
#include "state/timers.h"

namespace weir::ops {
namespace {

struct Session {
  std::int64_t first = 0, last = 0;
  AggregateState state;
  Pane pane;
};

struct SessionsEntry {
  std::vector<Session> sessions;  // of one key, apart by more than the gap, in order of time
  std::size_t held = 0;           // bytes of them

  void encode(base::Buffer& to) const {
    state::Writer writer(to);
    writer.number(sessions.size());
    for (const Session& each : sessions) {
      writer.integer(each.first);
      writer.integer(each.last);
      each.state.encode(writer);
      each.pane.encode(writer);
    }
  }
  static bool decode(std::string_view from, SessionsEntry& to) {
    state::Reader reader(from);
    const std::uint64_t count = reader.number();
    for (std::uint64_t i = 0; i < count && !reader.failed(); ++i) {
      Session& each = to.sessions.emplace_back();
      each.first = reader.integer();
      each.last = reader.integer();
      each.state.decode(reader);
      each.pane.decode(reader);
    }
    to.count_bytes();
    return reader.done();
  }
  void count_bytes() {
    held = sessions.capacity() * sizeof(Session);
    for (const Session& each : sessions) held += each.state.bytes() + each.pane.newest.capacity();
  }
  std::size_t bytes() const { return held; }
};

// When a session is looked at again; at a time in the order of rows.
struct Due {
  std::int64_t first;
  std::string sort_key, key;
  bool operator<(const Due& other) const {
    return first != other.first ? first < other.first : sort_key < other.sort_key;
  }
};

class SessionWindows final : public WindowKind {
 public:
  explicit SessionWindows(const Parts& parts)
      : WindowKind(parts),
        gap_(parts.settings.size_ms),
        open_(parts.store, "sessions", &sort_by_json),
        closing_(std::max<std::int64_t>(gap_ / 8, 1), &parts.store),
        on_time_(std::max<std::int64_t>(gap_ / 8, 1), &parts.store) {}

  bool take(std::string_view key, std::int64_t ts) override {
    SessionsEntry* entry = open_.find(0, key);
    const auto [from, to] =
        entry == nullptr ? std::pair<std::size_t, std::size_t>{0, 0} : touched(*entry, ts);
    const bool touches = from < to;
    const std::int64_t first = touches ? std::min(ts, entry->sessions[from].first) : ts;
    const std::int64_t last = touches ? std::max(ts, entry->sessions[to - 1].last) : ts;
    if (closed_to_ > plus(last, gap_)) return false;
    if (entry == nullptr) entry = &open_.at(0, key);
    if (!touches) {
      entry->sessions.insert(entry->sessions.begin() + static_cast<std::ptrdiff_t>(from),
                             Session{ts, ts, {}, {}});
    } else {
      merge(key, *entry, from, to, first, last);
    }
    Session& session = entry->sessions[from];
    const bool begins_anew = !touches || session.first != first;
    session.first = first;
    session.last = last;
    aggregates().add(session.state);
    // A session that only grew is looked at when it would have closed.
    if (begins_anew || restarted_) watch(key, session);
    if (several_rows()) emit(key, session);
    entry->count_bytes();
    open_.changed(0, *entry);
    return true;
  }

  void advance(std::int64_t watermark) override {
    const std::int64_t before = std::exchange(watermark_, watermark);
    closed_to_ = minus(watermark, settings().grace_ms);
    if (settings().emit == Emit::ontime) write_due(on_time_, watermark, false);
    write_due(closing_, closed_to_, true);
    if (settings().emit == Emit::early_time && early_due(before, watermark)) tick();
  }

  void tick() override {
    std::vector<std::pair<std::int64_t, Due>> due;
    open_.each_sorted(0, [&](std::string_view key, SessionsEntry& entry) {
      for (const Session& each : entry.sessions) {
        if (each.pane.changed) due.emplace_back(plus(each.last, gap_), due_of(key, each));
      }
    });
    std::stable_sort(due.begin(), due.end(), [](const auto& a, const auto& b) {
      return a.first != b.first ? a.first < b.first : a.second < b.second;
    });
    for (const auto& [end, one] : due) {
      SessionsEntry& entry = *open_.find(0, one.key);
      write(one.key, *session_at(entry, one.first), "early");
      open_.changed(0, entry);
    }
  }

  std::int64_t promised(std::int64_t watermark) const override {
    return minus(WindowKind::promised(watermark), gap_);
  }

  void save(state::Writer& to) const override { to.integer(watermark_); }
  void load(state::Reader& from) override {
    watermark_ = from.integer();
    closed_to_ = minus(watermark_, settings().grace_ms);
    open_.each(0, [&](std::string_view key, SessionsEntry& entry) {
      for (const Session& each : entry.sessions) watch(key, each);
    });
  }

 private:
  // The sessions that an event at `ts` belongs to; where none, the place of a new one.
  std::pair<std::size_t, std::size_t> touched(const SessionsEntry& entry, std::int64_t ts) const {
    std::size_t from = 0;
    while (from < entry.sessions.size() && plus(entry.sessions[from].last, gap_) < ts) ++from;
    std::size_t to = from;
    while (to < entry.sessions.size() && minus(entry.sessions[to].first, gap_) <= ts) ++to;
    return {from, to};
  }

  // Makes one session, from `first` to `last`, of those in [from, to). Its bounds are set by the caller.
  void merge(std::string_view key, SessionsEntry& entry, std::size_t from, std::size_t to, std::int64_t first,
             std::int64_t last) {
    Pane pane;
    for (std::size_t i = from; i < to; ++i) {
      Session& each = entry.sessions[i];
      pane.events += each.pane.events;
      if (each.first == first && each.last == last) {
        const std::uint64_t events = pane.events;
        pane = each.pane;
        pane.events = events;
      } else if (each.pane.visible) {
        write_delete(key, each);
      }
    }
    Session& whole = entry.sessions[from];
    for (std::size_t i = from + 1; i < to; ++i) aggregates().merge(whole.state, entry.sessions[i].state);
    entry.sessions.erase(entry.sessions.begin() + static_cast<std::ptrdiff_t>(from) + 1,
                         entry.sessions.begin() + static_cast<std::ptrdiff_t>(to));
    // One that had its row on time is due again.
    restarted_ = whole.pane.fired && !pane.fired;
    whole.pane = std::move(pane);
  }

  Due due_of(std::string_view key, const Session& session) {
    sort_key_.clear();
    sort_by_json(key, sort_key_);
    return {session.first, std::string(sort_key_.view()), std::string(key)};
  }
  void watch(std::string_view key, const Session& session) {
    restarted_ = false;
    const std::int64_t end = plus(session.last, gap_);
    closing_.add(end, due_of(key, session));
    if (settings().emit == Emit::ontime) on_time_.add(end, due_of(key, session));
  }

  static Session* session_at(SessionsEntry& entry, std::int64_t first) {
    for (Session& each : entry.sessions) {
      if (each.first == first) return &each;
    }
    return nullptr;
  }

  // Past its end a session is closed, or has its row on time. One that grew is looked at again later, one that is no more
  // was told under another beginning.
  void write_due(state::Timers<Due>& timers, std::int64_t watermark, bool closes) {
    while (!timers.empty() && timers.first_time() < watermark) {
      const std::int64_t time = timers.first_time();
      Due due = timers.pop();
      SessionsEntry* const entry = open_.find(0, due.key);
      Session* const session = entry == nullptr ? nullptr : session_at(*entry, due.first);
      if (session == nullptr) continue;
      const std::int64_t end = plus(session->last, gap_);
      if (end != time) {
        timers.add(end, std::move(due));
      } else if (closes) {
        close(due.key, *entry, *session);
      } else if (!session->pane.fired) {
        session->pane.fired = true;
        write(due.key, *session, "ontime");
        open_.changed(0, *entry);
      }
    }
  }

  void close(std::string_view key, SessionsEntry& entry, Session& session) {
    const bool final_row = settings().emit != Emit::changes && settings().emit != Emit::ontime;
    if (final_row) write(key, session, "final");
    entry.sessions.erase(entry.sessions.begin() + (&session - entry.sessions.data()));
    if (entry.sessions.empty()) {
      open_.erase(0, key);
    } else {
      entry.count_bytes();
      open_.changed(0, entry);
    }
  }

  void emit(std::string_view key, Session& session) {
    Pane& pane = session.pane;
    ++pane.events;
    pane.changed = true;
    if (settings().emit == Emit::changes) return write(key, session, "update");
    if (settings().emit == Emit::early_count && pane.events % settings().early_count == 0)
      return write(key, session, "early");
    if (settings().emit == Emit::ontime && watermark_ > plus(session.last, gap_)) {
      pane.fired = true;
      write(key, session, "late");
    }
  }

  WindowRow row_of(std::string_view key, Session& session) {
    return {.key = key,
            .start = session.first,
            .end = plus(session.last, gap_),
            .ts = session.last,
            .times_of_events = true,
            .first = session.first,
            .last = session.last,
            .state = &session.state,
            .history = several_rows() ? &session.pane : nullptr};
  }
  void write(std::string_view key, Session& session, std::string_view pane) {
    WindowRow row = row_of(key, session);
    row.pane = pane;
    rows().write(row);
  }
  void write_delete(std::string_view key, Session& session) { rows().write_delete(row_of(key, session)); }

  const std::int64_t gap_;
  state::Buckets<SessionsEntry> open_;  // all in bucket 0
  state::Timers<Due> closing_, on_time_;
  base::Buffer sort_key_;
  bool restarted_ = false;  // the session just merged has to be watched anew
  std::int64_t watermark_ = kBeforeAll;
  std::int64_t closed_to_ = kBeforeAll;  // the watermark minus the grace
};

}  // namespace

std::unique_ptr<WindowKind> make_session_windows(const WindowKind::Parts& parts) {
  return std::make_unique<SessionWindows>(parts);
}

}  // namespace weir::ops
