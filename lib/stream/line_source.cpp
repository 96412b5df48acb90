#include "stream/line_source.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include "base/assert.h"
#include "base/size.h"

namespace weir::stream {
namespace {

// More rows than this make a batch of their own: 16 bytes a row would otherwise outgrow the block they describe.
constexpr std::size_t kRowsMax = 8192;
constexpr int kPipeBytes = 1 << 20;

[[noreturn]] void cannot_read(const std::string& name, int error) {
  throw base::Error(base::Kind::io, fmt::format("cannot read {}: {}", name, base::errno_words(error)));
}

// The first delimiter at or behind `from`; null when there is none before `end`.
inline const char* find_delimiter(const char* from, const char* end, const std::string& delimiter) {
  const auto size = static_cast<std::size_t>(end - from);
  const void* found = delimiter.size() == 1 ? std::memchr(from, delimiter[0], size)
                                            : memmem(from, size, delimiter.data(), delimiter.size());
  return static_cast<const char*>(found);
}

}  // namespace

LineSource::LineSource(std::vector<From> inputs, Options options, Errors& errors)
    : from_(std::move(inputs)), options_(std::move(options)), errors_(errors), pool_(options_.block_bytes) {
  WEIR_ASSERT(!options_.delimiter.empty() && !from_.empty() && options_.max_line <= kLineBytesMax);
  inputs_.reserve(from_.size());
  std::uint64_t total = 0;
  bool all_regular = true;
  for (const From& from : from_) {
    inputs_.push_back({.name = from.name, .topics = {}});
    // A file that is not there is told now, and not after an hour of the files before it.
    if (from.fd < 0 && ::access(from.name.c_str(), R_OK) != 0) cannot_read(from.name, errno);
    struct stat info {};
    if ((from.fd < 0 ? ::stat(from.name.c_str(), &info) : ::fstat(from.fd, &info)) != 0)
      cannot_read(from.name, errno);
    if (S_ISDIR(info.st_mode)) cannot_read(from.name, EISDIR);
    all_regular = all_regular && S_ISREG(info.st_mode);
    total += static_cast<std::uint64_t>(info.st_size);
  }
  if (all_regular) total_size_ = total;
  open_input();
}

LineSource::~LineSource() {
  close_input();
}

void LineSource::open_input() {
  const From& from = from_[current_];
  // Non-blocking on our own descriptor only, so that a FIFO without a writer does not hold up the whole run.
  fd_ = from.fd >= 0 ? from.fd : ::open(from.name.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd_ < 0) cannot_read(from.name, errno);
  struct stat info {};
  if (::fstat(fd_, &info) != 0) cannot_read(from.name, errno);
  regular_ = S_ISREG(info.st_mode);
  if (S_ISFIFO(info.st_mode)) {
    (void)::fcntl(fd_, F_SETPIPE_SZ, kPipeBytes);  // a smaller pipe is slower and as right
  } else if (regular_) {
    (void)::posix_fadvise(fd_, 0, 0, POSIX_FADV_SEQUENTIAL);
  }
  input_ended_ = false;
  line_ = 1;
  byte_ = 0;
}

void LineSource::close_input() {
  if (fd_ >= 0 && from_[current_].fd < 0) ::close(fd_);
  fd_ = -1;
}

Pull LineSource::next(Batch& batch) {
  batch.clear();
  for (;;) {
    if (split(batch)) return Pull::batch;
    if (draining_) return Pull::end;  // what is left is part of a line
    if (input_ended_) {
      close_input();
      if (current_ + 1 == from_.size()) return Pull::end;
      ++current_;
      open_input();
      continue;
    }
    if (!fill()) return Pull::would_block;
  }
}

// Cuts what lies in the block into rows. False: nothing was cut, more bytes are needed.
bool LineSource::split(Batch& batch) {
  if (block_ == nullptr) return false;
  batch.form = options_.form;
  batch.input = &inputs_[current_];
  start_batch(batch);
  bool cut = false;

  while (batch.lines.size() < kRowsMax) {
    const char* const start = block_->data() + at_;
    const char* const end = block_->data() + filled_;
    const char* stop = find_delimiter(block_->data() + std::max(at_, scanned_), end, options_.delimiter);
    std::size_t taken;  // the line and its delimiter
    if (stop != nullptr) {
      taken = static_cast<std::size_t>(stop - start) + options_.delimiter.size();
    } else if (input_ended_ && at_ < filled_) {
      stop = end;
      taken = filled_ - at_;
    } else {
      cut = end_of_bytes(batch) || cut;
      break;
    }
    const auto size = static_cast<std::size_t>(stop - start);
    const std::uint64_t byte = byte_;
    at_ += taken;
    byte_ += taken;
    ++line_;
    if (skipping_) {  // the end of the line that was too long, reported where it began; so no row stands before it
      skipping_ = false;
      start_batch(batch);
      continue;
    }
    const auto index = static_cast<std::uint32_t>(batch.lines.size());
    // Each of the next two ends the batch, so that lines[i].index == i for every batch.
    if (size > options_.max_line) {
      report_too_long({&inputs_[current_], line_ - 1, byte, index});
      cut = true;
      break;
    }
    const std::string_view line(start, size);
    if (is_control(line)) {
      batch.mark = parse_mark(line);
      if (!batch.mark) {
        errors_.bad_unread(
            {&inputs_[current_], line_ - 1, byte, index}, line,
            {.code = "bad_control_line", .message = "line begins as a control line and is none"});
      }
      cut = true;
      break;
    }
    batch.lines.push_back({start, static_cast<std::uint32_t>(size), index});
  }

  if (!cut && batch.lines.empty()) return false;
  batch.blocks.push_back(block_);
  batch.ticket = {++tickets_};
  return true;
}

void LineSource::start_batch(Batch& batch) {
  batch.first_line = line_;
  batch.first_byte = byte_;
  batch.first_data = block_->data() + at_;
}

// There is no delimiter in what is left of the block. True: the line that began there was found to be too long.
bool LineSource::end_of_bytes(const Batch& batch) {
  const std::size_t maybe_delimiter = options_.delimiter.size() - 1;  // it may have begun in the last bytes
  const std::size_t rest = filled_ - at_;
  bool reported = false;
  if (!skipping_ && rest > options_.max_line + maybe_delimiter) {
    report_too_long({&inputs_[current_], line_, byte_, static_cast<std::uint32_t>(batch.lines.size())});
    skipping_ = reported = true;
  }
  if (skipping_ && rest > maybe_delimiter) {
    byte_ += rest - maybe_delimiter;
    at_ = filled_ - maybe_delimiter;
  }
  scanned_ = std::max(at_, filled_ - std::min(filled_, maybe_delimiter));
  return reported;
}

void LineSource::report_too_long(const Errors::Place& place) {
  const std::size_t per_record = options_.form == Batch::Form::envelopes ? kEnvelopeFactor : 1;
  const std::size_t now = options_.max_line / per_record, wider = std::min(now * 4, kRecordBytesMax);
  errors_.bad_unread(
      place, std::nullopt,
      {.code = "line_too_long",
       .message = fmt::format("line is longer than {}", base::format_size({options_.max_line})),
       .hint = wider > now ? fmt::format("allow longer ones: --max-line {}", base::format_size({wider}))
                           : std::string()});
}

// Reads once. False: it would block. The end of the input is input_ended_.
bool LineSource::fill() {
  if (!regular_) {
    pollfd ready{.fd = fd_, .events = POLLIN, .revents = 0};
    const int count = ::poll(&ready, 1, 0);
    if (count == 0 || (count < 0 && errno == EINTR)) return false;
    if (count < 0) cannot_read(from_[current_].name, errno);
  }
  make_room();
  const ssize_t got = ::read(fd_, block_->data() + filled_, block_->capacity() - filled_);
  if (got < 0) {
    // EAGAIN: somebody made the descriptor non-blocking and another reader was quicker. EINTR: a signal came, and the
    // loop wants to know.
    if (errno == EAGAIN || errno == EINTR) return false;
    cannot_read(from_[current_].name, errno);
  }
  if (got == 0) input_ended_ = true;
  filled_ += static_cast<std::size_t>(got);
  bytes_read_ += static_cast<std::uint64_t>(got);
  return true;
}

// Makes sure that there is room behind filled_. What lies between at_ and filled_ stays, perhaps elsewhere.
void LineSource::make_room() {
  const std::size_t rest = filled_ - at_;
  if (block_ != nullptr) {
    const bool large = block_->capacity() > options_.block_bytes;
    const bool reuse = pool_.sole(block_) && !(large && rest <= options_.block_bytes / 2);
    if (reuse && at_ > 0) {
      // To the front, so that a slow stream stays in the same few cache lines and a fast one gets a whole block.
      std::memmove(block_->data(), block_->data() + at_, rest);
      scanned_ = scanned_ > at_ ? scanned_ - at_ : 0;
      filled_ = rest;
      at_ = 0;
    }
    const std::size_t room = block_->capacity() - filled_;
    if (reuse ? room > 0 : !large && room >= options_.block_bytes / 4) return;
  }
  std::size_t capacity = options_.block_bytes;
  while (capacity <= rest || capacity / 2 < rest) capacity *= 2;
  const BlockRef old = std::move(block_);
  block_ = pool_.take(capacity);
  if (rest > 0) std::memcpy(block_->data(), old->data() + at_, rest);
  scanned_ = scanned_ > at_ ? scanned_ - at_ : 0;
  filled_ = rest;
  at_ = 0;
}

int LineSource::wait_fd() const {
  return regular_ ? -1 : fd_;
}

bool LineSource::drain() {
  draining_ = true;
  return true;
}

Source::Meter LineSource::meter() const {
  return {.bytes = bytes_read_, .size = total_size_};
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
