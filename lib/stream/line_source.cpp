#include "stream/line_source.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "base/assert.h"
#include "base/size.h"

namespace weir::stream {
namespace {

// More rows than this make a batch of their own: 16 bytes a row would otherwise outgrow the block they describe.
constexpr std::size_t kRowsMax = 8192;

// The first delimiter at or behind `from`; null when there is none before `end`.
inline const char* find_delimiter(const char* from, const char* end, const std::string& delimiter) {
  const auto size = static_cast<std::size_t>(end - from);
  const void* found = delimiter.size() == 1 ? std::memchr(from, delimiter[0], size)
                                            : memmem(from, size, delimiter.data(), delimiter.size());
  return static_cast<const char*>(found);
}

}  // namespace

LineSource::LineSource(std::vector<From> inputs, Options options, Errors& errors)
    // A line that is too long is known by its first byte too many, and those that may begin its delimiter.
    : reader_(std::move(inputs), options.block_bytes, options.max_line + options.delimiter.size() + 1),
      options_(std::move(options)),
      errors_(errors) {
  WEIR_ASSERT(!options_.delimiter.empty() && options_.max_line <= kLineBytesMax);
  line_ = reader_.first_line();
}

Pull LineSource::next(Batch& batch) {
  batch.clear();
  for (;;) {
    if (split(batch)) return Pull::batch;
    if (draining_) return Pull::end;  // what is left is part of a line
    if (reader_.ended()) {
      if (!reader_.next_input()) return Pull::end;
      line_ = reader_.first_line();
      scanned_ = 0;
      skipping_ = false;
    } else if (!reader_.fill()) {
      return Pull::would_block;
    }
  }
}

// Cuts what lies in the block into rows. False: nothing was cut, more bytes are needed.
bool LineSource::split(Batch& batch) {
  if (reader_.block() == nullptr) return false;
  batch.form = options_.form;
  batch.input = &reader_.input();
  start_batch(batch);
  bool cut = false;

  while (batch.lines.size() < kRowsMax) {
    const char* const start = reader_.data();
    const char* const end = start + reader_.size();
    const char* stop = find_delimiter(start + scanned_, end, options_.delimiter);
    std::size_t taken;  // the line and its delimiter
    if (stop != nullptr) {
      taken = static_cast<std::size_t>(stop - start) + options_.delimiter.size();
    } else if (reader_.ended() && start < end) {
      stop = end;
      taken = reader_.size();
    } else {
      cut = end_of_bytes(batch) || cut;
      break;
    }
    const auto size = static_cast<std::size_t>(stop - start);
    if (size > options_.max_line && !skipping_ && !batch.lines.empty()) break;  // in a batch of its own
    const std::uint64_t byte = reader_.byte();
    reader_.take(taken);
    scanned_ = 0;
    ++line_;
    if (skipping_) {  // the end of the line that was too long, reported where it began; so no row stands before it
      skipping_ = false;
      start_batch(batch);
      cut = true;  // so that whoever keeps the position knows that it is behind that line
      break;
    }
    const auto index = static_cast<std::uint32_t>(batch.lines.size());
    // Each of the next two ends the batch, so that lines[i].index == i for every batch.
    if (size > options_.max_line) {
      report_too_long(batch, {batch.input, line_ - 1, byte, index}, {start, size});
      start_batch(batch);
      cut = true;
      break;
    }
    const std::string_view line(start, size);
    if (is_control(line)) {
      batch.mark = parse_mark(line);
      if (!batch.mark) {
        report(batch, {batch.input, line_ - 1, byte, index}, {line},
               {.code = "bad_control_line", .message = "line begins as a control line and is none"});
      }
      cut = true;
      break;
    }
    batch.lines.push_back({start, static_cast<std::uint32_t>(size), index});
  }

  if (!cut && batch.lines.empty()) return false;
  batch.blocks.push_back(reader_.block());
  batch.ticket = {++tickets_};
  return true;
}

void LineSource::start_batch(Batch& batch) {
  batch.first_line = line_;
  batch.first_byte = reader_.byte();
  batch.first_data = reader_.data();
}

// There is no delimiter in what is left of the block. True: the line that began there was found to be too long, and
// somebody has to hear of it before its end is reached.
bool LineSource::end_of_bytes(Batch& batch) {
  const std::size_t maybe_delimiter = options_.delimiter.size() - 1;  // it may have begun in the last bytes
  const std::size_t rest = reader_.size();
  bool cut = false;
  if (!skipping_ && rest > options_.max_line + maybe_delimiter) {
    if (!batch.lines.empty()) return false;  // in a batch of its own
    report_too_long(batch,
                    {batch.input, line_, reader_.byte(), static_cast<std::uint32_t>(batch.lines.size())},
                    {reader_.data(), rest});
    skipping_ = true;
    cut = batch.unread != nullptr || errors_.halted();
  }
  if (skipping_ && rest > maybe_delimiter) reader_.take(rest - maybe_delimiter);
  scanned_ = reader_.size() - std::min(reader_.size(), maybe_delimiter);
  return cut;
}

void LineSource::report_too_long(Batch& batch, const Errors::Place& place, std::string_view beginning) const {
  const std::size_t per_record = options_.form == Batch::Form::envelopes ? kEnvelopeFactor : 1;
  const std::size_t now = options_.max_line / per_record, wider = std::min(now * 4, kRecordBytesMax);
  report(batch, place, {beginning.substr(0, options_.max_line), Errors::Unread::Read::beginning},
         {.code = "line_too_long",
          .message = fmt::format("line is longer than {}", base::format_size({options_.max_line})),
          .hint = wider > now ? fmt::format("allow longer ones: --max-line {}", base::format_size({wider}))
                              : std::string()});
}

void LineSource::report(Batch& batch, const Errors::Place& place, const Errors::Unread& event,
                        Fault fault) const {
  if (options_.unread == Options::Unread::tell) return void(errors_.bad_unread(place, event, fault));
  batch.unread = std::make_shared<UnreadEvent>(
      UnreadEvent{place, std::string(event.bytes), event.read, std::move(fault)});
}

std::size_t drop_blank_lines(Batch& batch) {
  const std::size_t before = batch.lines.size();
  const auto blank = [&](std::size_t i) {
    const std::string_view line = batch.lines[i].view();
    // Every JSON text has a byte above the blank; most lines are decided by their first.
    return line.empty() || (line[0] <= ' ' && line.find_first_not_of(" \t\r") == std::string_view::npos);
  };
  std::size_t first = 0;
  while (first < before && !blank(first)) ++first;
  if (first < before) batch.retain([&](std::size_t i) { return !blank(i); });
  return before - batch.lines.size();
}

}  // namespace weir::stream
