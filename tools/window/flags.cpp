#include "tools/window/flags.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/duration.h"
#include "base/error.h"
#include "expr/named.h"

namespace weir::window {
namespace {

using base::Error;
using base::Kind;
using WindowKind = Options::Kind;
using Emit = Options::Emit;

cli::Flag kind_flag(const char* name, const char* value, const char* help, WindowKind kind, Options& o) {
  std::chrono::nanoseconds none{0};
  cli::Flag made = cli::flag(name, value, help, none);
  made.default_text.clear();
  made.set = [&o, kind, name](std::string_view text) {
    o.kind = kind;
    ++o.kinds;
    const auto duration = base::parse_duration(text);
    try {
      o.size_ms = cli::whole_milliseconds("", duration);
    } catch (const Error& error) {
      throw Error(Kind::usage, std::string(text) + (duration.count() == 0 ? " is no length of time"
                                                                          : " is finer than a millisecond"))
          .code(error.code());
    }
  };
  return made;
}

cli::Flag every_flag(Options& o) {
  std::chrono::nanoseconds none{0};
  cli::Flag made = cli::flag("--every", "DUR", "How far apart hopping windows begin", none);
  made.default_text.clear();
  made.set = [&o](std::string_view text) { o.every_ms = cli::milliseconds(base::parse_duration(text)); };
  return made;
}

cli::Flag rows_flag(Options& o) {
  cli::Flag made = cli::flag("--rows", "N", "Every N events of a key, whatever their time", o.rows);
  made.set = [&o](std::string_view text) {
    o.kind = WindowKind::rows;
    ++o.kinds;
    o.rows = static_cast<std::uint64_t>(cli::parse_integer(text, 1, INT64_MAX));
  };
  return made;
}

cli::Flag calendar_flag(Options& o) {
  cli::Flag made =
      cli::choice("--calendar", "Days, weeks from Monday, or months of --tz", o.kind,
                  {{"day", WindowKind::day}, {"week", WindowKind::week}, {"month", WindowKind::month}});
  made.default_text.clear();
  made.set = [&o, set = made.set](std::string_view text) {
    set(text);
    ++o.kinds;
  };
  return made;
}

cli::Flag by_flag(Options& o) {
  std::vector<std::string> several;
  cli::Flag made = cli::flag("--by", "[NAME=]EXPR", "Windows of their own for each value of EXPR", several);
  made.set = [&o](std::string_view text) {
    expr::Named named = expr::parse_named(text, "--by");
    o.by.push_back({std::move(named.name), std::move(named.expression)});
  };
  return made;
}

cli::Flag agg_flag(Options& o) {
  std::vector<std::string> several;
  cli::Flag made =
      cli::flag("--agg", "NAME=FUNC(EXPR, ...) [where EXPR]", "What to say of each window", several);
  made.set = [&o](std::string_view text) {
    o.aggregates.push_back(ops::parse_aggregate(text));
    o.aggregate_texts.emplace_back(text);
  };
  return made;
}

void parse_early(std::string_view text, Options& o) {
  constexpr std::string_view kWall = ":wall";
  const bool wall = text.ends_with(kWall);
  if (wall) text.remove_suffix(kWall.size());
  const bool digits = !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
  if (digits && !wall) {
    o.emit = Emit::early_count;
    o.early_count = static_cast<std::uint64_t>(cli::parse_integer(text, 1, INT64_MAX));
    return;
  }
  o.emit = wall ? Emit::early_wall : Emit::early_time;
  o.early_ms = cli::milliseconds(base::parse_duration(text));
  if (o.early_ms == 0)
    throw Error(Kind::usage, std::string(text) + " is no length of time").code("bad_duration");
}

cli::Flag emit_flag(Options& o) {
  std::string policy = "final";
  cli::Flag made =
      cli::flag("--emit", "POLICY", "When rows are written", policy)
          .offering({"final", "changes", "ontime", "early="})
          .more(
              "final: one row when a window closes. changes: one for every event and window that it "
              "changes. ontime: one as soon as the watermark has passed the end, then one for every "
              "event that comes late. early=N: one at every Nth event of a window, and the final one. "
              "early=DUR: one whenever the watermark has moved on by so much and the window has "
              "changed, and the final one; early=DUR:wall goes by the clock on the wall. Every row "
              "holds the whole value so far.");
  made.set = [&o](std::string_view text) {
    constexpr std::string_view kEarly = "early=";
    if (text == "final") {
      o.emit = Emit::final_rows;
    } else if (text == "changes") {
      o.emit = Emit::changes;
    } else if (text == "ontime") {
      o.emit = Emit::ontime;
    } else if (text.starts_with(kEarly)) {
      parse_early(text.substr(kEarly.size()), o);
    } else {
      cli::not_one_of(text, {"final", "changes", "ontime", "early=N", "early=DUR"});
    }
  };
  return made;
}

cli::Flag fill_flag(Options& o) {
  cli::Flag made =
      cli::flag("--fill", "0|null", "Rows for windows without events, between two of one key", o.fill);
  made.set = [&o](std::string_view text) {
    if (text != "0" && text != "null") cli::not_one_of(text, {"0", "null"});
    o.fill = text;
  };
  return std::move(made).offering({"0", "null"});
}

bool reads_topics_only(const Options& o) {
  const auto& inputs = o.input.inputs;
  return !inputs.empty() && std::all_of(inputs.begin(), inputs.end(),
                                        [](const std::string& input) { return input.starts_with("topic:"); });
}

cli::Flags merged_input(cli::InputFlags& to) {
  cli::Flags made = cli::flags(to);
  for (cli::Flag& flag : made.list) {
    if (flag.operand) flag.help = "- (stdin), a FILE or FIFO, or topic:NAME; several are merged by time";
  }
  return made;
}

void check_kind(const Options& o) {
  if (o.kinds != 1) {
    throw Error(Kind::usage,
                o.kinds == 0 ? "what windows there are is missing" : "there is one kind of windows only")
        .hint(
            "one of --tumbling 1m, --hopping 10m --every 1m, --sliding 5m, --session 30m, --rows 100, "
            "--calendar day")
        .code(o.kinds == 0 ? "missing_flag" : "flags_exclude");
  }
  const bool hopping = o.kind == WindowKind::hopping;
  if (hopping != (o.every_ms > 0)) {
    throw Error(Kind::usage, hopping ? "--hopping needs --every, above 0" : "--every is for --hopping")
        .hint("--hopping 10m --every 1m")
        .code(hopping ? "missing_flag" : "flags_exclude");
  }
  if (o.align.count() != 0 && !hopping && o.kind != WindowKind::tumbling)
    throw Error(Kind::usage, "--align is for --tumbling and --hopping").code("flags_exclude");
  const char* const of_time = o.time.grace.count() != 0                   ? "--grace"
                              : o.time.late != cli::TimeFlags::Late::drop ? "--late"
                                                                          : nullptr;
  if (o.kind == WindowKind::rows && of_time != nullptr) {
    throw Error(Kind::usage, std::string(of_time) + " is for windows of time, and nothing is late for --rows")
        .code("flags_exclude");
  }
  if (!o.input.group.empty())
    throw Error(Kind::usage, "--group: windows that are open would be lost with their events' position")
        .hint("leave -g out")
        .code("flags_exclude");
}

void check_time(const Options& o) {
  const bool has_time = o.time.ts || o.time.arrival || o.input.envelope || reads_topics_only(o);
  if (has_time || o.kind == WindowKind::rows) return;
  throw Error(Kind::usage, "lines have no time of their own: --ts is missing")
      .hint("--ts .time, or -J for envelopes")
      .code("missing_flag");
}

void check_names(const Options& o) {
  std::vector<std::string> names{"window_start", "window_end"};
  const auto add = [&names](const std::string& name) {
    if (std::find(names.begin(), names.end(), name) != names.end()) {
      throw Error(Kind::usage, "two members of a row would be called '" + name + "'")
          .hint("--by NAME=EXPR and --agg NAME=FUNC() give names")
          .code("given_twice");
    }
    names.push_back(name);
  };
  for (const auto& group : o.by) add(group.name);
  for (const auto& spec : o.aggregates) add(spec.name);
}

}  // namespace

cli::Flags flags(Options& o) {
  return {
      cli::usage("[FLAGS] [INPUT...]"),
      cli::example("weir window --tumbling 1m --by .customer --ts .placed_at orders.ndjson",
                   "how many orders each customer has a minute"),
      cli::example("weir window --calendar day --ts .placed_at --agg 'total=sum(.price)' "
                   "orders.ndjson",
                   "the sum of each day"),
      cli::example(
          "weir window --session 30m --by .customer --ts .placed_at --agg 'ids=collect(.id)' orders.ndjson",
          "visits: a pause of half an hour ends one"),
      cli::note("Groups events by time and key, and writes a row for each group. Time is that of the events: "
                "a window "
                "closes when the newest event is past its end, so that a file, a replay of it and the live "
                "stream give "
                "the same rows."),
      cli::note("Rows are flat objects: the members of --by, window_start, window_end, the aggregates. With "
                "-J they "
                "are the values of envelopes that add key, time, window and pane."),
      cli::group(
          "Windows",
          {kind_flag("--tumbling", "DUR", "One after the other, each so long", WindowKind::tumbling, o),
           kind_flag("--hopping", "DUR", "So long each, one begins --every DUR", WindowKind::hopping, o),
           every_flag(o),
           kind_flag("--sliding", "DUR", "For every event what came within DUR before it",
                     WindowKind::sliding, o),
           kind_flag("--sliding-both", "DUR", "The same, and what came within DUR behind it",
                     WindowKind::sliding_both, o),
           kind_flag("--session", "GAP", "Runs of events of a key with pauses of at most GAP",
                     WindowKind::session, o),
           rows_flag(o), calendar_flag(o),
           cli::minor(cli::Flags{cli::flag("--align", "DUR",
                                           "Windows begin so long after the epoch, and a "
                                           "multiple of their length from there",
                                           o.align)
                                     .initially("0")})}),
      cli::group(
          "Groups",
          {by_flag(o).more(
               "Repeatable. The member of the row has the name of the path's last member, or NAME. Events "
               "whose value is null are dropped. Without it there is one group."),
           agg_flag(o)
               .initially("count=count()")
               .more("Repeatable. count(), and of an expression: count sum avg min max min_by(f, g) "
                     "max_by(f, g) first "
                     "last first_seen last_seen collect(f, LIMIT) collect_set count_distinct approx_distinct "
                     "percentile(f, P) approx_percentile(f, P) topk(f, K) bottomk(f, K) topk_distinct(f, K) "
                     "var_samp "
                     "var_pop stddev_samp stddev_pop. With where only some events count."),
           cli::flag("--having", "EXPR", "Write only rows for which EXPR is true", o.having)
               .more(
                   "EXPR sees the row. A row that is no longer true is deleted by a row with \"_op\":\"d\"."),
           fill_flag(o)}),
      cli::group("Time", {cli::ts_flag("--ts", o.time)}),
      cli::flags(o.time),
      cli::group(
          "Rows",
          {emit_flag(o),
           cli::minor(cli::Flags{
               cli::flag("--only-changed", "With --emit changes: no row that is the same as before",
                         o.only_changed),
               cli::flag("--key-by-window", "With -J the key of a row has the window in it", o.key_by_window)
                   .more(
                       "So that a compacted topic keeps the newest row of each window. Always so unless rows "
                       "are final."),
               cli::choice("--time-format", "How window_start and window_end are written", o.time_format,
                           {{"rfc3339", ops::WindowSettings::Times::rfc3339},
                            {"ms", ops::WindowSettings::Times::ms}})})}),
      cli::field_flags(o.expression),
      cli::flags(o.state),
      merged_input(o.input),
      cli::flags(o.merge),
      cli::flags(o.output),
      cli::check([&o] { check_kind(o); }),
      cli::check([&o] { check_time(o); }),
      cli::check([&o] {
        if (o.aggregates.empty()) o.aggregates.push_back(ops::parse_aggregate("count=count()"));
        check_names(o);
      })};
}

}  // namespace weir::window
