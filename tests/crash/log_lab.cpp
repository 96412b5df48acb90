#include "log_lab.h"

#include "log/create_partition.h"
#include "record/codec.h"
#include "record/record_cursor.h"

namespace weir::crash {

std::unique_ptr<testing::SimulatedDisk> empty_disk() {
  auto disk = std::make_unique<testing::SimulatedDisk>();
  disk->mkdir("/log", 0700);
  base::File::open_directory(*disk, "/").sync();
  return disk;
}

log::Host machine(unsigned boot, int pid) {
  log::Host host;
  host.boot.fill(static_cast<std::uint8_t>(boot));
  host.pid = pid;
  host.started = static_cast<std::uint64_t>(pid) * 10;
  return host;
}

std::string value(std::int32_t sequence, std::size_t bytes) {
  std::string text = std::to_string(sequence) + ' ';
  testing::Random random(static_cast<std::uint64_t>(sequence));
  // Letters of a small alphabet: the codecs find something to do, and damage still shows.
  while (text.size() < bytes) text += static_cast<char>('a' + random.below(16));
  return text;
}

std::string batch(std::int32_t first, const std::vector<std::size_t>& value_bytes, record::Codec codec,
                  std::int64_t producer_id) {
  record::BatchBuilder builder;
  std::int32_t sequence = first;
  for (const std::size_t bytes : value_bytes) {
    const std::string text = value(sequence, bytes);
    record::Record record;
    record.value = record::Bytes(text);
    record.ts = {1'700'000'000'000 + sequence};
    builder.append(record);
    ++sequence;
  }
  record::BatchBuilder::Seal seal;
  seal.codec = codec;
  if (producer_id >= 0) seal.producer = {producer_id, 0, first};
  const std::span<char> bytes = builder.finish(seal);
  return {bytes.data(), bytes.size()};
}

log::PartitionOptions small_segments(std::int64_t segment_bytes) {
  log::PartitionOptions options;
  options.segment_bytes = segment_bytes;
  options.index_interval_bytes = 512;
  options.segment_index_bytes = 64 << 10;
  return options;
}

namespace {

// Calls `take` with each batch that a reader hands out, and returns what stopped it.
template <typename Take>
std::optional<base::Error> for_each_batch(base::Sys& sys, const log::Host& host,
                                          const log::ReaderOptions& options, Take take) {
  return error_of([&] {
    LabClock clock;
    const auto reader = log::PartitionReader::open(sys, clock, host, kFolder, options);
    reader->seek(reader->start_offset());
    for (auto step = reader->next(); step != log::PartitionReader::Step::end; step = reader->next()) {
      if (step == log::PartitionReader::Step::batch) take(reader->batch());
    }
  });
}

}  // namespace

Found read_all(base::Sys& sys, const log::Host& host, const log::ReaderOptions& options) {
  Found found;
  record::Codecs codecs;
  base::Buffer scratch;
  const auto take = [&](const record::BatchView& view) {
    std::string_view records;
    if (view.records(codecs, scratch, &records)) throw base::Error(base::Kind::io, "records do not unpack");
    record::RecordCursor cursor(view.header(), records);
    record::Record record;
    base::Offset offset;
    while (cursor.next(record, offset)) {
      if (offset.value != static_cast<std::int64_t>(found.values.size())) found.contiguous_from_zero = false;
      found.values.emplace_back(record.value.view());
    }
    if (cursor.fault()) throw base::Error(base::Kind::io, "records do not add up");
  };
  found.error = for_each_batch(sys, host, options, take);
  return found;
}

FoundBytes read_bytes(base::Sys& sys, const log::Host& host, const log::ReaderOptions& options) {
  FoundBytes found;
  found.error =
      for_each_batch(sys, host, options, [&](const record::BatchView& view) { found.bytes += view.bytes(); });
  return found;
}

bool is_corrupt(const std::optional<base::Error>& error) {
  return error && error->code() == "corrupt_log";
}
bool is_disk_full(const base::Error& error) {
  return error.code() == "disk_full";
}

std::string log_bytes(const testing::SimulatedDisk& disk) {
  std::string bytes;
  for (const std::string& path : disk.files()) {
    if (path.ends_with(log::kLogSuffix)) bytes += disk.content(path);
  }
  return bytes;
}

}  // namespace weir::crash
