#include "cli/input_flags.h"

#include "base/error.h"
#include "stream/line_source.h"

namespace weir::cli {

Flags flags(BusFlags& to, Short config_short) {
  Flag config = flag(config_short == Short::given ? "-F" : "", "--kafka-config", "FILE",
                     "Read such properties from FILE", to.kafka_file)
                    .completing(Completes::file)
                    .more(
                        "One KEY=VALUE per line, as in kcat's configuration file. Keep secrets there, not on "
                        "the command line.");
  Flag bus =
      flag("-b", "--bus", "WHERE", "Where topics live: a directory or HOST:PORT", to.where)
          .initially("$WEIR_BUS or ./weir-data")
          .completing(Completes::bus)
          .more(
              "A directory is a local log, laid out as Kafka lays out a log directory. HOST:PORT[,...], "
              "kafka://HOST:PORT and kafkas://HOST:PORT (TLS) name a Kafka cluster.");
  // -b "$DATA" with DATA unset must not quietly mean the default.
  bus.set = [&to](std::string_view where) {
    if (where.empty())
      throw base::Error(base::Kind::usage, "'' is no place").hint("-b DIRECTORY").code("bad_bus");
    to.where = where;
  };
  return minor(group("Bus", {std::move(bus),
                             flag("-X", "KEY=VALUE",
                                  "Hand a property to the Kafka client; a local log needs none", to.kafka),
                             std::move(config)}));
}

Flags flags(ErrorFlags& to) {
  using Policy = stream::Errors::Policy;
  Flag dead_letter =
      flag("--dead-letter", "FILE|topic:NAME", "Keep bad events there; implies --on-error dead-letter",
           to.dead_letter)
          .completing(Completes::input)
          .more(
              "A dead letter is an envelope that holds the event byte for byte, and why it is bad: error, "
              "tool, source, line, byte. FILE is appended to. In a topic the reason is in headers "
              "weir-error-*. produce -J sends dead letters again as they were. To mend them first, put a "
              "FILE of "
              "them into a topic with produce -J, and take the events out with consume, byte for byte.");
  dead_letter.set = [&to](std::string_view value) {
    if (value.empty()) throw base::Error(base::Kind::usage, "'' is no file").code("bad_word");
    if (value == "-") {
      throw base::Error(base::Kind::usage, "- would mix bad events with the good ones")
          .hint("--dead-letter /dev/stderr, or ./- for a file of that name")
          .code("bad_word");
    }
    to.dead_letter = value;
    to.policy = Policy::dead_letter;
  };
  return minor(group(
      "Bad events",
      {choice("--on-error", "What becomes of an event that cannot be handled", to.policy,
              {{"fail", Policy::fail}, {"skip", Policy::skip}, {"dead-letter", Policy::dead_letter}})
           .more("Bad JSON, an expression or type error, a bad time, a line that is too long. What came "
                 "before it is "
                 "written in any case."),
       std::move(dead_letter),
       flag("--max-errors", "N", "Give up with exit 3 when more than N events are bad", to.max_errors)
           .more("Only with --on-error skip or --dead-letter: without them the first one ends the run."),
       check([&to] {
         if (to.policy == Policy::dead_letter && to.dead_letter.empty()) {
           throw base::Error(base::Kind::usage, "--on-error dead-letter has nowhere to put them")
               .hint("--dead-letter bad.ndjson, or --dead-letter topic:bad")
               .code("missing_value");
         }
         if (to.policy == Policy::fail && to.max_errors) {
           throw base::Error(
               base::Kind::usage,
               "--max-errors counts bad events that are passed over, and the first one ends this run")
               .hint("--on-error skip --max-errors " + std::to_string(*to.max_errors) +
                     ", or --dead-letter FILE")
               .code("missing_flag");
         }
         if (to.policy != Policy::dead_letter && !to.dead_letter.empty()) {
           throw base::Error(base::Kind::usage, "--dead-letter and another --on-error exclude each other")
               .hint("leave --on-error out")
               .code("flags_exclude");
         }
       })}));
}

Flags flags(ZoneFlag& to) {
  return minor(
      group("Input", {flag("--tz", "ZONE", "Zone of dates and times that name none", to.zone)
                          .completing(Completes::zone)
                          .more("UTC, an offset such as +05:30, or a name such as Europe/Berlin.")}));
}

Flag group_flag(std::string_view help, std::string& to) {
  Flag made = flag("-g", "--group", "GROUP", help, to).completing(Completes::group);
  made.set = [&to](std::string_view value) {
    if (value.empty()) throw base::Error(base::Kind::usage, "'' is no name of a group").code("bad_word");
    to = value;
  };
  return made;
}

Flag max_line_flag(base::Size& to) {
  Flag made = flag("--max-line", "SIZE", "A longer line is a bad event", to);
  made.set = [&to](std::string_view value) {
    const base::Size size = base::parse_size(value);
    constexpr base::Size kMost{stream::kRecordBytesMax};
    if (size.bytes < 1 || size > kMost) {
      throw base::Error(base::Kind::usage,
                        std::string(value) + " is not between 1B and " + base::format_size(kMost))
          .code("bad_number");
    }
    to = size;
  };
  return made;
}

Flags flags(InputFlags& to) {
  return {operand("INPUT", "- (stdin), a FILE or FIFO, or topic:NAME; read one after the other", to.inputs)
              .initially("-")
              .completing(Completes::input),
          reading_flags(to, Groups::offered)};
}

Flags reading_flags(InputFlags& to, Groups groups) {
  Flags from_group;
  if (groups == Groups::offered) {
    from_group = group_flag("Go on where GROUP stopped (topic: inputs)", to.group)
                     .more("--from is for partitions of which no position is stored.");
  }
  return {
      minor(group(
          "Input",
          {flag("-J", "--envelope", "Lines are envelopes, in and out: key, headers, time", to.envelope)
               .more("One JSON object a line: topic, partition, offset, ts, key, headers, value. An "
                     "expression's . is the "
                     "value; $key $ts $topic $partition $offset $headers are the rest."),
           flag("--follow", "Wait for what is still to come (topic: inputs)", to.follow),
           flag("--from", "POINT", "Start there (topic: inputs)", to.from)
               .initially("start")
               .offering({"start", "end", "today", "yesterday"})
               .more("start, end, an offset, or a time: 2024-01-31T12:00:00Z, today, -1h, @1700000000."),
           flag("--to", "POINT", "Stop before it (topic: inputs)", to.to).offering({"end", "now", "today"}),
           std::move(from_group), max_line_flag(to.max_line)})),
      flags(to.zone), flags(to.bus), flags(to.errors)};
}

Flags flags(MergeFlags& to) {
  using Order = stream::EventMerge::Order;
  return minor(
      group("Several inputs",
            {flag("--merge-wait", "DUR", "Go on without an input that has nothing for so long", to.wait)
                 .initially("wait for it")
                 .more("Inputs are merged by event time, so the next event of each has to be known. Results "
                       "then depend "
                       "on how fast the inputs are."),
             choice("--order", "Merge by event time, or take events as they arrive", to.order,
                    {{"time", Order::time}, {"arrival", Order::arrival}})
                 .more("By arrival the results depend on how fast the inputs are, and events may be late "
                       "that would not "
                       "be.")}));
}

Flags flags(OutputFlags& to) {
  return minor(group("Output", {flag("--latency", "DUR",
                                     "Longest a finished line may wait while input keeps coming", to.latency)
                                    .initially("until the next read would block")}));
}

}  // namespace weir::cli
