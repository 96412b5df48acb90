#include "tools/produce/sized_source.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/assert.h"
#include "base/error.h"
#include "base/size.h"
#include "stream/line_source.h"

namespace weir::produce {
namespace {

using stream::Batch;
using stream::Pull;
using Unread = stream::Errors::Unread;

constexpr std::size_t kRowsMax = 8192;
// What may stand around the texts of a record: lengths, headers without text, and every byte as two digits.
constexpr std::uint64_t kAroundBytes = 64u << 10;
constexpr std::uint64_t kWrittenFactor = 2;

// How long a record may be with all that stands around it.
std::uint64_t most_bytes(std::size_t max_line) {
  return std::min<std::uint64_t>(kWrittenFactor * max_line + kAroundBytes, stream::kLineBytesMax);
}

}  // namespace

SizedSource::SizedSource(std::vector<stream::BlockReader::From> inputs, const std::vector<SizedStep>& steps,
                         Options options, stream::Errors& errors)
    : reader_(std::move(inputs), options.block_bytes, most_bytes(options.max_line) + 1),
      options_(options),
      errors_(errors),
      walk_(steps) {
  WEIR_ASSERT(options_.max_line <= stream::kRecordBytesMax);
}

Pull SizedSource::next(Batch& batch) {
  batch.clear();
  for (;;) {
    if (split(batch)) return Pull::batch;
    if (draining_) return Pull::end;  // what is left is part of a record
    if (reader_.ended()) {
      if (!reader_.next_input()) return Pull::end;
      record_ = 1;
    } else if (!reader_.fill()) {
      return Pull::would_block;
    }
  }
}

// Cuts what lies in the block into rows. False: nothing was cut, more bytes are needed.
bool SizedSource::split(Batch& batch) {
  using Status = SizedWalk::Status;
  if (reader_.block() == nullptr) return false;
  batch.input = &reader_.input();
  start_batch(batch);
  bool cut = false;

  while (batch.lines.size() < kRowsMax) {
    const bool between = walk_.at() == 0;
    if (between && reader_.size() == 0) break;
    const char* const start = reader_.data();
    const Status status = walk_.go_on({start, reader_.size()}, dropped_, reader_.ended());
    if (status == Status::fault) {
      if (!batch.lines.empty()) break;  // they are good; what is wrong is still there the next time
      fail_lost();
    }
    if (status == Status::more) {
      cut = end_of_bytes(batch);
      break;
    }
    const bool long_one = !passing_over_ && too_long();
    if (long_one) report_too_long(batch);
    const auto size = static_cast<std::size_t>(walk_.at() - dropped_);
    const auto index = static_cast<std::uint32_t>(batch.lines.size());
    if (!passing_over_ && !long_one) batch.lines.push_back({start, static_cast<std::uint32_t>(size), index});
    reader_.take(size);
    walk_.begin();
    dropped_ = 0;
    ++record_;
    if (long_one) {  // ends the batch, so that lines[i].index == i for every batch
      cut = true;
      break;
    }
    // It was reported where it began, and no row stands before it.
    if (std::exchange(passing_over_, false)) start_batch(batch);
  }

  if (!cut && batch.lines.empty()) return false;
  batch.blocks.push_back(reader_.block());
  batch.ticket = {++tickets_};
  return true;
}

void SizedSource::start_batch(Batch& batch) {
  batch.first_line = record_;
  batch.first_byte = reader_.byte();
  batch.first_data = reader_.data();
}

// The record at hand is not whole. True: it was found to be bad.
bool SizedSource::end_of_bytes(const Batch& batch) {
  bool reported = false;
  if (reader_.ended()) {
    if (!passing_over_) {
      report(batch, {{reader_.data(), reader_.size()}},
             {.code = "truncated_record",
              .message = fmt::format("input ends at byte {} within a record: in {}",
                                     reader_.byte() + reader_.size(), walk_.fault()),
              .column = reader_.size() + 1});
      reported = true;
    }
    reader_.take(reader_.size());
    walk_.begin();
    dropped_ = 0;
    passing_over_ = false;
    return reported;
  }
  if (!passing_over_ && too_long()) {
    report_too_long(batch);
    passing_over_ = reported = true;
  }
  if (passing_over_) {
    reader_.take(static_cast<std::size_t>(walk_.at() - dropped_));
    dropped_ = walk_.at();
  }
  return reported;
}

bool SizedSource::too_long() const {
  return walk_.text_bytes() > options_.max_line || walk_.least() > most_bytes(options_.max_line);
}

void SizedSource::report(const Batch& batch, const Unread& event, const stream::Fault& fault) {
  errors_.bad_unread({batch.input, record_, reader_.byte(), static_cast<std::uint32_t>(batch.lines.size())},
                     event, fault);
}

void SizedSource::report_too_long(const Batch& batch) {
  const std::size_t wider = std::min(options_.max_line * 4, stream::kRecordBytesMax);
  const std::size_t of_it =
      std::min({reader_.size(), static_cast<std::size_t>(walk_.at()), options_.max_line});
  report(batch, {{reader_.data(), of_it}, Unread::Read::beginning},
         {.code = "line_too_long",
          .message = fmt::format("record is longer than {}", base::format_size({options_.max_line})),
          .hint = wider > options_.max_line
                      ? fmt::format("allow longer ones: --max-line {}", base::format_size({wider}))
                      : std::string()});
}

void SizedSource::fail_lost() const {
  const std::uint64_t byte = reader_.byte() + walk_.at() - dropped_;
  throw base::Error(base::Kind::data,
                    fmt::format("record does not fit -f: {} at byte {}", walk_.fault(), byte))
      .at(fmt::format("{}:{}:{}", reader_.input().name, record_, walk_.at() + 1))
      .detail("nobody can tell where the next record begins; those before it are stored")
      .code("lost_record");
}

}  // namespace weir::produce
