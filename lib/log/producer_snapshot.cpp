#include "log/producer_snapshot.h"

#include <algorithm>
#include <vector>

#include "base/byte_order.h"
#include "base/error.h"
#include "base/file.h"
#include "log/corrupt.h"
#include "log/segment_scan.h"
#include "record/control.h"
#include "record/crc32c.h"
#include "record/record_cursor.h"

namespace weir::log {
namespace {

using base::File;

constexpr std::int16_t kVersion = 1;
constexpr std::size_t kEntryBytes = 46;
constexpr std::size_t kHeadBytes = 10;

template <typename T>
void put(std::string& to, T number) {
  char bytes[sizeof number];
  base::store_be(bytes, number);
  to.append(bytes, sizeof bytes);
}

// The control batch at `position` says with which coordinator epoch it was written.
std::optional<ProducerStates::Marker> read_marker(const File& file, const SegmentScan& scan) {
  std::string bytes(scan.header().batch_bytes(), '\0');
  if (file.pread(bytes.data(), bytes.size(), scan.position()) != bytes.size()) return std::nullopt;
  record::BatchView view;
  if (view.open(bytes)) return std::nullopt;
  record::Codecs codecs;
  base::Buffer scratch;
  std::string_view records;
  if (view.records(codecs, scratch, &records)) return std::nullopt;
  record::RecordCursor cursor(view.header(), records);
  record::Record record;
  base::Offset offset;
  if (!cursor.next(record, offset)) return std::nullopt;
  return ProducerStates::Marker{record::read_control(record).coordinator_epoch};
}

void replay(base::Sys& sys, const std::string& folder, base::Offset base, std::uint64_t to, base::Offset from,
            ProducerStates& states) {
  const File file = File::open(sys, segment_path(folder, base, kLogSuffix), File::Mode::read);
  SegmentScan scan(file, 0, to, SegmentScan::Check::headers);
  for (;;) {
    const SegmentScan::Step step = scan.next();
    if (step == SegmentScan::Step::end) return;
    if (step == SegmentScan::Step::bad) {
      const auto found = find_batch(file, scan.position(), to);
      throw corrupt_log(file.path(), scan.position(), from,
                        found ? found->header.first_offset() : base::kNoOffset, scan.fault().what);
    }
    const base::Offset first = scan.header().first_offset();
    if (first < from) continue;
    from = first;
    if (scan.header().producer_id < 0) continue;
    states.take(scan.header(), scan.header().attributes.control() ? read_marker(file, scan) : std::nullopt);
  }
}

}  // namespace

std::string encode_snapshot(const ProducerStates& states) {
  std::string body;
  put(body, static_cast<std::int32_t>(states.entries().size()));
  std::vector<std::int64_t> ids;
  for (const auto& [id, entry] : states.entries()) ids.push_back(id);
  std::sort(ids.begin(), ids.end());
  for (const std::int64_t id : ids) {
    const ProducerEntry& entry = *states.find(id);
    const ProducerBatch* newest = entry.newest();
    put(body, id);
    put(body, entry.epoch);
    put(body, newest ? newest->last_sequence : record::kNoSequence);
    put(body, newest ? newest->last.value : std::int64_t{-1});
    put(body, newest ? static_cast<std::int32_t>(newest->last - newest->first) : std::int32_t{0});
    put(body, entry.last_time.ms);
    put(body, entry.coordinator_epoch);
    put(body, entry.transaction_start.value);
  }
  std::string bytes;
  put(bytes, kVersion);
  put(bytes, record::crc32c(body));
  return bytes + body;
}

std::optional<ProducerStates> decode_snapshot(std::string_view bytes) {
  if (bytes.size() < kHeadBytes || base::load_be<std::int16_t>(bytes.data()) != kVersion) return std::nullopt;
  if (base::load_be<std::uint32_t>(bytes.data() + 2) != record::crc32c(bytes.substr(6))) return std::nullopt;
  const auto count = base::load_be<std::int32_t>(bytes.data() + 6);
  if (count < 0 || bytes.size() != kHeadBytes + static_cast<std::size_t>(count) * kEntryBytes)
    return std::nullopt;
  ProducerStates states;
  const char* at = bytes.data() + kHeadBytes;
  for (std::int32_t i = 0; i < count; ++i, at += kEntryBytes) {
    ProducerEntry entry;
    entry.epoch = base::load_be<std::int16_t>(at + 8);
    const auto last_sequence = base::load_be<std::int32_t>(at + 10);
    const base::Offset last{base::load_be<std::int64_t>(at + 14)};
    const auto delta = base::load_be<std::int32_t>(at + 22);
    entry.last_time = base::EventTime{base::load_be<std::int64_t>(at + 26)};
    entry.coordinator_epoch = base::load_be<std::int32_t>(at + 34);
    entry.transaction_start = base::Offset{base::load_be<std::int64_t>(at + 38)};
    entry.last_offset = last;
    if (last_sequence >= 0) {
      const std::int32_t first = sequence_after(last_sequence, (std::int64_t{1} << 31) - delta);
      entry.remember({first, last_sequence, last + -std::int64_t{delta}, last, entry.last_time});
    }
    states.insert(base::load_be<std::int64_t>(at), entry);
  }
  return states;
}

void write_snapshot(base::Sys& sys, const std::string& folder, base::Offset next,
                    const ProducerStates& states) {
  File file = File::open(sys, segment_path(folder, next, kSnapshotSuffix), File::Mode::create);
  const std::string bytes = encode_snapshot(states);
  file.truncate(0);
  file.pwrite(bytes, 0);  // not synced: half of it fails the checksum
}

ProducerStates load_producer_states(base::Sys& sys, const std::string& folder, const LogEnd& end) {
  const std::vector<base::Offset> segments = list_segments(sys, folder);
  std::vector<base::Offset> snapshots = list_segments(sys, folder, kSnapshotSuffix);
  ProducerStates states;
  base::Offset from{0};
  // From the start of the active segment on everything is read again, so that a snapshot that holds only the last
  // batch of a producer hides no more than what lies in older segments.
  while (!snapshots.empty()) {
    const base::Offset at = snapshots.back();
    snapshots.pop_back();
    if (at > end.segment) continue;
    std::string bytes;
    if (!File::read_whole(sys, segment_path(folder, at, kSnapshotSuffix), &bytes)) continue;
    if (auto found = decode_snapshot(bytes)) {
      states = std::move(*found);
      from = at;
      break;
    }
  }
  for (std::size_t i = 0; i < segments.size(); ++i) {
    if (segments[i] > end.segment) break;
    if (i + 1 < segments.size() && segments[i + 1] <= from) continue;
    const bool active = segments[i] == end.segment;
    const std::uint64_t size =
        active ? end.position
               : File::open(sys, segment_path(folder, segments[i], kLogSuffix), File::Mode::read).size();
    replay(sys, folder, segments[i], size, from, states);
  }
  return states;
}

}  // namespace weir::log
