// How fast records are encoded, checked and decoded. One line per number: what, value, unit.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "record/batch_builder.h"
#include "record/batch_view.h"
#include "record/crc32c.h"
#include "record/envelope.h"
#include "record/record_cursor.h"

namespace {

using namespace weir;

constexpr std::size_t kEventBytes = 463;
constexpr std::size_t kRecords = 500;  // of 463 bytes: a batch of about 240 KB

std::string event(std::size_t number) {
  std::string json = "{\"id\":" + std::to_string(number) +
                     ",\"price\":" + std::to_string(number * 7919 % 1000) + ",\"text\":\"";
  while (json.size() < kEventBytes - 2) json += static_cast<char>('a' + (json.size() * 31 + number) % 26);
  return json + "\"}";
}

// The median of five runs of `work`, each long enough to be measured; `bytes` and `records` are what one call handles.
void measure(const char* what, std::size_t bytes, std::size_t records, const std::function<void()>& work) {
  using Clock = std::chrono::steady_clock;
  std::vector<double> seconds;
  for (int run = 0; run < 5; ++run) {
    int calls = 0;
    const auto start = Clock::now();
    double passed = 0;
    do {
      work();
      ++calls;
      passed = std::chrono::duration<double>(Clock::now() - start).count();
    } while (passed < 0.1);
    seconds.push_back(passed / calls);
  }
  std::sort(seconds.begin(), seconds.end());
  std::printf("%-34s %8.2f GB/s", what, static_cast<double>(bytes) / seconds[2] / 1e9);
  if (records > 0) std::printf(" %8.2f Mrecords/s", static_cast<double>(records) / seconds[2] / 1e6);
  std::printf("\n");
}

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

int main() {
  std::vector<std::string> events;
  for (std::size_t i = 0; i < kRecords; ++i) events.push_back(event(i));
  std::vector<record::Record> records(kRecords);
  for (std::size_t i = 0; i < kRecords; ++i) {
    records[i].value = record::Bytes(events[i]);
    records[i].ts = {1700000000000 + static_cast<std::int64_t>(i)};
  }
  const std::size_t bytes = kRecords * kEventBytes;

  record::BatchBuilder builder;
  const auto build = [&](record::Codec codec) {
    builder.clear();
    for (const record::Record& next : records) require(builder.append(next));
    record::BatchBuilder::Seal seal;
    seal.codec = codec;
    return builder.finish(seal);
  };
  record::Codecs codecs;
  base::Buffer scratch;
  const auto scan = [&](std::string_view batch) {
    record::BatchView view;
    std::string_view encoded;
    require(!view.open(batch) && !view.records(codecs, scratch, &encoded));
    record::RecordCursor cursor(view.header(), encoded);
    record::Record found;
    base::Offset offset;
    std::size_t count = 0;
    while (cursor.next(found, offset)) ++count;
    require(count == kRecords);
  };

  std::printf("batches of %zu records of %zu bytes\n", kRecords, kEventBytes);
  for (int i = 0; i < record::kCodecs; ++i) {
    const auto codec = static_cast<record::Codec>(i);
    const std::string name = record::name(codec);
    measure(("encode, " + name).c_str(), bytes, kRecords, [&] { build(codec); });
    const std::span<char> batch = build(codec);
    const std::string whole(batch.data(), batch.size());
    measure(("check and decode, " + name).c_str(), bytes, kRecords, [&] { scan(whole); });
  }
  const std::span<char> plain = build(record::Codec::none);
  const std::string_view whole(plain.data(), plain.size());
  measure("crc32c", whole.size(), 0, [&] { require(record::crc32c(whole) != 0); });

  base::Buffer line;
  record::Envelope envelope;
  measure("record to envelope", bytes, kRecords, [&] {
    for (const record::Record& next : records) {
      line.clear();
      envelope.record = next;
      encode(envelope, line);
    }
  });
  std::vector<std::string> lines(kRecords);
  for (std::size_t i = 0; i < kRecords; ++i) {
    envelope.record = records[i];
    line.clear();
    encode(envelope, line);
    lines[i] = line.view();
  }
  record::HeapArena arena;
  measure("envelope to record", bytes, kRecords, [&] {
    arena.clear();
    for (const std::string& next : lines) require(!decode(next, arena, envelope));
  });
}
