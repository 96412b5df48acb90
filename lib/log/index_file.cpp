#include "log/index_file.h"

#include "base/byte_order.h"
#include "base/error.h"

namespace weir::log {
namespace {

base::File open_or_none(base::Sys& sys, const std::string& path) {
  try {
    if (!base::File::exists(sys, path)) return {};
    return base::File::open(sys, path, base::File::Mode::read);
  } catch (const base::Error&) {
    return {};  // a cache: without it the look-up starts at the beginning
  }
}

std::uint64_t size_or_none(const base::File& file) {
  try {
    return file ? file.size() : 0;
  } catch (const base::Error&) {
    return 0;
  }
}

bool read_at(const base::File& file, char* to, std::size_t bytes, std::uint64_t position) {
  try {
    return file && file.pread(to, bytes, position) == bytes;
  } catch (const base::Error&) {
    return false;
  }
}

// How many of `slots` entries come before the first for which before(i) is false.
template <typename Before>
std::uint64_t partition_point(std::uint64_t slots, Before before) {
  std::uint64_t low = 0, high = slots;
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    if (before(middle)) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

}  // namespace

void encode(const IndexEntry& entry, base::Offset base, char* to) {
  base::store_be(to, static_cast<std::int32_t>(entry.last_offset - base));
  base::store_be(to + 4, static_cast<std::int32_t>(entry.position));
}

void encode(const TimeEntry& entry, base::Offset base, char* to) {
  base::store_be(to, entry.time.ms);
  base::store_be(to + 8, static_cast<std::int32_t>(entry.last_offset - base));
}

OffsetIndex OffsetIndex::open(base::Sys& sys, const std::string& folder, base::Offset base) {
  OffsetIndex index;
  index.base_ = base;
  index.file_ = open_or_none(sys, segment_path(folder, base, kIndexSuffix));
  // An entry never has position 0 (the first batch gets none), so that is what the tail of a preallocated file is.
  index.entries_ = partition_point(size_or_none(index.file_) / kIndexEntryBytes, [&](std::uint64_t i) {
    const auto entry = index.at(i);
    return entry && entry->position != 0;
  });
  return index;
}

std::optional<IndexEntry> OffsetIndex::at(std::uint64_t i) const {
  char bytes[kIndexEntryBytes];
  if (!read_at(file_, bytes, sizeof bytes, i * kIndexEntryBytes)) return std::nullopt;
  return IndexEntry{base_ + base::load_be<std::int32_t>(bytes), base::load_be<std::uint32_t>(bytes + 4)};
}

std::optional<IndexEntry> OffsetIndex::at_or_before(base::Offset offset) const {
  const std::uint64_t after = partition_point(entries_, [&](std::uint64_t i) {
    const auto entry = at(i);
    return entry && entry->last_offset <= offset;
  });
  return after == 0 ? std::nullopt : at(after - 1);
}

std::uint64_t OffsetIndex::count_before(std::uint64_t position) const {
  return partition_point(entries_, [&](std::uint64_t i) {
    const auto entry = at(i);
    return entry && entry->position < position;
  });
}

TimeIndex TimeIndex::open(base::Sys& sys, const std::string& folder, base::Offset base) {
  TimeIndex index;
  index.base_ = base;
  index.file_ = open_or_none(sys, segment_path(folder, base, kTimeIndexSuffix));
  const std::uint64_t slots = size_or_none(index.file_) / kTimeEntryBytes;
  // Time 0 with offset 0 may be a real first entry; behind it zeros do not ascend.
  const auto first = index.at(0);
  index.entries_ = partition_point(slots, [&](std::uint64_t i) {
    const auto entry = index.at(i);
    return entry && (i == 0 || entry->time > first->time);
  });
  if (index.entries_ == 1 && first->time.ms == 0 && first->last_offset == base && slots > 1)
    index.entries_ = 0;
  return index;
}

std::optional<TimeEntry> TimeIndex::at(std::uint64_t i) const {
  char bytes[kTimeEntryBytes];
  if (!read_at(file_, bytes, sizeof bytes, i * kTimeEntryBytes)) return std::nullopt;
  return TimeEntry{{base::load_be<std::int64_t>(bytes)}, base_ + base::load_be<std::int32_t>(bytes + 8)};
}

std::uint64_t TimeIndex::count_before(base::Offset offset) const {
  return partition_point(entries_, [&](std::uint64_t i) {
    const auto entry = at(i);
    return entry && entry->last_offset < offset;
  });
}

std::optional<TimeEntry> TimeIndex::at_or_before(base::EventTime time) const {
  const std::uint64_t after = partition_point(entries_, [&](std::uint64_t i) {
    const auto entry = at(i);
    return entry && entry->time <= time;
  });
  return after == 0 ? std::nullopt : at(after - 1);
}

}  // namespace weir::log
