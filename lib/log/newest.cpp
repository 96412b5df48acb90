#include "log/newest.h"

#include <algorithm>
#include <deque>

#include "record/codec.h"
#include "record/record_cursor.h"

namespace weir::log {
namespace {

struct Seen {
  base::Offset offset;
  std::int64_t ms;
};

// The last `count` records from `from` up to `until`, oldest first.
std::deque<Seen> read_tail(const NewestInput& input, base::Offset from, std::uint64_t count) {
  std::deque<Seen> tail;
  record::Codecs codecs;
  base::Buffer unpacked;
  input.reader->seek(from);
  while (input.reader->position() < input.until) {
    const PartitionReader::Step step = input.reader->next();
    if (step == PartitionReader::Step::end) break;
    if (step == PartitionReader::Step::gap) continue;
    std::string_view records;
    // Damage is reported when the records themselves are read.
    if (input.reader->batch().records(codecs, unpacked, &records)) continue;
    record::RecordCursor cursor(input.reader->batch().header(), records);
    record::Record record;
    base::Offset offset;
    while (cursor.next(record, offset)) {
      if (offset < from || offset >= input.until) continue;
      tail.push_back({offset, record.ts.ms});
      if (tail.size() > count) tail.pop_front();
    }
  }
  return tail;
}

// Offsets are not records: some belong to transaction markers or were compacted away. So look further back until
// there are enough.
std::deque<Seen> tail_of(const NewestInput& input, std::uint64_t count) {
  const base::Offset start = input.reader->start_offset();
  const std::int64_t there = std::max<std::int64_t>(0, input.until - start);
  std::int64_t back =
      static_cast<std::int64_t>(std::min<std::uint64_t>(count, static_cast<std::uint64_t>(there)));
  for (;;) {
    std::deque<Seen> tail = read_tail(input, input.until + -back, count);
    if (tail.size() >= count || back >= there) return tail;
    back = std::min(there, back * 2 + 64);
  }
}

}  // namespace

std::vector<base::Offset> begin_of_newest(const std::vector<NewestInput>& inputs, std::uint64_t count) {
  std::vector<base::Offset> begin;
  std::vector<std::deque<Seen>> tails;
  for (const NewestInput& input : inputs) {
    begin.push_back(input.until);
    tails.push_back(count == 0 ? std::deque<Seen>() : tail_of(input, count));
  }
  for (std::uint64_t taken = 0; taken < count; ++taken) {
    std::size_t newest = inputs.size();
    for (std::size_t i = 0; i < tails.size(); ++i) {
      if (tails[i].empty()) continue;
      if (newest == inputs.size() || tails[i].back().ms >= tails[newest].back().ms) newest = i;
    }
    if (newest == inputs.size()) break;
    begin[newest] = tails[newest].back().offset;
    tails[newest].pop_back();
  }
  return begin;
}

}  // namespace weir::log
