#include "damaged_log.h"

#include <algorithm>

#include "log/create_partition.h"

namespace weir::crash {

std::size_t Written::boundary_before(std::size_t position) const {
  return *std::prev(std::upper_bound(boundaries.begin(), boundaries.end(), position));
}

Written write_log(record::Codec codec, std::size_t durable_bytes, log::PartitionOptions options,
                  std::uint64_t seed) {
  Written written;
  const auto disk = empty_disk();
  LabClock clock;
  const log::Host host = machine(1);
  log::create_partition(*disk, clock, host, kFolder, kTopicId);
  auto partition = log::PartitionLog::open(*disk, clock, host, kFolder, options);
  testing::Random random(seed);
  written.boundaries = {0};
  std::int32_t sequence = 0;
  bool synced = false;
  const bool close = durable_bytes >= kLogBytes;
  while (written.boundaries.back() < kLogBytes) {
    if (!synced && written.boundaries.back() >= durable_bytes) {
      if (durable_bytes > 0) partition->sync();
      synced = true;
    }
    std::vector<std::size_t> sizes;
    for (std::size_t records = 1 + random.below(4); records > 0; --records)
      sizes.push_back(10 + random.below(700));
    std::string bytes = batch(sequence, sizes, codec);
    partition->append(std::span(bytes));
    sequence += static_cast<std::int32_t>(sizes.size());
    written.boundaries.push_back(written.boundaries.back() + bytes.size());
  }
  if (close) partition->close();
  partition.reset();
  written.disk = disk->after_kill();
  written.bytes = disk->content(kSegment);
  // As if all of it had reached the disk: what is synced decides nothing here, what the side file says does.
  for (const std::string& path : written.disk->files())
    written.disk->set_content(path, written.disk->content(path));
  return written;
}

std::string flipped(std::string bytes, std::size_t bit) {
  bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
  return bytes;
}

Opened open_and_append(testing::SimulatedDisk& disk, unsigned boot) {
  Opened opened;
  opened.error = error_of([&] {
    LabClock clock;
    const auto partition =
        log::PartitionLog::open(disk, clock, machine(boot), kFolder, small_segments(1 << 30));
    opened.recovery = partition->recovery();
    std::string bytes = batch(0, {25}, record::Codec::none, -1);
    partition->append(std::span(bytes));
    partition->sync();
  });
  return opened;
}

}  // namespace weir::crash
