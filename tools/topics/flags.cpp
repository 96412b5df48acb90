#include "tools/topics/flags.h"

#include <algorithm>

#include "base/error.h"

namespace weir::topics {
namespace {

using base::Error;
using base::Kind;

const cli::Words<Verb> kVerbs = {
    {"list", Verb::list},    {"create", Verb::create}, {"describe", Verb::describe}, {"alter", Verb::alter},
    {"delete", Verb::erase}, {"check", Verb::check},   {"dump", Verb::dump},
};

std::string word_of(Verb verb) {
  const auto at =
      std::find_if(kVerbs.begin(), kVerbs.end(), [&](const auto& each) { return each.second == verb; });
  return at == kVerbs.end() ? std::string() : at->first;
}

// Which verbs a flag is for; the others refuse it rather than do without.
struct Use {
  const char* flag;
  bool given;
  std::vector<Verb> verbs;
};

void check_uses(const Options& o) {
  const Use uses[] = {
      {"--regex", o.regex, {Verb::list, Verb::describe, Verb::alter, Verb::erase, Verb::check}},
      {"--internal", o.internal, {Verb::list, Verb::describe, Verb::check}},
      {"--partitions", o.partitions.has_value(), {Verb::create, Verb::alter}},
      {"--replication-factor", o.replicas.has_value(), {Verb::create}},
      {"--config", !o.configs.empty(), {Verb::create, Verb::alter}},
      {"--if-not-exists", o.if_not_exists, {Verb::create}},
      {"--dry-run", o.dry_run, {Verb::create, Verb::alter, Verb::erase}},
      {"--all-configs", o.all_configs, {Verb::describe}},
      {"--segments", o.segments, {Verb::describe}},
      {"--partition", !o.only.empty(), {Verb::dump}},
      {"--records", o.records, {Verb::dump}},
      {"--index", o.index, {Verb::dump}},
  };
  for (const Use& use : uses) {
    if (!use.given || std::find(use.verbs.begin(), use.verbs.end(), o.verb) != use.verbs.end()) continue;
    std::string verbs;
    for (const Verb verb : use.verbs)
      verbs += (verbs.empty() ? "" : verb == use.verbs.back() ? " and " : ", ") + word_of(verb);
    Error error(Kind::usage, std::string(use.flag) + " is for " + verbs + ", not for " + word_of(o.verb));
    const bool meant_count = std::string_view(use.flag) == "--partition";
    if (meant_count && (o.verb == Verb::create || o.verb == Verb::alter)) error.hint("--partitions N");
    throw std::move(error.code("flags_exclude"));
  }
}

// K=V sets, K= takes back to the default.
void read_configs(Options& o) {
  for (const std::string& typed : o.configs) {
    const std::size_t equals = typed.find('=');
    if (equals == 0 || equals == std::string::npos) {
      throw Error(Kind::usage, "--config " + typed + " is not NAME=VALUE")
          .hint("--config retention.ms=86400000")
          .code("bad_word");
    }
    const std::string name = typed.substr(0, equals), value = typed.substr(equals + 1);
    if (o.changes.contains(name))
      throw Error(Kind::usage, "--config " + name + " is given twice").code("given_twice");
    if (value.empty() && o.verb == Verb::create) {
      throw Error(Kind::usage, "--config " + typed + " has no value").code("bad_word");
    }
    o.changes[name] = value.empty() ? std::nullopt : std::optional(value);
  }
}

void check_flags(Options& o) {
  if (o.verb == Verb::trim || o.verb == Verb::compact) {
    throw Error(Kind::usage, std::string("this build does not delete old records; topics ") +
                                 (o.verb == Verb::trim ? "trim" : "compact") + " comes with a later release")
        .code("not_in_this_release");
  }
  check_uses(o);
  read_configs(o);
  const bool all_by_default = o.verb == Verb::list || o.verb == Verb::check;
  if (!all_by_default && o.names.empty())
    throw Error(Kind::usage, "TOPIC is missing")
        .hint("topics " + word_of(o.verb) + " orders")
        .code("missing_operand");
  if (o.verb == Verb::alter && !o.partitions && o.changes.empty())
    throw Error(Kind::usage, "nothing to change")
        .hint("topics alter --config retention.ms=86400000 " + o.names.front())
        .code("missing_flag");
  if (o.partitions && *o.partitions < 1)
    throw Error(Kind::usage, "--partitions " + std::to_string(*o.partitions) + " is less than 1")
        .code("bad_number");
}

cli::Flag verb_operand(Options& o) {
  cli::Flag verb = cli::verb("What to do", o.verb, kVerbs);
  verb.set = [&o, set = verb.set](std::string_view text) {
    if (text == "trim") return void(o.verb = Verb::trim);
    if (text == "compact") return void(o.verb = Verb::compact);
    set(text);
  };
  verb.details =
      "list: names and sizes. create: make topics. describe: offsets, counts, times, settings and files of "
      "topics. alter: more partitions, other settings. delete: take topics away. check: verify every byte. "
      "dump: print batches.";
  return verb;
}

}  // namespace

cli::Flags flags(Options& o) {
  return {
      cli::usage("VERB [FLAGS] [TOPIC...]"),
      cli::example("weir topics list", "what there is"),
      cli::example("weir topics check orders", "is every byte as it was written?"),
      cli::example("weir topics create --if-not-exists --partitions 6 clicks", "a topic of six partitions"),
      cli::note("A TOPIC that begins with '^' is a regular expression, which stands for all topics that "
                "match it. check and dump "
                "take paths, too: a partition's folder, a segment, and dump an index or a snapshot."),
      verb_operand(o),
      cli::operand("TOPIC", "Which topics; check and dump take paths, too", o.names)
          .completing(cli::Completes::topic),
      cli::group("Which topics",
                 {cli::flag("-r", "--regex", "Each TOPIC is a regular expression of whole names", o.regex),
                  cli::flag("-i", "--internal", "Also those that the log keeps for itself", o.internal)}),
      cli::group(
          "create",
          {cli::flag("--partitions", "N", "How many partitions in all", o.partitions)
               .initially("1")
               .more("alter can only make them more. Keyed records go elsewhere from then on."),
           cli::flag("-c", "--config", "NAME=VALUE", "A setting of the topic", o.configs)
               .more("alter: NAME= takes it back to its default. Kafka's names: retention.ms, "
                     "segment.bytes, cleanup.policy, compression.type ... "
                     "topics describe --all-configs lists them. Those that delete or compact are kept for a "
                     "broker: the local log keeps every record."),
           cli::flag("--replication-factor", "N", "Copies that a cluster keeps; a local log has one",
                     o.replicas),
           cli::flag("--if-not-exists", "A topic that is there already is fine", o.if_not_exists),
           cli::flag("--dry-run", "Say what create, alter or delete would do, and do nothing", o.dry_run)}),
      cli::group("describe", {cli::flag("--all-configs", "Settings nobody has set, too", o.all_configs),
                              cli::flag("--segments", "The files of each partition, too", o.segments)}),
      cli::group("dump", {cli::flag("-p", "--partition", "N", "Only these partitions", o.only),
                          cli::flag("--records", "Each record as an envelope, too", o.records),
                          cli::flag("--index", "The entries of both indexes, too", o.index)}),
      cli::group("Output", {cli::flag("--json", "One JSON object a line", o.json)}),
      cli::flags(o.bus, cli::Short::given),
      cli::check([&o] { check_flags(o); }),
  };
}

}  // namespace weir::topics
