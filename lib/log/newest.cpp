#include "log/newest.h"

#include <algorithm>

#include "record/codec.h"
#include "record/record_cursor.h"

namespace weir::log {
namespace {

std::deque<SeenRecord> read_tail(PartitionReader& reader, base::Offset from, base::Offset until,
                                 std::uint64_t count) {
  std::deque<SeenRecord> tail;
  record::Codecs codecs;
  base::Buffer unpacked;
  reader.seek(from);
  while (reader.position() < until) {
    const PartitionReader::Step step = reader.next();
    if (step == PartitionReader::Step::end) break;
    if (step == PartitionReader::Step::gap) continue;
    std::string_view records;
    // Damage is reported when the records themselves are read.
    if (reader.batch().records(codecs, unpacked, &records)) continue;
    record::RecordCursor cursor(reader.batch().header(), records);
    record::Record record;
    base::Offset offset;
    while (cursor.next(record, offset)) {
      if (offset < from || offset >= until) continue;
      tail.push_back({offset, record.ts.ms});
      if (tail.size() > count) tail.pop_front();
    }
  }
  return tail;
}

}  // namespace

std::int64_t further_back(std::int64_t back, std::int64_t there, std::uint64_t count) {
  if (back > 0) return std::min(there, back * 2 + 64);
  return static_cast<std::int64_t>(std::min<std::uint64_t>(count, static_cast<std::uint64_t>(there)));
}

Tail tail_of(PartitionReader& reader, base::Offset until, std::uint64_t count) {
  Tail tail{until, {}};
  const std::int64_t there = std::max<std::int64_t>(0, until - reader.start_offset());
  for (std::int64_t back = 0; count > 0 && tail.records.size() < count && back < there;) {
    back = further_back(back, there, count);
    tail.records = read_tail(reader, until + -back, until, count);
  }
  return tail;
}

std::vector<base::Offset> begin_of_newest(std::vector<Tail> tails, std::uint64_t count) {
  std::vector<base::Offset> begin;
  for (const Tail& tail : tails) begin.push_back(tail.until);
  for (std::uint64_t taken = 0; taken < count; ++taken) {
    std::size_t newest = tails.size();
    for (std::size_t i = 0; i < tails.size(); ++i) {
      if (tails[i].records.empty()) continue;
      if (newest == tails.size() || tails[i].records.back().ms >= tails[newest].records.back().ms) newest = i;
    }
    if (newest == tails.size()) break;
    begin[newest] = tails[newest].records.back().offset;
    tails[newest].records.pop_back();
  }
  return begin;
}

}  // namespace weir::log
