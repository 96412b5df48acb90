#include "kafka/newest.h"

#include <poll.h>

#include <algorithm>
#include <chrono>
#include <memory>

#include "kafka/partition_source.h"

namespace weir::kafka {
namespace {

// One partition, from so far back, up to its end.
struct Reading {
  const NewestInput& input;
  log::Tail& tail;
  std::int64_t back = 0;
  std::unique_ptr<PartitionSource> source;  // none: its tail is known

  std::int64_t there() const { return std::max<std::int64_t>(0, input.until - input.extent.start); }
};

void begin(Client& client, Reading& reading, std::uint64_t count,
           const std::function<void(const std::string&)>& say) {
  reading.source.reset();
  if (reading.tail.records.size() >= count || reading.back >= reading.there()) return;
  reading.back = log::further_back(reading.back, reading.there(), count);
  reading.tail.records.clear();
  PartitionSource::Options how;
  how.name = reading.input.name;
  how.extent = reading.input.extent;
  how.from = reading.input.until + -reading.back;
  how.stop.until = reading.input.until;
  how.stop_when_dry = true;
  how.say = say;
  reading.source = std::make_unique<PartitionSource>(client, std::move(how));
}

// Takes what is there. False: nothing.
bool take(Client& client, Reading& reading, std::uint64_t count,
          const std::function<void(const std::string&)>& say) {
  stream::Batch batch;
  const stream::Pull pull = reading.source->next(batch);
  std::deque<log::SeenRecord>& records = reading.tail.records;
  for (std::size_t i = 0; i < batch.lines.size(); ++i) {
    records.push_back({batch.origins[i].offset, batch.records[i].ts.ms});
    if (records.size() > count) records.pop_front();
  }
  if (pull == stream::Pull::end) begin(client, reading, count, say);
  return pull != stream::Pull::would_block;
}

}  // namespace

std::vector<base::Offset> begin_of_newest(Client& client, const std::vector<NewestInput>& inputs,
                                          std::uint64_t count,
                                          const std::function<void(const std::string&)>& say) {
  std::vector<log::Tail> tails;
  for (const NewestInput& input : inputs) tails.push_back({input.until, {}});
  std::vector<Reading> all;
  for (std::size_t i = 0; i < inputs.size(); ++i) all.push_back({inputs[i], tails[i], 0, nullptr});
  for (Reading& each : all) begin(client, each, count, say);
  for (;;) {
    std::vector<pollfd> waiting;
    bool something = false;
    for (Reading& each : all) {
      if (each.source == nullptr) continue;
      something |= take(client, each, count, say);
      if (each.source != nullptr) waiting.push_back({each.source->wait_fd(), POLLIN, 0});
    }
    if (waiting.empty()) return log::begin_of_newest(std::move(tails), count);
    client.serve(say);
    if (something) continue;
    const int ready = ::poll(waiting.data(), waiting.size(), static_cast<int>(Client::kPatience.count()));
    if (ready == 0)
      client.fail(RD_KAFKA_RESP_ERR__TIMED_OUT, "cannot read the newest records of " + client.shown());
  }
}

}  // namespace weir::kafka
