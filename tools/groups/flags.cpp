#include "tools/groups/flags.h"

#include <algorithm>

#include "base/error.h"

namespace weir::groups {
namespace {

using base::Error;
using base::Kind;

const cli::Words<Verb> kVerbs = {
    {"list", Verb::list}, {"describe", Verb::describe}, {"reset", Verb::reset}, {"delete", Verb::erase}};

std::string word_of(Verb verb) {
  return std::find_if(kVerbs.begin(), kVerbs.end(), [&](const auto& each) { return each.second == verb; })
      ->first;
}

void refuse(bool given, const char* flag, const char* fitting, Verb verb) {
  if (!given) return;
  throw Error(Kind::usage, std::string(flag) + " is for " + fitting + ", not for " + word_of(verb))
      .code("flags_exclude");
}

void check_flags(const Options& o) {
  const bool changes = o.verb == Verb::reset || o.verb == Verb::erase;
  if (!changes) {
    refuse(o.dry_run, "--dry-run", "reset and delete", o.verb);
    refuse(!o.topics.empty(), "--topic", "reset and delete", o.verb);
  }
  if (o.verb != Verb::reset) refuse(o.to.has_value(), "--to", "reset", o.verb);
  if (changes && o.names.empty())
    throw Error(Kind::usage, "GROUP is missing")
        .hint("groups " + word_of(o.verb) + (o.verb == Verb::reset ? " --to start" : "") + " billing")
        .code("missing_operand");
  if (o.verb == Verb::reset && !o.to)
    throw Error(Kind::usage, "--to POINT is missing: where the group is to go on")
        .hint("groups reset --to start " + o.names.front())
        .code("missing_flag");
}

}  // namespace

cli::Flags flags(Options& o) {
  cli::Flag verb = cli::verb("What to do", o.verb, kVerbs);
  verb.details =
      "list: names and states. describe: positions, lag in records and in time, and how long until it is "
      "caught "
      "up. reset: set positions. delete: forget them.";
  return {
      cli::usage("VERB [FLAGS] [GROUP...]"),
      cli::example("weir groups list", "what there is"),
      cli::example("weir groups describe billing", "how far is it behind?"),
      cli::example("weir groups reset --to -1h --dry-run billing",
                   "what reading the last hour again would mean"),
      cli::note(
          "A GROUP that begins with '^' is a regular expression, which stands for all groups that match it. "
          "A group's positions are changed only while it has no members: end its consumers first."),
      std::move(verb),
      cli::operand("GROUP", "Which groups; list and describe: all, where none is named", o.names),
      cli::group("Which groups",
                 {cli::flag("-r", "--regex", "Each GROUP is a regular expression of whole names", o.regex)}),
      cli::group(
          "describe",
          {cli::flag("--measure", "DUR", "Look twice, so long apart, at a group at work that lags", o.measure)
               .more("From the two looks come the rates at which records come and are read, and so "
                     "the time until it is caught up. 0: look once.")}),
      cli::group(
          "reset and delete",
          {cli::flag("--to", "POINT", "Where to go on: start, end, an offset or a time", o.to)
               .more("The first record that is not before the time. Kept between the start and the end "
                     "of each partition."),
           cli::flag("-t", "--topic", "TOPIC", "Only positions in this topic", o.topics)
               .more("With reset also a topic that the group has not read yet.")
               .completing(cli::Completes::topic),
           cli::flag("--dry-run", "Say what would be done, and do nothing", o.dry_run)}),
      cli::group("Output", {cli::flag("--json", "One JSON object a line", o.json)}),
      cli::flags(o.zone),
      cli::flags(o.bus, cli::Short::given),
      cli::check([&o] { check_flags(o); }),
  };
}

}  // namespace weir::groups
