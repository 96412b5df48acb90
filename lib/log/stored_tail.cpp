#include "log/stored_tail.h"

#include <fmt/format.h>

#include "base/buffer.h"
#include "base/error.h"
#include "log/partition_reader.h"
#include "record/codec.h"
#include "record/record_cursor.h"

namespace weir::log {
namespace {

void append(std::string& to, const record::Bytes& bytes) {
  to += bytes.null() ? std::string("-") : fmt::format("{}:", bytes.size);
  to += bytes.view();
}

// Two records have the same one only if key and value are the same.
std::string fingerprint(const record::Record& record) {
  std::string print;
  append(print, record.key);
  append(print, record.value);
  return print;
}

}  // namespace

StoredTail::StoredTail(base::Sys& sys, base::Clock& clock, const Host& host, const std::string& folder,
                       const PartitionLog::ProducerPosition& newest) {
  ReaderOptions how;
  how.read_committed = false;
  how.may_have_gaps = true;
  // Whatever was written counts, also what readers do not see yet.
  how.ignore_side_file = true;
  const auto reader = PartitionReader::open(sys, clock, host, folder, how);
  if (newest.last_offset < reader->start_offset()) return;
  reader->seek(newest.last_offset);
  if (reader->next() != PartitionReader::Step::batch) return;
  const record::BatchView& batch = reader->batch();
  if (batch.header().last_offset() != newest.last_offset) return;
  record::Codecs codecs;
  base::Buffer unpacked;
  std::string_view records;
  if (batch.records(codecs, unpacked, &records)) return;  // damage is told to those who read
  record::RecordCursor cursor(batch.header(), records);
  record::Record record;
  base::Offset offset;
  while (cursor.next(record, offset)) {
    const std::int64_t number = newest.last_sequence - (newest.last_offset - offset);
    if (prints_.empty()) first_ = number;
    prints_.resize(static_cast<std::size_t>(number - first_));  // those compacted away are not known
    prints_.push_back(fingerprint(record));
  }
}

bool StoredTail::matches(std::int64_t number, const record::Record& record) const {
  if (number < first_ || number - first_ >= static_cast<std::int64_t>(prints_.size())) return true;
  const std::string& print = prints_[static_cast<std::size_t>(number - first_)];
  return print.empty() || print == fingerprint(record);
}

}  // namespace weir::log
