#include "tools/consume/flags.h"

#include <algorithm>

#include "base/duration.h"
#include "base/error.h"
#include "log/source.h"

namespace weir::consume {
namespace {

using base::Error;
using base::Kind;

void exclude(bool a, const std::string& a_name, bool b, const std::string& b_name) {
  if (a && b)
    throw Error(Kind::usage, a_name + " and " + b_name + " exclude each other").code("flags_exclude");
}

void add_partitions(std::string_view list, std::vector<base::Partition>& to) {
  for (;;) {
    const std::size_t comma = std::min(list.find(','), list.size());
    const base::Partition one = cli::Grammar<base::Partition>::parse(list.substr(0, comma));
    if (std::find(to.begin(), to.end(), one) == to.end()) to.push_back(one);
    if (comma == list.size()) return;
    list.remove_prefix(comma + 1);
  }
}

void check_flags(const Options& o) {
  const bool formatted = !o.format.empty();
  exclude(o.envelope, "-J", formatted, "-f");
  exclude(o.envelope, "-J", o.raw, "--raw");
  exclude(formatted, "-f", o.raw, "--raw");
  exclude(o.range.has_value(), "-o", o.from.has_value(), "--from");
  exclude(o.range.has_value(), "-o", o.to.has_value(), "--to");
  exclude(o.last.has_value(), "--last", o.from.has_value(), "--from");
  exclude(o.last.has_value(), "--last", o.range.has_value() && o.range->from.has_value(), "-o");
  exclude(o.last.has_value(), "--last", !o.group.empty(), "-g");
  exclude(!o.group.empty(), "-g", !o.partitions.empty(), "-p");
  exclude(o.read_committed, "--read-committed", o.read_uncommitted, "--read-uncommitted");
  exclude(o.watermarks, "--watermarks", formatted || o.raw, formatted ? "-f" : "--raw");
  if (o.group.empty() && o.commit_every != std::chrono::nanoseconds{0})
    throw Error(Kind::usage, "--commit is for a group's position, and there is no group")
        .hint("-g GROUP")
        .code("missing_flag");
  if (!o.group.empty() && std::any_of(o.topics.begin(), o.topics.end(), log::is_path))
    throw Error(Kind::usage, "-g is for topics, and an operand is a path")
        .hint("name the topic")
        .code("flags_exclude");
}

}  // namespace

cli::Flags flags(Options& o) {
  cli::Flag partitions = cli::flag("-p", "--partition", "N,...", "Only these partitions", o.partitions);
  partitions.set = [&o](std::string_view list) { add_partitions(list, o.partitions); };
  cli::Flag commit;
  commit.long_name = "--commit";
  commit.value_name = "written|never|DUR";
  commit.help = "When the group's position is stored";
  commit.default_text = "written";
  commit.words = {"written", "never"};
  commit.completes = cli::Completes::words;
  commit.set = [&o](std::string_view text) {
    o.commit_every = std::chrono::nanoseconds{0};
    if (text == "never") o.commit_every.reset();
    if (text != "never" && text != "written") o.commit_every = base::parse_duration(text);
  };
  commit.details =
      "written: whenever lines have been written to stdout in full; into a pipe, so that they are in it. "
      "DUR: the "
      "same, but at most so often. never: the next run reads the same again.";

  return {
      cli::usage("[FLAGS] TOPIC... | PARTITION-DIR | SEGMENT"),
      cli::example("weir consume -e orders", "everything there is, then stop"),
      cli::example("weir consume -g billing orders", "go on where the group stopped, and follow"),
      cli::example("weir consume -J --last 10 -e orders", "the newest ten, with key, time and headers"),
      cli::note(
          "Starts at the first record, then waits for more. Several topics and partitions are merged "
          "by record "
          "time as far as they have a backlog. An operand with a '/' is a partition's folder or a .log "
          "segment, "
          "also one that a Kafka broker wrote. One that begins with ^ is a regular expression: all topics in "
          "whose name it is found."),
      cli::operand("TOPIC", "What to read", o.topics).completing(cli::Completes::topic),
      cli::group(
          "From where to where",
          {cli::flag("-e", "--until-end", "Stop at the end as of now", o.until_end),
           cli::flag("--from", "POINT", "Start there", o.from)
               .initially("start")
               .offering({"start", "end", "today", "yesterday"})
               .more("start, end, an offset, or a time: 2024-01-31T12:00:00Z, today, -1h, @1700000000. A "
                     "time is the "
                     "first record at or after it; what follows that one in its partition comes too, even "
                     "with an earlier time."),
           cli::flag("--to", "POINT", "Stop before it", o.to).offering({"end", "now", "today"}),
           cli::flag("--last", "N", "Start with the newest N in all, by time", o.last)
               .more("Over all partitions and topics; within a partition the last ones are the newest, "
                     "whatever "
                     "their times."),
           cli::flag("-o", "--offset", "RANGE",
                     "Where to start and stop in each partition: -10, 5:20, @-1h: ...", o.range)
               .more("As rpk has it. start (or beginning), end; :end from the start to the end as of now; +N "
                     "that many "
                     "after the start; "
                     "-N that many before the end; N or N: from that offset; :N up to before it; A:B; with @ "
                     "times "
                     "instead of offsets: @T, @T:, @:T, @T1:T2, where T2 may be a span such as 1h."),
           cli::flag("-n", "--count", "N", "Stop after N records", o.count).alias("-c"),
           std::move(partitions),
           cli::flag("--timeout", "DUR", "Exit 124 if nothing comes for so long", o.timeout)}),
      cli::group("Groups",
                 {cli::group_flag("Go on where GROUP stopped, and remember how far it got", o.group)
                      .more("Processes of one group share the partitions. --from and the start of -o are for "
                            "partitions of which no position is stored."),
                  std::move(commit),
                  cli::flag("--lag", "Position, end and lag of each partition on stderr", o.lag)
                      .more("Whenever they have changed, at most each 10 s (each "
                            "second on a terminal), and at the end.")}),
      cli::group(
          "How records are written",
          {cli::flag("-J", "--envelope", "As envelopes: key, headers, time and all", o.envelope),
           cli::flag("-f", "--format", "FORMAT", "As rpk and kcat have it", o.format)
               .more(
                   "%v value, %k key, %t topic, %p partition, %o offset, %d time in ms, %h{%k=%v } headers; "
                   "%V %K %H lengths and number; kcat's %s value, %S its length (-1 for null), %T time in "
                   "ms. "
                   "In braces behind: hex, base64 for texts; big32, hex16, byte and the like for numbers; "
                   "strftime[%F] or go[2006-01-02] for %d. %% and %{ and %} stand for themselves; \\n \\t "
                   "\\r \\0 "
                   "\\xNN. Nothing is added at the end. For produce -f to read back byte for byte: "
                   "'%K{big32}%k%S{big32}%v', with '%H{big32}' and '%h{%K{big32}%k%S{big32}%v}' for headers "
                   "and '%d{big64}'."),
           cli::flag("--raw", "Only the values, with nothing between them", o.raw),
           cli::flag("--watermarks", "Say in band how far event time has got", o.watermarks),
           cli::flag("--wm-step", "DUR", "How much event time between two watermarks", o.watermark_step)}),
      cli::group(
          "How topics are read",
          {cli::flag("--read-committed", "Leave out what a transaction took back [default]",
                     o.read_committed),
           cli::flag("--read-uncommitted", "Everything, also what may be taken back", o.read_uncommitted),
           cli::flag("--skip-corrupt", "Pass over damaged records, and say which", o.skip_corrupt),
           cli::choice("--order", "How partitions and topics are merged", o.order,
                       {{"time", Order::time}, {"arrival", Order::arrival}}),
           cli::flag("--merge-wait", "DUR", "How long one that is caught up holds the others back",
                     o.merge_wait)}),
      cli::flags(o.zone),
      cli::flags(o.bus, cli::Short::given),
      cli::flags(o.errors),
      cli::flags(o.output),
      cli::check([&o] { check_flags(o); }),
  };
}

}  // namespace weir::consume
