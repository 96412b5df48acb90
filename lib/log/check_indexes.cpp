#include "log/check_indexes.h"

#include <algorithm>
#include <utility>

#include "base/byte_order.h"
#include "base/file.h"
#include "log/format.h"
#include "log/index_file.h"

namespace weir::log {
namespace {

constexpr std::size_t kLargestIndex = std::size_t{1} << 30;

bool all_zero(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) { return c == 0; });
}

}  // namespace

CheckIndexes::File CheckIndexes::load(base::Sys& sys, const std::string& path,
                                      std::size_t entry_bytes) const {
  File file{path, {}, entry_bytes};
  if (!base::File::read_whole(sys, path, &file.bytes, kLargestIndex)) return file;
  file.entries = file.bytes.size() / entry_bytes;
  const std::string_view rest = std::string_view(file.bytes).substr(file.entries * entry_bytes);
  if (!all_zero(rest)) {
    tell_({Finding::Weight::damage, path, file.entries * entry_bytes, rest.size(), base::kNoOffset,
           base::kNoOffset, "index ends within an entry"});
  }
  // What Kafka has allocated for the entries to come.
  const std::string_view whole = file.bytes;
  while (file.entries > 0 && all_zero(whole.substr((file.entries - 1) * entry_bytes, entry_bytes)))
    --file.entries;
  return file;
}

CheckIndexes::CheckIndexes(base::Sys& sys, const std::string& folder, base::Offset base, Tell tell)
    : base_(base),
      tell_(std::move(tell)),
      index_(load(sys, segment_path(folder, base, kIndexSuffix), kIndexEntryBytes)),
      time_index_(load(sys, segment_path(folder, base, kTimeIndexSuffix), kTimeEntryBytes)) {}

void CheckIndexes::fault(const File& file, std::size_t entries, const std::string& why) const {
  tell_({Finding::Weight::damage, file.path, file.next * file.entry_bytes, entries * file.entry_bytes,
         base::kNoOffset, base::kNoOffset, why});
}

void CheckIndexes::take(const record::BatchHeader& batch, std::uint64_t position) {
  for (; index_.more(); ++index_.next) {
    const std::uint64_t points_to = base::load_be<std::uint32_t>(index_.at() + 4);
    if (points_to > position) break;
    const base::Offset last = base_ + base::load_be<std::int32_t>(index_.at());
    if (points_to < position) {
      fault(index_, 1, "index entry points to byte " + std::to_string(points_to) + ", where no batch begins");
    } else if (last != batch.last_offset()) {
      fault(index_, 1,
            "index entry says offset " + std::to_string(last.value) + ", its batch ends with " +
                std::to_string(batch.last_offset().value));
    }
  }
  for (; time_index_.more(); ++time_index_.next) {
    const base::Offset offset = base_ + base::load_be<std::int32_t>(time_index_.at() + 8);
    if (offset > batch.last_offset()) break;
    const auto ms = base::load_be<std::int64_t>(time_index_.at());
    if (offset < batch.first_offset()) {
      fault(time_index_, 1,
            "time index entry says offset " + std::to_string(offset.value) + ", which no batch holds");
    } else if (ms != batch.max_timestamp || ms < largest_ms_ || ms <= last_entry_ms_) {
      fault(
          time_index_, 1,
          "time index entry says " + std::to_string(ms) + ", which is not the largest time up to its batch");
    }
    last_entry_ms_ = std::max(last_entry_ms_, ms);
  }
  largest_ms_ = std::max(largest_ms_, batch.max_timestamp);
}

void CheckIndexes::pass_over(std::uint64_t position, base::Offset next) {
  while (index_.more() && base::load_be<std::uint32_t>(index_.at() + 4) < position) ++index_.next;
  while (time_index_.more() && base_ + base::load_be<std::int32_t>(time_index_.at() + 8) < next)
    ++time_index_.next;
}

void CheckIndexes::finish(Segment state) {
  if (state == Segment::damaged) return;  // what the entries that are left point to is not there to be asked
  if (index_.more()) fault(index_, index_.entries - index_.next, "index entries point behind the last batch");
  if (time_index_.more())
    fault(time_index_, time_index_.entries - time_index_.next,
          "time index entries point behind the last batch");
  const bool complete = time_index_.entries == 0 || last_entry_ms_ == largest_ms_;
  if (state == Segment::sealed && !complete && !time_index_.more())
    fault(time_index_, 0, "time index ends before the largest time of its segment");
}

}  // namespace weir::log
