#include "cli/time_flags.h"

#include <algorithm>

#include "base/duration.h"
#include "base/error.h"
#include "cli/side_sink.h"

namespace weir::cli {
namespace {

using base::Error;
using base::Kind;
using std::chrono::nanoseconds;

constexpr std::int64_t kNanosPerMs = 1'000'000;

Flag late_flag(TimeFlags& to) {
  Flag made =
      flag("--late", "drop|inline|FILE|topic:NAME", "What becomes of events that come too late", to.late_to)
          .initially("drop")
          .completing(Completes::input)
          .more(
              "They are counted in any case. inline: among the results, with \"_late\":true. FILE is "
              "appended "
              "to.");
  made.set = [&to](std::string_view text) {
    using Late = TimeFlags::Late;
    if (text.empty() || text == "-") {
      throw Error(Kind::usage, "'" + std::string(text) + "' is no file")
          .hint("--late inline writes them among the results")
          .code("bad_word");
    }
    to.late = text == "drop"                   ? Late::drop
              : text == "inline"               ? Late::in_line
              : text.starts_with(kTopicTarget) ? Late::topic
                                               : Late::file;
    to.late_to = to.late == Late::topic ? text.substr(kTopicTarget.size()) : text;
  };
  return made;
}

Flag bound_flag(TimeFlags& to) {
  return flag("--bound", "DUR", "How far an event may lag behind the newest one and still be on time",
              to.bound)
      .initially("0");
}

Flags watermark_flags(TimeFlags& to) {
  return minor(Flags{
      flag("--idle", "DUR", "Do not wait for a partition that is silent for so long", to.idle)
          .more(
              "By the clock on the wall, so that the result depends on it. Without it a silent partition or "
              "input holds all results back."),
      flag("--max-ahead", "DUR", "A time further ahead of now than this is bad", to.max_ahead)
          .more("One wrong time in the far future would close everything. Depends on the clock on the wall."),
      flag("--watermarks", "Write watermarks between the results", to.watermarks)
          .more("Control lines that tell the next tool how far event time has come. They are read wherever "
                "they come in."),
      flag("--wm-step", "DUR", "How far event time moves from one watermark to the next", to.wm_step)
          .initially("1s")});
}

}  // namespace

Flag ts_flag(std::string_view name, TimeFlags& to) {
  Flag made =
      flag(name, "FIELD", "When an event happened: EXPR or EXPR:FORMAT", to.ts)
          .initially("the record's time")
          .more(
              "FORMAT is ms, s, us, ns, rfc3339, auto or strptime:PATTERN. Without FORMAT a number is ms, a "
              "string RFC 3339. The word arrival stands for the time at which an event is read.");
  made.set = [&to, set = made.set](std::string_view text) {
    if (text == "arrival") return void(to.arrival = true);
    set(text);
  };
  return made;
}

Flags flags(TimeFlags& to) {
  return group("Time", {bound_flag(to),
                        flag("--grace", "DUR", "Accept late events for so long", to.grace)
                            .initially("0")
                            .more("Results are final only so much later."),
                        late_flag(to), watermark_flags(to)});
}

Flags clock_flags(TimeFlags& to) {
  return group("Time", {bound_flag(to), watermark_flags(to)});
}

std::int64_t milliseconds(nanoseconds duration) {
  const std::int64_t nanos = duration.count();
  return nanos / kNanosPerMs + (nanos % kNanosPerMs > 0 ? 1 : 0);
}

std::optional<std::int64_t> milliseconds(const std::optional<nanoseconds>& duration) {
  if (!duration) return std::nullopt;
  return milliseconds(*duration);
}

std::optional<nanoseconds> idle_tick(const TimeFlags& flags) {
  if (!flags.idle) return std::nullopt;
  constexpr int kTicksPerIdle = 8;
  return std::max<nanoseconds>(*flags.idle / kTicksPerIdle, std::chrono::milliseconds(1));
}

std::int64_t whole_milliseconds(std::string_view flag, nanoseconds duration) {
  if (duration.count() > 0 && duration.count() % kNanosPerMs == 0) return duration.count() / kNanosPerMs;
  throw Error(Kind::usage,
              std::string(flag) + " " + base::format_duration(duration) +
                  (duration.count() == 0 ? " is no length of time" : " is finer than a millisecond"))
      .code("bad_duration");
}

std::unique_ptr<stream::Sink> open_late(const TimeFlags& flags, const InputFlags& input, Io& io) {
  const bool topic = flags.late == TimeFlags::Late::topic;
  if (!topic && flags.late != TimeFlags::Late::file) return nullptr;
  const std::string target = (topic ? std::string(kTopicTarget) : std::string()) + flags.late_to;
  return open_side({.flag = "--late", .loop_code = "late_loop", .events = "late events", .target = target},
                   input.bus, input.inputs, io);
}

}  // namespace weir::cli
