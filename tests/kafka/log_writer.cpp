// Writes logs for other implementations to read: log_writer DIR makes one partition per codec, DIR/weir-CODEC-0, each
// with several segments, indexes with many entries, keys, headers, nulls and an idempotent producer, and prints
// "FOLDER RECORDS" for each.
#include <cstdio>
#include <string>

#include "base/clock.h"
#include "base/error.h"
#include "log/create_partition.h"
#include "log/partition_log.h"
#include "record/batch_builder.h"
#include "record/headers.h"
#include "support/random_records.h"

namespace {

using namespace weir;

constexpr int kBatches = 400;
constexpr std::string_view kHeaderValue("\0\xff value", 8);
constexpr std::int64_t kStart = 1'700'000'000'000;

std::int64_t write_log(const std::string& folder, record::Codec codec) {
  base::Sys& sys = base::real_sys();
  base::Clock& clock = base::system_clock();
  const log::Host host = log::Host::current(sys);
  log::create_partition(sys, clock, host, folder, log::random_topic_id());
  log::PartitionOptions options;
  options.segment_bytes = 64 << 10;
  options.index_interval_bytes = 1024;
  const auto partition = log::PartitionLog::open(sys, clock, host, folder, options);
  record::testing::RandomRecords records(17);
  record::BatchBuilder builder;
  record::HeadersBuilder headers;
  std::int32_t sequence = 0;
  for (int i = 0; i < kBatches; ++i) {
    builder.clear();
    const int count = 1 + static_cast<int>(records.below(9));
    for (int r = 0; r < count; ++r) {
      record::Record record = records.next();
      // Header names are UTF-8 to the other readers; keys and values are any bytes.
      headers.clear();
      for (std::uint64_t h = records.below(4); h > 0; --h) {
        headers.add("name-" + std::to_string(h), h == 2 ? record::Bytes{} : record::Bytes(kHeaderValue));
      }
      record.headers = headers.headers();
      // Times go up and down a little, as those of several senders do.
      record.ts = {kStart + i * 100 + static_cast<std::int64_t>(records.below(300))};
      builder.append(record);
    }
    record::BatchBuilder::Seal seal;
    seal.codec = codec;
    seal.producer = {4711, 0, sequence};
    sequence += count;
    partition->append(builder.finish(seal));
  }
  partition->close();
  return sequence;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  try {
    for (int i = 0; i < record::kCodecs; ++i) {
      const auto codec = static_cast<record::Codec>(i);
      const std::string folder = std::string(argv[1]) + "/weir-" + record::name(codec) + "-0";
      const std::int64_t records = write_log(folder, codec);
      std::printf("%s %lld\n", folder.c_str(), static_cast<long long>(records));
    }
  } catch (const base::Error& error) {
    std::fprintf(stderr, "log_writer: %s\n", error.what());
    return 1;
  }
  return 0;
}
