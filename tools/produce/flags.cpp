#include "tools/produce/flags.h"

#include "base/error.h"
#include "log/topic_name.h"
#include "ops/escapes.h"

namespace weir::produce {
namespace {

using base::Error;
using base::Kind;

[[noreturn]] void exclude(const std::string& a, const std::string& b) {
  throw Error(Kind::usage, a + " and " + b + " exclude each other").code("flags_exclude");
}

cli::Flag escaped(cli::Flag flag, std::string& to) {
  flag.set = [&to](std::string_view value) {
    to = ops::unescape(value);
    if (to.empty()) throw Error(Kind::usage, "'' is no delimiter").code("bad_word");
  };
  return flag;
}

// --resume "$RUN" with RUN unset must not quietly store everything once more.
cli::Flag resume_flag(std::string& to) {
  cli::Flag flag = cli::flag("--resume", "NAME", "Go on where the log says this FILE had got to", to);
  flag.set = [&to](std::string_view name) {
    if (name.empty()) throw Error(Kind::usage, "'' is no name").code("bad_word");
    to = name;
  };
  return flag;
}

void check_key_flags(const Options& options) {
  const bool fixed = options.fixed_key.has_value(), computed = !options.key.empty(),
             split = options.key_delimiter.has_value();
  if (fixed && computed) exclude("-k", "--key");
  if (fixed && split) exclude("-k", "-K");
  if (computed && split) exclude("--key", "-K");
  if (split && options.envelope) exclude("-K", "-J");
  // Nobody means to give every record the key ".id".
  if (fixed && options.fixed_key->size() > 1 && options.fixed_key->front() == '.') {
    throw Error(Kind::usage,
                "-k " + *options.fixed_key + " would give every record this very text as its key")
        .hint("--key " + *options.fixed_key)
        .code("literal_key");
  }
}

void check_flags(const Options& options) {
  check_key_flags(options);
  if (options.envelope && options.delimiter != "\n") exclude("-J", "-D");
  if (!options.format.empty() && options.envelope) exclude("-f", "-J");
  if (!options.format.empty() && options.delimiter != "\n") exclude("-f", "-D");
  if (!options.format.empty() && options.key_delimiter) exclude("-f", "-K");
  if (options.keep_partition && !options.envelope)
    throw Error(Kind::usage, "--keep-partition needs envelopes, which say the partition")
        .hint("-J")
        .code("missing_flag");
  if (options.keep_partition && options.partition) exclude("--keep-partition", "-p");
  if (options.partitions && (*options.partitions == 0 || *options.partitions > log::kMaxPartitions))
    throw Error(Kind::usage, "--partitions must be from 1 to " + std::to_string(log::kMaxPartitions))
        .code("bad_number");
  const bool topic_elsewhere =
      !options.topic_expression.empty() || options.envelope || !options.format.empty();
  if (options.first.empty() && !topic_elsewhere)
    throw Error(Kind::usage, "no TOPIC").hint("produce orders < orders.ndjson").code("missing_operand");
  if (!options.resume.empty() && options.files().empty()) {
    throw Error(Kind::usage, "--resume needs a FILE, which it can read from its start again")
        .hint("produce --resume " + options.resume + " TOPIC FILE")
        .code("missing_operand");
  }
}

}  // namespace

std::string Options::topic() const {
  return topic_expression.empty() ? first : std::string();
}

std::vector<std::string> Options::files() const {
  std::vector<std::string> files;
  if (!topic_expression.empty() && !first.empty()) files.push_back(first);
  files.insert(files.end(), others.begin(), others.end());
  return files;
}

cli::Flags flags(Options& o) {
  using log::Durability;
  using record::Codec;
  return {
      cli::usage("[FLAGS] TOPIC [FILE...]"),
      cli::example("weir produce orders < orders.ndjson", "one record per line"),
      cli::example("weir produce --key .customer --ts .placed_at orders orders.ndjson",
                   "with key and event time"),
      cli::example("weir consume -e -J orders | weir produce -J copy",
                   "copy keys, headers and times as well"),
      cli::note("Each line becomes one record of TOPIC, which is made if it is missing. A line counts as "
                "written once "
                "it is safe on disk; a retry never stores it twice."),
      cli::operand("TOPIC", "Where the records go", o.first).completing(cli::Completes::topic).optional(),
      cli::operand("FILE", "What to read; - is stdin", o.others)
          .initially("-")
          .completing(cli::Completes::file),
      cli::group(
          "What a line is",
          {cli::flag("-J", "--envelope", "Lines are envelopes: key, headers, time and value", o.envelope)
               .more("Without TOPIC each record goes to the topic that its envelope names."),
           cli::flag("--json", "Refuse lines that are not JSON", o.json)
               .more("Without it, and without an expression such as --key, a line is stored unread, whatever "
                     "it holds."),
           escaped(cli::flag("-D", "--delimiter", "DELIM", "What ends a record", o.delimiter), o.delimiter)
               .initially("\\n")
               .more("One byte or more; \\t \\n \\r \\0 and \\xNN are understood."),
           cli::flag("-f", "--format", "FORMAT", "How key, value and headers stand in a record", o.format)
               .more("In rpk's words: %v value, %k key, %t topic, %p partition, %d time in ms, %h{%k=%v } "
                     "headers, with "
                     "{hex} or {base64} behind a text; anything else is what stands between. The text behind "
                     "the last letter ends a record, as in "
                     "'%k\\t%v\\n'. Where texts may hold anything, their lengths stand before them: %V "
                     "value, %K key, %T topic, "
                     "%H headers, as in '%V{big32}%v' or '%K %k%V %v\\n'; as digits up to what is none, or "
                     "in braces "
                     "hex16, big32, little32, byte and the like, or {3}: always 3. A length counts the bytes "
                     "themselves, -1 is null."),
           cli::flag("-Z", "--tombstone", "An empty value is a tombstone", o.empty_is_tombstone),
           cli::max_line_flag(o.max_line)}),
      cli::group(
          "Key, time and headers",
          {cli::flag("-k", "--fixed-key", "KEY", "The key of every record", o.fixed_key),
           cli::flag("--key", "EXPR", "Take the key out of the event", o.key)
               .more("A string is its bytes, anything else its compact canonical JSON, null no key."),
           [&] {
             cli::Flag flag = cli::flag("-K", "--key-delimiter", "DELIM",
                                        "The key stands before the first DELIM", o.key_delimiter);
             flag.set = [&o](std::string_view value) {
               o.key_delimiter = ops::unescape(value);
               if (o.key_delimiter->empty()) throw Error(Kind::usage, "'' is no delimiter").code("bad_word");
             };
             return flag;
           }(),
           cli::flag("--ts", "FIELD", "Take the time out of the event", o.ts)
               .initially("now; under -J the envelope's")
               .more("EXPR or EXPR:FORMAT, where FORMAT is ms, s, us, ns, rfc3339, auto or strptime:PATTERN. "
                     "Without FORMAT a number is ms, a string RFC 3339."),
           cli::flag("-H", "--header", "NAME=VALUE", "Add a header to every record", o.headers)}),
      cli::group(
          "Where it goes",
          {cli::flag("--topic", "EXPR", "Take the topic out of the event, instead of TOPIC",
                     o.topic_expression),
           cli::flag("-p", "--partition", "N", "The partition of every record", o.partition)
               .initially("by key; without one, batch by batch"),
           cli::flag("--keep-partition", "The partition that the envelope names", o.keep_partition),
           cli::flag("--partitions", "N", "How many, when the topic is made", o.partitions).initially("1")}),
      cli::group(
          "How it is stored",
          {cli::choice("--durability", "When a line counts as written", o.durability,
                       {{"durable", Durability::durable}, {"os", Durability::os}, {"none", Durability::none}})
               .more("durable: once it is on disk. os: once the kernel has it, which a power cut can undo. "
                     "none: at "
                     "once."),
           cli::choice("-z", "--compress", "Codec of the record batches", o.codec,
                       {{"none", Codec::none},
                        {"gzip", Codec::gzip},
                        {"snappy", Codec::snappy},
                        {"lz4", Codec::lz4},
                        {"zstd", Codec::zstd}})
               .initially("the topic's compression.type"),
           cli::flag("--batch-size", "SIZE", "Largest record batch, before compression", o.batch_size)
               .initially("256KiB; 1MB on Kafka"),
           cli::flag("--linger", "DUR", "Wait so long for a batch to fill", o.linger)
               .initially("until the next read would block"),
           resume_flag(o.resume).more(
               "After a crash nothing is lost or stored twice. NAME stands for this run and its FILEs: "
               "give the "
               "same ones, unchanged but for what was added at their end, and no other run at the same "
               "time. Refused are FILEs that were cut short, and where a record of the newest batch stored "
               "in a "
               "partition has another key or value by now; what stands before that batch is counted, not "
               "compared."),
           cli::flag("-T", "--tee", "Pass a line on to stdout once it is stored", o.tee)}),
      cli::flags(o.zone),
      cli::flags(o.bus, cli::Short::given),
      cli::flags(o.errors),
      cli::check([&o] { check_flags(o); }),
  };
}

}  // namespace weir::produce
