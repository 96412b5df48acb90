#include "kafka/times.h"

#include <poll.h>

#include <chrono>
#include <memory>

#include "base/error.h"
#include "kafka/offsets.h"
#include "kafka/partition_source.h"

namespace weir::kafka {
namespace {

constexpr std::chrono::milliseconds kRecordWithin{5'000};
constexpr int kTimeBits = 63;

std::unique_ptr<PartitionSource> open(Client& client, const FirstRead& what) {
  PartitionSource::Options how;
  how.name = what.name;
  how.from = what.from;
  how.extent = what.extent;
  how.stop.until = what.extent.end;
  how.stop_when_dry = true;
  how.say = [](const std::string&) {};
  return std::make_unique<PartitionSource>(client, std::move(how));
}

}  // namespace

std::vector<std::optional<base::EventTime>> first_times(Client& client, const std::vector<FirstRead>& of,
                                                        base::Clock& clock) {
  std::vector<std::optional<base::EventTime>> times(of.size());
  std::vector<std::unique_ptr<PartitionSource>> sources;  // none: its time is known, or is not to be had
  for (const FirstRead& each : of) sources.push_back(open(client, each));
  stream::Batch batch;
  const auto until = clock.steady() + kRecordWithin;
  while (clock.steady() < until) {
    std::vector<pollfd> waiting;
    for (std::size_t i = 0; i < of.size(); ++i) {
      if (sources[i] == nullptr) continue;
      try {
        const stream::Pull pull = sources[i]->next(batch);
        if (!batch.records.empty()) times[i] = batch.records.front().ts;
        if (pull == stream::Pull::end && !times[i]) times[i] = base::kNoTime;
      } catch (const base::Error& error) {
        if (error.kind() != base::Kind::auth) throw;
        sources[i].reset();
        continue;
      }
      if (times[i]) {
        sources[i].reset();
      } else {
        waiting.push_back({sources[i]->wait_fd(), POLLIN, 0});
      }
    }
    if (waiting.empty()) break;
    ::poll(waiting.data(), waiting.size(), 100);
  }
  return times;
}

std::vector<base::EventTime> largest_times(Client& client, const std::vector<log::TopicPartition>& of,
                                           const std::vector<log::Extent>& extents) {
  std::vector<base::EventTime> largest(of.size(), base::EventTime{0});
  std::vector<bool> has_time;
  for (const base::Offset at : offsets_at_each(client, of, extents, largest)) {
    const std::size_t i = has_time.size();
    has_time.push_back(at < extents[i].end);
  }
  for (int bit = kTimeBits - 1; bit >= 0; --bit) {
    std::vector<base::EventTime> asked;
    for (const base::EventTime known : largest) asked.push_back({known.ms | std::int64_t{1} << bit});
    const std::vector<base::Offset> found = offsets_at_each(client, of, extents, asked);
    for (std::size_t i = 0; i < of.size(); ++i)
      if (found[i] < extents[i].end) largest[i] = asked[i];
  }
  for (std::size_t i = 0; i < of.size(); ++i)
    if (!has_time[i]) largest[i] = base::kNoTime;
  return largest;
}

}  // namespace weir::kafka
