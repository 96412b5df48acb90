#include "log/partition_source.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/error.h"
#include "log/corrupt.h"
#include "log/delete_topic.h"
#include "record/record_cursor.h"

namespace weir::log {
namespace {

using stream::Batch;
using stream::Pull;

// Small record batches (one per line, from a live producer) are gathered up to this; a bigger one comes alone.
constexpr std::size_t kGatherBytes = 256u << 10;
constexpr std::size_t kGatherRows = 8192;

}  // namespace

PartitionSource::PartitionSource(std::unique_ptr<PartitionReader> reader, Options options)
    : reader_(std::move(reader)), options_(std::move(options)), next_(reader_->position()) {
  input_.name = options_.shown;
  input_.topics = {options_.name.topic};
}

Pull PartitionSource::next(Batch& batch) {
  if (failed_) std::rethrow_exception(std::exchange(failed_, nullptr));
  batch.clear();
  batch.input = &input_;
  batch.form = options_.values_only ? Batch::Form::lines : Batch::Form::records;
  batch.first_line = rows_ + 1;
  const base::Offset before = next_;
  const std::uint64_t bytes_before = bytes_;

  while (!ended_ && !dry_ && batch.lines.size() < kGatherRows && bytes_ - bytes_before < kGatherBytes) {
    if ((options_.stop.until && next_ >= *options_.stop.until) ||
        (options_.rows_left != nullptr && *options_.rows_left == 0)) {
      ended_ = true;
      break;
    }
    try {
      step(batch);
    } catch (const base::Error& error) {
      if (options_.may_vanish && error.code() == kTopicDeleted) {
        options_.say(error.what());
        ended_ = true;
        break;
      }
      if (next_ == before) throw;
      failed_ = std::current_exception();  // the good records before it go out first
      break;
    }
  }

  batch.ticket = {static_cast<std::uint64_t>(next_.value)};
  rows_ += batch.lines.size();
  if (next_ > before) return Pull::batch;
  return ended_ ? Pull::end : Pull::would_block;
}

void PartitionSource::step(Batch& batch) {
  const PartitionReader::Step step = reader_->next();
  if (step == PartitionReader::Step::batch) {
    if (take(batch) == Room::none) ended_ = true;
    return;
  }
  if (step == PartitionReader::Step::gap) report(reader_->gap());
  next_ = std::max(next_, reader_->position());
  if (step == PartitionReader::Step::end) (options_.stop_when_dry ? ended_ : dry_) = true;
}

// The rows of the reader's batch. None left: reading ends here.
PartitionSource::Room PartitionSource::take(Batch& batch) {
  const record::BatchView& view = reader_->batch();
  bytes_ += view.bytes().size();
  const std::size_t rows_before = batch.lines.size();
  Room room = Room::left;
  std::string_view records;
  record::Fault fault = view.records(codecs_, unpacked_, &records);
  if (!fault && view.header().attributes.codec() != record::Codec::none) {
    // The rows outlive the next batch, so they cannot stay in the one buffer that is unpacked into.
    stream::BlockRef block = pool_.take(records.size());
    std::memcpy(block->data(), records.data(), records.size());
    std::memset(block->data() + records.size(), 0, stream::kBlockPadding);
    records = {block->data(), records.size()};
    batch.blocks.push_back(std::move(block));
  } else if (!fault && (batch.blocks.empty() || batch.blocks.back() != reader_->block())) {
    batch.blocks.push_back(reader_->block());
  }
  if (!fault) fault = decode(batch, records, &room);
  if (fault) {
    // All of a batch or nothing: its first rows may be as wrong as those that give it away.
    batch.lines.resize(rows_before);
    if (!options_.values_only) batch.records.resize(rows_before);
    batch.origins.resize(rows_before);
    room = Room::left;
    pass_over(fault);
  }
  if (options_.rows_left != nullptr) *options_.rows_left -= batch.lines.size() - rows_before;
  if (room == Room::left) next_ = std::max(next_, reader_->position());
  return room;
}

record::Fault PartitionSource::decode(Batch& batch, std::string_view records, Room* room) {
  const std::uint64_t most = options_.rows_left == nullptr ? UINT64_MAX : *options_.rows_left;
  const std::int64_t until = options_.stop.until ? options_.stop.until->value : INT64_MAX;
  const std::size_t rows_before = batch.lines.size();
  const base::Offset from = next_;
  record::RecordCursor cursor(reader_->batch().header(), records);
  record::Record record;
  base::Offset offset;
  while (cursor.next(record, offset)) {
    if (offset < from) continue;  // the sought offset lies inside this batch
    const bool too_new =
        options_.stop.until_time && record.ts != base::kNoTime && record.ts >= *options_.stop.until_time;
    if (offset.value >= until || too_new || batch.lines.size() - rows_before >= most) {
      *room = Room::none;
      break;
    }
    batch.lines.push_back(
        {record.value.data, record.value.size, static_cast<std::uint32_t>(batch.lines.size())});
    if (!options_.values_only) batch.records.push_back(record);
    batch.origins.push_back({offset, options_.name.partition, 0});
    next_ = offset + 1;
  }
  if (cursor.fault()) next_ = from;
  return cursor.fault();
}

void PartitionSource::commit(stream::Ticket ticket) {
  raise_committed(base::Offset{static_cast<std::int64_t>(ticket.value)});
}

void PartitionSource::raise_committed(base::Offset next) {
  committed_ = std::max(committed_, next);
}

void PartitionSource::report(const Gap& gap) const {
  const std::string range = offsets_text(gap.from, gap.to);
  const std::string place = folder_name(options_.name.topic, options_.name.partition);
  if (gap.why == Gap::Why::retention) {
    options_.say(range + " of " + place + " were deleted before they were read");
  } else {
    options_.say("skipped damaged " + range + " of " + place + ": " + gap.reason + " (" + gap.file +
                 ", byte " + std::to_string(gap.position) + ", " + std::to_string(gap.bytes) + " bytes)");
  }
}

// The checksum was right and the records are not: it was written that way, and the reader, which looks at batches, could
// not know.
void PartitionSource::pass_over(const record::Fault& fault) {
  const record::BatchHeader& header = reader_->batch().header();
  const std::string range = "offsets " + std::to_string(header.first_offset().value) + " to " +
                            std::to_string(header.last_offset().value) + " of " +
                            folder_name(options_.name.topic, options_.name.partition);
  if (options_.skip_corrupt)
    return options_.say("skipped " + range + ", which cannot be read: " + fault.what);
  throw base::Error(base::Kind::io, range + " cannot be read: " + fault.what)
      .at(reader_->folder())
      .hint("pass over them: --skip-corrupt")
      .code("corrupt_log");
}

}  // namespace weir::log
