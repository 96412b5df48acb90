#include "log/transaction_filter.h"

#include "base/buffer.h"
#include "base/file.h"
#include "log/segment_scan.h"
#include "record/control.h"
#include "record/record_cursor.h"

namespace weir::log {
namespace {

using base::File;

record::ControlType control_type(const File& file, std::uint64_t position, std::size_t bytes) {
  base::Buffer buffer, scratch;
  buffer.resize(bytes);
  record::BatchView view;
  record::Codecs codecs;
  std::string_view records;
  if (file.pread(buffer.data(), bytes, position) != bytes || view.open(buffer.view()) ||
      view.records(codecs, scratch, &records)) {
    return record::ControlType::unknown;
  }
  record::RecordCursor cursor(view.header(), records);
  record::Record record;
  base::Offset offset;
  return cursor.next(record, offset) ? record::read_control(record).type : record::ControlType::unknown;
}

}  // namespace

Fate TransactionFilter::fate(const record::BatchHeader& batch, const LogEnd& behind,
                             const LimitOf& limit_of) {
  Known& known = known_[batch.producer_id];
  if (known.fate != Fate::open && batch.first_offset() < known.marker) return known.fate;
  LogEnd from = behind;
  if (known.fate == Fate::open && known.looked > from) from = known.looked;
  known = Known{Fate::open, {}, from};
  for (const base::Offset base : list_segments(sys_, folder_)) {
    if (base < from.segment) continue;
    const File file = File::open(sys_, segment_path(folder_, base, kLogSuffix), File::Mode::read);
    SegmentScan scan(file, base == from.segment ? from.position : 0, limit_of(base, file.size()),
                     SegmentScan::Check::headers);
    while (scan.next() == SegmentScan::Step::batch) {
      const record::BatchHeader& header = scan.header();
      known.looked = {base, scan.end(), header.next_offset()};
      if (!header.attributes.control() || header.producer_id != batch.producer_id) continue;
      const record::ControlType type = control_type(file, scan.position(), header.batch_bytes());
      if (type == record::ControlType::unknown) continue;
      known.fate = type == record::ControlType::commit ? Fate::committed : Fate::aborted;
      known.marker = header.first_offset();
      return known.fate;
    }
  }
  return Fate::open;
}

}  // namespace weir::log
