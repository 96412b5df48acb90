#include "stream/block_reader.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include "base/assert.h"
#include "base/error.h"

namespace weir::stream {
namespace {

constexpr int kPipeBytes = 1 << 20;

[[noreturn]] void cannot_read(const std::string& name, int error) {
  throw base::Error(base::Kind::io, fmt::format("cannot read {}: {}", name, base::errno_words(error)));
}

}  // namespace

BlockReader::BlockReader(std::vector<From> inputs, std::size_t block_bytes, std::size_t left_max)
    : from_(std::move(inputs)), block_bytes_(block_bytes), left_max_(left_max), pool_(block_bytes) {
  WEIR_ASSERT(!from_.empty());
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
    const auto size = static_cast<std::uint64_t>(info.st_size);
    total += size - std::min(size, from.start.byte);
  }
  if (all_regular) total_size_ = total;
  open_input();
}

BlockReader::~BlockReader() {
  close_input();
}

void BlockReader::open_input() {
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
  ended_ = false;
  byte_ = from.start.byte;
  if (byte_ > 0 && ::lseek(fd_, static_cast<off_t>(byte_), SEEK_SET) < 0) cannot_read(from.name, errno);
}

void BlockReader::close_input() {
  if (fd_ >= 0 && from_[current_].fd < 0) ::close(fd_);
  fd_ = -1;
}

bool BlockReader::next_input() {
  at_ = filled_;
  close_input();
  if (current_ + 1 == from_.size()) return false;
  ++current_;
  open_input();
  return true;
}

bool BlockReader::fill() {
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
  if (got == 0) ended_ = true;
  filled_ += static_cast<std::size_t>(got);
  bytes_read_ += static_cast<std::uint64_t>(got);
  return true;
}

// Makes sure that there is room behind filled_. What lies between at_ and filled_ stays, perhaps elsewhere.
void BlockReader::make_room() {
  const std::size_t rest = filled_ - at_;
  if (block_ != nullptr) {
    const bool large = block_->capacity() > block_bytes_;
    const bool reuse = pool_.sole(block_) && !(large && rest <= block_bytes_ / 2);
    if (reuse && at_ > 0) {
      // To the front, so that a slow stream stays in the same few cache lines and a fast one gets a whole block.
      std::memmove(block_->data(), block_->data() + at_, rest);
      filled_ = rest;
      at_ = 0;
    }
    const std::size_t room = block_->capacity() - filled_;
    if (reuse ? room > 0 : !large && room >= block_bytes_ / 4) return;
  }
  std::size_t capacity = block_bytes_;
  while (capacity <= rest || capacity / 2 < rest) capacity *= 2;
  // The last step is one to all that may be needed: not a little less, which would be copied once more, and not up to
  // twice as much.
  WEIR_ASSERT(rest < left_max_);
  if (capacity > block_bytes_ && capacity > left_max_ / 2) capacity = std::max(left_max_, block_bytes_);
  const BlockRef old = std::move(block_);
  block_ = pool_.take(capacity);
  if (rest > 0) std::memcpy(block_->data(), old->data() + at_, rest);
  filled_ = rest;
  at_ = 0;
}

}  // namespace weir::stream
