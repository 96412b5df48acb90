// Words for the tests of groups: a log directory on the disk, topics with numbered records, and a member that reads.
#pragma once

#include <stdlib.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "coord/group_source.h"
#include "log/log.h"
#include "log/partition_log.h"
#include "record/batch_builder.h"

namespace weir::coord::testing {

// In memory where the system has room for that: fifty partitions of positions take hundreds of syncs to make.
struct TempDirectory {
  TempDirectory() {
    path = ::access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    path += "/weir-coord-XXXXXX";
    if (::mkdtemp(path.data()) == nullptr) throw base::Error(base::Kind::io, "no temporary directory");
  }
  ~TempDirectory() { std::filesystem::remove_all(path); }
  TempDirectory(const TempDirectory&) = delete;
  std::string path;
};

inline log::Log open_log(const std::string& directory) {
  return log::Log::open(base::real_sys(), base::system_clock(), log::Host::current(base::real_sys()),
                        directory, log::Log::Access::write);
}

// A log with a topic whose partitions can be appended to; the value of each record is "PARTITION:NUMBER".
class NumberedTopic {
 public:
  NumberedTopic(log::Log& log, const std::string& name, int partitions) : name_(name) {
    log.ensure_topic(name, partitions);
    for (int i = 0; i < partitions; ++i) {
      writers_.push_back(
          log::PartitionLog::open(log.sys(), log.clock(), log.host(), log.partition_path(name, {i}), {}));
      counts_.push_back(static_cast<int>(writers_.back()->next_offset().value));
    }
  }
  // The record times rise from `later` on, one a millisecond.
  void append(int partition, int records, std::chrono::milliseconds later = {}) {
    const auto at = static_cast<std::size_t>(partition);
    record::BatchBuilder batch;
    for (int i = 0; i < records; ++i) {
      const std::string value = std::to_string(partition) + ':' + std::to_string(counts_[at]++);
      record::Record record;
      record.value = record::Bytes(value);
      record.ts = {1700000000000 + counts_[at] + later.count()};
      batch.append(record);
    }
    writers_[at]->append(batch.finish({}));
    writers_[at]->sync();
  }
  void append_to_all(int records) {
    for (std::size_t i = 0; i < writers_.size(); ++i) append(static_cast<int>(i), records);
  }
  int count(int partition) const { return counts_[static_cast<std::size_t>(partition)]; }
  const std::string& name() const { return name_; }

 private:
  std::string name_;
  std::vector<std::unique_ptr<log::PartitionLog>> writers_;
  std::vector<int> counts_;
};

inline log::SourceOptions reading(const std::string& topic, bool until_end = false) {
  log::SourceOptions options;
  options.operands = {topic};
  options.until_end = until_end;
  return options;
}

// A member as the loop would drive it, one step at a time.
struct Member {
  Member(log::Log& log, const std::string& group, log::SourceOptions options)
      : source(log, {.name = group}, std::move(options)) {}

  // One batch at most; its rows count as written, but not as committed. False: there was none.
  bool pull() {
    stream::Batch batch;
    last = source.next(batch);
    if (last != stream::Pull::batch) return false;
    for (const stream::Line& line : batch.lines) values.emplace_back(line.view());
    ticket = batch.ticket;
    return true;
  }
  void commit() { source.commit(ticket); }
  // Until there is nothing more for now, committing as the loop does before it waits.
  void read_all() {
    for (;;) {
      while (pull()) {
      }
      const bool committed = ticket == done;
      commit();
      done = ticket;
      if (committed || last == stream::Pull::end) return;
    }
  }

  GroupSource source;
  std::vector<std::string> values;
  stream::Ticket ticket, done;
  stream::Pull last = stream::Pull::would_block;
};

}  // namespace weir::coord::testing
