#include "log/check_partition.h"

#include "base/error.h"
#include "bus/bus.h"
#include "json/writer.h"
#include "log/corrupt.h"
#include "tools/topics/select.h"
#include "tools/topics/verbs.h"

namespace weir::topics {
namespace {

using log::Finding;

std::string byte_range(const Finding& found) {
  const auto at = std::to_string(found.position);
  if (found.bytes == 0) return "at byte " + at;
  if (found.bytes == 1) return "byte " + at;
  return "bytes " + at + " to " + std::to_string(found.position + found.bytes - 1);
}

std::string text_of(const Finding& found) {
  std::string line = found.weight == Finding::Weight::note ? "note: " : "damaged: ";
  line += found.file + ": " + byte_range(found) + ": ";
  if (found.from != base::kNoOffset) line += log::offsets_text(found.from, found.to) + ": ";
  return line + found.why + "\n";
}

std::string json_of(const Finding& found, const log::TopicPartition& where) {
  std::string line;
  json::Writer writer(line);
  writer.begin_object().name("damage").boolean(found.weight == Finding::Weight::damage);
  writer.name("topic").string(where.topic).name("partition").number(std::int64_t{where.partition.value});
  writer.name("file").string(found.file).name("position").number(static_cast<std::int64_t>(found.position));
  writer.name("bytes").number(static_cast<std::int64_t>(found.bytes));
  if (found.from != base::kNoOffset) writer.name("from").number(found.from.value);
  if (found.to != base::kNoOffset) writer.name("to").number(found.to.value);
  writer.name("why").string(found.why).end_object();
  return line + "\n";
}

class Check {
 public:
  Check(const Options& options, cli::Io& io)
      : options_(options), io_(io), host_(log::Host::current(io.sys)) {}

  // `name`: what the last line calls it, a topic or a path.
  void begin(const std::string& name) {
    name_ = name;
    partitions_ = 0;
    sum_ = {};
  }
  void partition(const log::TopicPartition& where, const std::string& path, bool compacted) {
    if (!going_) return;
    const log::CheckPlan plan{
        io_.sys, host_, compacted,
        [&](const Finding& found) { print(options_.json ? json_of(found, where) : text_of(found)); },
        [&] { return going_ && !stopped(); }};
    const log::Checked found = log::check_partition(plan, path);
    ++partitions_;
    sum_.segments += found.segments;
    sum_.batches += found.batches;
    sum_.records += found.records;
    sum_.bytes += found.bytes;
    sum_.damaged += found.damaged;
  }
  void note(const std::string& text) {
    if (!options_.json) print("note: " + text + "\n");
  }
  void end() {
    damaged_ += sum_.damaged;
    if (stopped() || (io_.talk.quiet && !options_.json)) return;
    print(options_.json ? json_sum() : text_sum());
  }

  bool stopped() const { return io_.stop != nullptr && io_.stop->wish() != stream::Stop::Wish::none; }
  base::ExitCode outcome() const {
    if (stopped()) return base::ExitCode::interrupted;
    return damaged_ > 0 ? base::ExitCode::no : base::ExitCode::ok;
  }

 private:
  void print(const std::string& text) { going_ = io_.put_out(text) && going_; }
  std::string text_sum() const {
    const auto counted = [](std::uint64_t n, const std::string& one, const std::string& many) {
      return std::to_string(n) + " " + (n == 1 ? one : many);
    };
    return name_ + ": " + counted(partitions_, "partition", "partitions") + ", " +
           counted(sum_.segments, "segment", "segments") + ", " + counted(sum_.batches, "batch", "batches") +
           ", " + counted(sum_.records, "record", "records") + ", " + counted(sum_.bytes, "byte", "bytes") +
           ": " +
           (sum_.damaged == 0 ? "no damage" : counted(sum_.damaged, "place damaged", "places damaged")) +
           "\n";
  }
  std::string json_sum() const {
    std::string line;
    json::Writer writer(line);
    const auto number = [&](std::string_view name, std::uint64_t value) {
      writer.name(name).number(static_cast<std::int64_t>(value));
    };
    writer.begin_object().name("checked").string(name_);
    number("partitions", partitions_);
    number("segments", sum_.segments);
    number("batches", sum_.batches);
    number("records", sum_.records);
    number("bytes", sum_.bytes);
    number("damaged", sum_.damaged);
    writer.end_object();
    return line + "\n";
  }

  const Options& options_;
  cli::Io& io_;
  log::Host host_;
  std::string name_;
  std::uint64_t partitions_ = 0, damaged_ = 0;
  log::Checked sum_;
  bool going_ = true;  // false: the reader of stdout has left
};

}  // namespace

base::ExitCode check(const Options& options, cli::Io& io) {
  Check check(options, io);
  Options topics = options;
  topics.internal = topics.internal || options.names.empty();
  std::erase_if(topics.names, log::is_path);
  if (options.names.empty() || !topics.names.empty()) {
    bus::Bus& bus = io.bus(options.bus);
    if (bus.where().kind == bus::Where::Kind::kafka) {
      throw base::Error(
          base::Kind::usage,
          "check reads the files of a local log, and the bus is a Kafka cluster (" + bus.where().text + ")")
          .hint("every record is read, and its checksum verified, by consume -e -q --read-uncommitted -b " +
                bus.where().text + " " + (topics.names.empty() ? "^" : topics.names.front()) + " > /dev/null")
          .code("no_kafka");
    }
    const auto admin = bus.admin();
    const log::Log& log = bus.log(log::Log::Access::read);
    for (const bus::TopicSummary& each : select(topics, *admin)) {
      const log::Topic topic = log.topic(each.name);
      const bool compacted = log.config(each.name).compact;
      check.begin(each.name);
      int next = 0;
      for (const base::Partition id : topic.partitions) {
        for (; next < id.value; ++next) check.note(log::folder_name(each.name, {next}) + " is not here");
        ++next;
        check.partition({each.name, id}, log.partition_path(each.name, id), compacted);
      }
      check.end();
    }
  }
  for (const std::string& path : options.names) {
    if (!log::is_path(path)) continue;
    check.begin(path);
    check.partition(log::name_of_path(path), path, false);
    check.end();
  }
  return check.outcome();
}

}  // namespace weir::topics
