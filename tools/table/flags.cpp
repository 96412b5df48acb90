#include "tools/table/flags.h"

#include <algorithm>
#include <string_view>

#include "base/error.h"

namespace weir::table {
namespace {

using base::Error;
using base::Kind;

cli::Flag expression_flag(std::string_view name, std::string_view help, std::string& to) {
  cli::Flag made = cli::flag(name, "EXPR", help, to);
  made.set = [&to](std::string_view text) {
    if (text.empty()) throw Error(Kind::usage, "'' is no expression").code("bad_word");
    to = text;
  };
  return made;
}

cli::Flag group_flag(Options& o) {
  std::vector<std::string> several;
  cli::Flag made =
      cli::flag("--group-by", "[NAME=]EXPR", "Print a row for each value of EXPR in the rows", several);
  made.set = [&o](std::string_view text) { o.groups.push_back(expr::parse_named(text, "--group-by")); };
  return made;
}

cli::Flag agg_flag(Options& o) {
  std::vector<std::string> several;
  cli::Flag made =
      cli::flag("--agg", "NAME=FUNC(EXPR, ...) [where EXPR]", "What to say of each group", several);
  made.set = [&o](std::string_view text) {
    o.aggregates.push_back(ops::parse_aggregate(text));
    o.aggregate_texts.emplace_back(text);
  };
  return made;
}

void exclude(bool both, const char* a, const char* b, const char* hint = "") {
  if (!both) return;
  throw Error(Kind::usage, std::string(a) + " and " + b + " exclude each other")
      .hint(hint)
      .code("flags_exclude");
}

void check_output(const Options& o) {
  exclude(o.get && o.changes, "--get", "--changes");
  exclude(o.get && o.input.follow, "--get", "--follow", "--where '$key == \"KEY\"' follows one row, with -J");
  if (o.only_changed && !o.changes && !o.input.follow) {
    throw Error(Kind::usage, "--only-changed is for changes, and the rows at the end are none")
        .hint("table --changes --only-changed ...")
        .code("missing_flag");
  }
}

void settle_groups(Options& o) {
  if (o.groups.empty()) {
    if (o.aggregates.empty()) return;
    throw Error(Kind::usage, "--agg is for groups of rows, and nothing says what these are")
        .hint("table --group-by .city --agg ...")
        .code("missing_flag");
  }
  if (o.aggregates.empty()) o.aggregates.push_back(ops::parse_aggregate("count=count()"));
  std::vector<std::string> names;
  const auto add = [&names](const std::string& name) {
    if (std::find(names.begin(), names.end(), name) != names.end()) {
      throw Error(Kind::usage, "two members of a row would be called '" + name + "'")
          .hint("--group-by NAME=EXPR and --agg NAME=FUNC() give names")
          .code("given_twice");
    }
    names.push_back(name);
  };
  for (const expr::Named& group : o.groups) add(group.name);
  for (const ops::AggregateSpec& spec : o.aggregates) add(spec.name);
}

void check_input(const Options& o) {
  if (!o.bare_lines()) return;
  if (o.key.empty()) {
    throw Error(Kind::usage, "nothing says what the key of a bare line is")
        .hint("table --key .id ..., or -J for lines that are envelopes")
        .code("missing_flag");
  }
  if (!o.has_clock() || o.time.ts || o.time.arrival) return;
  throw Error(Kind::usage, "nothing says when a bare line happened").hint("--ts FIELD").code("missing_flag");
}

}  // namespace

bool Options::bare_lines() const {
  if (input.envelope) return false;
  return input.inputs.empty() ||
         std::any_of(input.inputs.begin(), input.inputs.end(),
                     [](const std::string& name) { return !name.starts_with("topic:"); });
}

cli::Flags flags(Options& o) {
  return {
      cli::usage("[FLAGS] [INPUT...]"),
      cli::example("weir table --key .customer orders.ndjson", "the latest order of each customer"),
      cli::example("weir table --key .customer --get ada orders.ndjson", "the row of one key"),
      cli::example("weir table -J --changes --follow topic:orders",
                   "what changes, before and after, as it comes"),
      cli::note("Keeps the latest event per key, and prints these rows in the order of their keys. An event "
                "without a "
                "value (a tombstone, with -J or from a topic) deletes the row of its key."),
      cli::operand("INPUT", "- (stdin), a FILE or FIFO, or topic:NAME; several are merged by event time",
                   o.input.inputs)
          .initially("-")
          .completing(cli::Completes::input),
      cli::group("Rows",
                 {expression_flag("--key", "What the key of an event is", o.key)
                      .initially("the record's key")
                      .more("Bare lines have none of their own. An event whose key is null is dropped."),
                  expression_flag("--delete-when", "An event for which this is true deletes", o.delete_when),
                  cli::flag("--patch", "Merge the members of an event into its key's row", o.patch)
                      .more("Without it the event takes the row's place. Members of members are not merged; "
                            "one that is "
                            "null is null."),
                  cli::flag("--ttl", "DUR", "Delete rows that were not updated for so long", o.ttl)
                      .more("By event time, as far as the watermark has come: the newest time less --bound."),
                  expression_flag("--where", "Show only rows for which this is true", o.where)
                      .more("A row for which it is no longer true is a deleted one. . is the row; with -J "
                            "$key and $ts "
                            "are its.")}),
      cli::group(
          "Groups of rows",
          {group_flag(o).more("The rows of the groups take the place of the rows themselves, and change as "
                              "these do. A row for which EXPR is null is of no group. NAME is the last "
                              "member of a path, else it has to be given."),
           agg_flag(o)
               .initially("count=count()")
               .more("The functions are those of weir-window(1), but approx_distinct and "
                     "approx_percentile, which cannot take back what was added.")}),
      cli::group(
          "Results",
          {cli::flag("--get", "KEY", "Print the row of KEY; exit 1 when there is none", o.get)
               .more("KEY is the text of a key, or its JSON."),
           cli::flag("--changes", "Print every change, with the row before and after it", o.changes)
               .more("{\"op\":\"u\",\"key\":K,\"old\":ROW,\"new\":ROW,\"ts\":T}; op is d for a delete, and "
                     "null stands for no row. With -J an envelope with op, old and the new row."),
           cli::flag("--only-changed", "Leave out updates that change nothing", o.only_changed)}),
      cli::group("Time", {cli::ts_flag("--ts", o.time), cli::clock_flags(o.time)}),
      cli::flags(o.merge),
      cli::flags(o.state),
      cli::field_flags(o.expression),
      cli::reading_flags(o.input, cli::Groups::none),
      cli::flags(o.output),
      cli::check([&o] { check_output(o); }),
      cli::check([&o] { settle_groups(o); }),
      cli::check([&o] { check_input(o); })};
}

}  // namespace weir::table
