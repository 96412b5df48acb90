#include "tools/join/flags.h"

#include <algorithm>
#include <string_view>

#include "base/error.h"

namespace weir::join {
namespace {

using base::Error;
using base::Kind;
using std::chrono::nanoseconds;

cli::Flag expression_flag(std::string_view name, std::string_view value, std::string_view help,
                          std::string& to) {
  cli::Flag made = cli::flag(name, value, help, to);
  made.set = [&to](std::string_view text) {
    if (text.empty()) throw Error(Kind::usage, "'' is no expression").code("bad_word");
    to = text;
  };
  return made;
}

cli::Flag topic_flag(std::string_view name, std::string_view help, std::string& to) {
  cli::Flag made = cli::flag(name, "TOPIC", help, to).completing(cli::Completes::topic);
  made.set = [&to](std::string_view text) {
    if (text.empty()) throw Error(Kind::usage, "'' is no topic").code("bad_word");
    to = text;
  };
  return made;
}

cli::Flag names_flag(Options& o) {
  std::string both;
  cli::Flag made = cli::flag("--names", "L,R", "What the two sides are called in the rows", both);
  made.set = [&o](std::string_view text) {
    const std::size_t comma = text.find(',');
    if (comma == std::string_view::npos || comma == 0 || comma + 1 == text.size()) {
      throw Error(Kind::usage, "'" + std::string(text) + "' is no two names")
          .hint("--names order,customer")
          .code("bad_word");
    }
    o.left_name = text.substr(0, comma);
    o.right_name = text.substr(comma + 1);
    o.named = true;
    if (o.left_name == o.right_name)
      throw Error(Kind::usage, "both sides are called " + o.left_name).code("bad_word");
  };
  return made;
}

// A bound may lie on the other side of the left event: --before=-1m.
cli::Flag signed_duration(std::string_view name, std::string_view help, std::optional<nanoseconds>& to) {
  cli::Flag made = cli::flag(name, "DUR", help, to);
  made.set = [&to, set = made.set](std::string_view text) {
    const bool negative = text.starts_with('-');
    set(negative ? text.substr(1) : text);
    if (negative) to = -*to;
  };
  return made;
}

bool is_plain_path(std::string_view text) {
  if (text.empty()) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '$';
  });
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

// --on L=R for two plain paths; any other text is one expression for both sides.
void settle_keys(Options& o) {
  if (!o.on.empty() && (!o.left_on.empty() || !o.right_on.empty())) {
    throw Error(Kind::usage, "--on and --left-on or --right-on exclude each other").code("flags_exclude");
  }
  if (!o.on.empty()) {
    const std::string_view on = o.on;
    const std::size_t equals = on.find('=');
    if (const std::size_t same = on.find("=="); same != std::string_view::npos) {
      const std::string_view left = trimmed(on.substr(0, same)), right = trimmed(on.substr(same + 2));
      if (is_plain_path(left) && is_plain_path(right)) {
        throw Error(Kind::usage, "--on '" + o.on + "' would be true or false of each event, and no key")
            .hint("--on " + std::string(left) + "=" + std::string(right) +
                  " joins left with right events of equal value")
            .code("bad_word");
      }
    }
    if (equals != std::string_view::npos && is_plain_path(on.substr(0, equals)) &&
        is_plain_path(on.substr(equals + 1))) {
      o.left_on = on.substr(0, equals);
      o.right_on = on.substr(equals + 1);
    } else {
      o.left_on = o.right_on = o.on;
    }
  } else if (o.left_on.empty() && o.right_on.empty() && o.input.envelope) {
    o.left_on = o.right_on = "$key";
  }
  if (!o.left_on.empty() && !o.right_on.empty()) return;
  throw Error(Kind::usage, o.left_on.empty() && o.right_on.empty() ? "nothing says what to join on"
                           : o.left_on.empty()                     ? "--right-on without --left-on"
                                                                   : "--left-on without --right-on")
      .hint("join --on customer ..., or --on customer=id where the names differ")
      .code("missing_flag");
}

void settle_kind(Options& o) {
  if (o.within && (o.before || o.after))
    throw Error(Kind::usage, "--within and --before or --after exclude each other").code("flags_exclude");
  const bool streams = o.within || o.before || o.after;
  const int kinds = int{streams} + int{o.table} + int{o.tables} + int{!o.foreign_key.empty()};
  if (kinds != 1) {
    throw Error(Kind::usage, kinds == 0 ? "nothing says what kind of join it is"
                                        : "a join is of one kind, and more were asked for")
        .hint("--within 10m (two streams), --table (RIGHT is one), --tables (both are) or --foreign-key EXPR")
        .code(kinds == 0 ? "missing_flag" : "flags_exclude");
  }
  if (!streams) return;
  if (o.within) o.before = o.after = o.within;
  if (!o.before) o.before = nanoseconds{0};
  if (!o.after) o.after = nanoseconds{0};
  // In milliseconds, since two long ones are more than nanoseconds can count.
  if (cli::milliseconds(*o.before) + cli::milliseconds(*o.after) < 0)
    throw Error(Kind::usage, "--before and --after leave no time between them").code("bad_duration");
}

void check_kind(const Options& o) {
  const char* const kind = o.table ? "--table" : o.tables ? "--tables" : "--foreign-key";
  const bool keeps_right = o.type == Type::right || o.type == Type::outer;
  if (keeps_right && (o.table || !o.foreign_key.empty())) {
    throw Error(Kind::usage, std::string(kind) + " joins are inner or left")
        .hint("exchange LEFT and RIGHT")
        .code("flags_exclude");
  }
  const auto only = [](bool given, bool fits, const char* flag, const char* with) {
    if (!given || fits) return;
    throw Error(Kind::usage, std::string(flag) + " is for joins with " + with).code("flags_exclude");
  };
  only(o.as_of, o.table, "--as-of", "--table");
  only(o.history.has_value(), o.as_of, "--history", "--as-of");
  only(o.time.grace.count() > 0, o.stream_stream() || o.as_of, "--grace", "--within, or --table --as-of");
  only(o.time.late != cli::TimeFlags::Late::drop, o.stream_stream(), "--late", "--within");
  only(o.max_per_key.has_value(), o.stream_stream(), "--max-per-key", "--within");
  if (o.flatten && o.into)
    throw Error(Kind::usage, "--flatten and --into exclude each other").code("flags_exclude");
  if (o.named && o.into)
    throw Error(Kind::usage, "--names and --into exclude each other").code("flags_exclude");
}

void check_inputs(const Options& o) {
  if (o.left_topic.empty() != o.right_topic.empty())
    throw Error(Kind::usage, "--left and --right go together").code("missing_flag");
  if (o.tagged() && !o.input.envelope) {
    throw Error(Kind::usage, "--left and --right need -J: a bare line does not say its topic")
        .hint("consume -J orders payments | join -J --left orders --right payments ...")
        .code("missing_flag");
  }
  const std::size_t count = o.input.inputs.size();
  if (o.tagged() ? count <= 1 : count == 2) return;
  throw Error(Kind::usage,
              o.tagged()  ? "--left and --right split one input, and there are " + std::to_string(count)
              : count < 2 ? "join needs two inputs, LEFT and RIGHT"
                          : "join has two inputs, LEFT and RIGHT, and there are " + std::to_string(count))
      .hint("join --on id --within 10m orders.ndjson payments.ndjson")
      .code("missing_operand");
}

// Where times are compared every event needs one, and a bare line has none of its own.
void check_times(const Options& o) {
  if (o.time.ts && o.left_ts && o.right_ts)
    throw Error(Kind::usage, "--ts says nothing beside --left-ts and --right-ts").code("flags_exclude");
  const bool by_arrival = o.merge.order == stream::EventMerge::Order::arrival;
  const bool both_tables = o.tables || !o.foreign_key.empty();
  const bool right_needed =
      o.stream_stream() || o.as_of || (both_tables && (!by_arrival || o.time.watermarks)) || o.right_ts;
  const bool left_needed = right_needed || o.time.watermarks;
  if (o.input.envelope || o.time.ts || o.time.arrival) return;
  const auto has_none = [&](std::size_t input, const std::optional<base::Field>& own) {
    return !own && !o.input.inputs[input].starts_with("topic:");
  };
  if (!(left_needed && has_none(0, o.left_ts)) && !(right_needed && has_none(1, o.right_ts))) return;
  throw Error(Kind::usage, "nothing says when a bare line happened")
      .hint(both_tables && !o.time.watermarks ? "--ts FIELD, or --order arrival"
            : right_needed                    ? "--ts FIELD"
                                              : "--left-ts FIELD")
      .code("missing_flag");
}

}  // namespace

