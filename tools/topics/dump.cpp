#include <algorithm>

#include "base/error.h"
#include "bus/bus.h"
#include "log/format.h"
#include "tools/topics/dump_files.h"
#include "tools/topics/verbs.h"

namespace weir::topics {
namespace {

bool wanted(const Options& options, base::Partition partition) {
  return options.only.empty() ||
         std::find(options.only.begin(), options.only.end(), partition) != options.only.end();
}

void dump_folder(Dump& dump, const std::string& folder, cli::Io& io, const Options& options) {
  for (const base::Offset base : log::list_segments(io.sys, folder)) {
    dump.segment(log::segment_path(folder, base, log::kLogSuffix));
    if (!options.index) continue;
    dump.index(log::segment_path(folder, base, log::kIndexSuffix));
    dump.time_index(log::segment_path(folder, base, log::kTimeIndexSuffix));
  }
}

// By what the file is called.
void dump_path(Dump& dump, std::string path, cli::Io& io, const Options& options) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  if (!base::File::exists(io.sys, path))
    throw base::Error(base::Kind::io, "no such file or partition folder: " + path).code("no_partition");
  if (path.ends_with(log::kLogSuffix)) {
    dump.segment(path);
  } else if (path.ends_with(log::kTimeIndexSuffix)) {
    dump.time_index(path);
  } else if (path.ends_with(log::kIndexSuffix)) {
    dump.index(path);
  } else if (path.ends_with(log::kSnapshotSuffix)) {
    dump.snapshot(path);
  } else {
    dump_folder(dump, path, io, options);
  }
}

}  // namespace

base::ExitCode dump(const Options& options, cli::Io& io) {
  Dump dump(options, io);
  for (const std::string& name : options.names) {
    if (log::is_path(name)) {
      dump_path(dump, name, io, options);
      continue;
    }
    bus::Bus& bus = io.bus(options.bus);
    if (bus.where().kind == bus::Where::Kind::kafka) {
      throw base::Error(
          base::Kind::usage,
          "dump prints the files of a local log, and the bus is a Kafka cluster (" + bus.where().text + ")")
          .hint(
              "Kafka's own kafka-dump-log does it for a broker's files; dump takes copies of them by their "
              "path")
          .code("no_kafka");
    }
    const log::Log& log = bus.log(log::Log::Access::read);
    const log::Topic topic = log.topic(name);
    for (const base::Partition only : options.only) {
      if (std::find(topic.partitions.begin(), topic.partitions.end(), only) != topic.partitions.end())
        continue;
      throw base::Error(base::Kind::usage,
                        "topic '" + name + "' has no partition " + std::to_string(only.value))
          .code("unknown_partition");
    }
    for (const base::Partition id : topic.partitions) {
      if (wanted(options, id)) dump_folder(dump, log.partition_path(name, id), io, options);
    }
  }
  return dump.outcome();
}

}  // namespace weir::topics