cli::Flags flags(Options& o) {
  return {
      cli::usage("[FLAGS] LEFT RIGHT"),
      cli::example("weir join --on id=order --within 10m --left-ts placed_at --right-ts at "
                   "orders.ndjson paid.ndjson",
                   "orders with what was paid in time"),
      cli::example("weir join --on customer=id --table --into who orders.ndjson customers.ndjson",
                   "put the customer into each order"),
      cli::example("weir consume -J -e orders flights | "
                   "weir join -J --left orders --right flights --table --type left",
                   "two topics in one stream, by their keys"),
      cli::note(
          "Joins the events of two inputs whose keys are equal: two streams within a time of each other, a "
          "stream with a table, or two tables. A row is {\"left\":L,\"right\":R}."),
      cli::operand("INPUT", "LEFT and RIGHT: - (stdin), a FILE or FIFO, or topic:NAME", o.input.inputs)
          .completing(cli::Completes::input)
          .more("With -J --left --right one input, or stdin, holds the events of both."),
      cli::group("Keys",
                 {expression_flag("--on", "EXPR|L=R", "Join events where this is equal", o.on)
                      .initially("with -J: the key")
                      .more("For both sides, or L=R: a path in the left events and one in the right. An "
                            "event whose key is "
                            "null, or an array with a null in it, matches nothing."),
                  expression_flag("--left-on", "EXPR", "The key of left events", o.left_on),
                  expression_flag("--right-on", "EXPR", "The key of right events", o.right_on),
                  topic_flag("--left", "Of one input, with -J: the topic of left events", o.left_topic),
                  topic_flag("--right", "Of one input, with -J: the topic of right events", o.right_topic)}),
      cli::group(
          "Kind of join",
          {cli::flag("--within", "DUR", "Two streams: join events no further apart than this", o.within),
           signed_duration("--before", "Two streams: how long before the left event", o.before),
           signed_duration("--after", "Two streams: how long after the left event", o.after),
           cli::flag("--table", "RIGHT is a table, read to its end before the first left event", o.table)
               .more("A left event meets the row that its key has when it comes. Later changes of a topic "
                     "that is "
                     "followed apply as they arrive. With --right-ts both are merged by event time instead."),
           cli::flag("--as-of", "With --table: the row as it was at the left event's time", o.as_of),
           cli::flag("--history", "DUR", "With --as-of: how long versions of a row are kept", o.history)
               .initially("24h")
               .more("Behind the watermark; the newest one before that is kept as well."),
           cli::flag("--tables", "Both are tables: each change of a row writes the joined row", o.tables),
           expression_flag("--foreign-key", "EXPR", "Both are tables: left rows refer to right ones by this",
                           o.foreign_key),
           cli::choice(
               "--type", "Which events have rows without a partner", o.type,
               {{"inner", Type::inner}, {"left", Type::left}, {"right", Type::right}, {"outer", Type::outer}})
               .more("The side that is missing is null. Of two streams such a row comes when it is certain: "
                     "no event "
                     "that is still on time can match."),
           cli::flag("--max-per-key", "N", "More open events of one key and side are bad events",
                     o.max_per_key),
           cli::minor(cli::Flags{
               cli::flag("--no-copartition", "Join topics whose numbers of partitions differ",
                         o.no_copartition)
                   .more(
                       "Of two topics with as many partitions each, equal keys lie in partitions of the same "
                       "number, so that the work can be shared out one day. This one process reads all "
                       "partitions, and joins them in any case. --foreign-key does not ask.")})}),
      cli::group(
          "Rows",
          {names_flag(o).initially("left,right"),
           cli::flag("--flatten", "The members of both in one object", o.flatten)
               .more("A name that both have becomes left_NAME and right_NAME, or what --names says."),
           cli::flag("--into", "NAME", "The left event with the right one in it, as member NAME", o.into)}),
      cli::group("Time", {cli::ts_flag("--ts", o.time),
                          cli::flag("--left-ts", "FIELD", "As --ts, for left events", o.left_ts),
                          cli::flag("--right-ts", "FIELD", "As --ts, for right events", o.right_ts)}),
      cli::flags(o.time),
      cli::flags(o.merge),
      cli::flags(o.state),
      cli::minor(cli::field_flags(o.expression)),
      cli::reading_flags(o.input, cli::Groups::none),
      cli::flags(o.output),
      cli::check([&o] { check_inputs(o); }),
      cli::check([&o] { settle_keys(o); }),
      cli::check([&o] { settle_kind(o); }),
      cli::check([&o] { check_kind(o); }),
      cli::check([&o] { check_times(o); })};
}

}  // namespace weir::join
