#include "stream/line_sink.h"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/assert.h"
#include "base/error.h"
#include "json/utf8.h"

namespace weir::stream {
namespace {

constexpr int kPipeBytes = 1 << 20;
constexpr std::size_t kOutMin = 64u << 10, kOutMax = 256u << 10;
// Rows that lie together as they are to be written, and are as long as a write of their own may be, are not copied.
constexpr std::size_t kRunMin = kOutMin;

// How much to gather before a write. A write that fills the whole pipe makes both ends take turns instead of working at
// the same time; below 64 KiB the system calls cost more than that.
std::size_t write_size(int fd) {
  (void)::fcntl(fd, F_SETPIPE_SZ, kPipeBytes);
  const int pipe = ::fcntl(fd, F_GETPIPE_SZ);
  return pipe < 0 ? kOutMax : std::clamp(static_cast<std::size_t>(pipe) / 2, kOutMin, kOutMax);
}

// One character of UTF-8. U+0080 to U+009F too: terminals take U+009B for the escape and the bracket in one.
bool is_control_character(std::string_view character) {
  const auto first = static_cast<unsigned char>(character[0]);
  if (character.size() == 1) return first < 0x20 || first == 0x7f;
  return first == 0xc2 && static_cast<unsigned char>(character[1]) < 0xa0;
}

// Of a file that may be read, as far as that can be told.
bool ends_within_a_line(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode) || info.st_size == 0) return false;
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  char last = '\n';
  const ssize_t got = ::pread(fd, &last, 1, info.st_size - 1);
  ::close(fd);
  return got == 1 && last != '\n';
}

void drop_front(std::array<iovec, 3>& pieces, std::size_t bytes) {
  for (iovec& each : pieces) {
    const std::size_t part = std::min(bytes, each.iov_len);
    each = {static_cast<char*>(each.iov_base) + part, each.iov_len - part};
    bytes -= part;
  }
}

}  // namespace

LineSink::LineSink(int fd, std::string name, RowEnd row_end, Writers writers)
    : fd_(fd), terminal_(::isatty(fd) == 1), row_end_(row_end), writers_(writers), name_(std::move(name)) {}

LineSink LineSink::open(const std::string& path, Existing existing) {
  const int how = existing == Existing::truncate ? O_TRUNC : O_APPEND;
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | how, 0666);
  if (fd < 0) throw base::Error(base::Kind::io, "cannot write to " + path + ": " + base::errno_words(errno));
  const bool appends = existing == Existing::append;
  LineSink sink(fd, path, RowEnd::newline, appends ? Writers::several : Writers::one);
  sink.owned_ = true;
  sink.after_torn_row_ = appends && ends_within_a_line(path);
  return sink;
}

LineSink::LineSink(LineSink&& other) noexcept
    : fd_(other.fd_),
      owned_(std::exchange(other.owned_, false)),
      attend_(std::move(other.attend_)),
      unblocking_fd_(std::exchange(other.unblocking_fd_, -1)),
      terminal_(other.terminal_),
      row_end_(other.row_end_),
      writers_(other.writers_),
      after_torn_row_(other.after_torn_row_),
      gone_(other.gone_),
      name_(std::move(other.name_)),
      capacity_(other.capacity_),
      out_(std::move(other.out_)),
      used_(std::exchange(other.used_, 0)),
      taken_(other.taken_),
      acked_(other.acked_),
      written_(other.written_) {}

LineSink::~LineSink() {
  if (owned_) ::close(fd_);
  if (unblocking_fd_ >= 0) ::close(unblocking_fd_);
}

void LineSink::while_blocked(std::function<void()> attend) {
  struct stat info {};
  if (::fstat(fd_, &info) != 0 || S_ISREG(info.st_mode)) return;  // a file never makes us wait for a reader
  attend_ = std::move(attend);
  if (!S_ISFIFO(info.st_mode) && !terminal_) return;
  const std::string same = "/proc/self/fd/" + std::to_string(fd_);
  unblocking_fd_ = ::open(same.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
}

void LineSink::await_room() const {
  pollfd room{.fd = unblocking_fd_ >= 0 ? unblocking_fd_ : fd_, .events = POLLOUT, .revents = 0};
  const int patience = attend_ ? static_cast<int>(kAttendEvery.count()) : -1;
  for (;;) {
    const int ready = ::poll(&room, 1, patience);
    if (ready > 0) return;
    if (attend_) attend_();
  }
}

Flow LineSink::write(const Batch& batch) {
  if (terminal_) {
    write_escaped(batch.lines);
  } else {
    writers_ == Writers::several ? write_whole_rows(batch.lines) : write_rows(batch.lines);
    if (batch.mark) {
      append(batch.mark->line.data(), batch.mark->line.size());
      append("\n", 1);
    }
  }
  if (gone_) return Flow::stop;
  WEIR_ASSERT(batch.ticket >= taken_);
  taken_ = batch.ticket;
  if (used_ == 0) acked_ = taken_;
  return Flow::more;
}

void LineSink::write_rows(const std::vector<Line>& lines) {
  if (row_end_ == RowEnd::nothing) {
    for (const Line& line : lines) append(line.data, line.size);
    return;
  }
  std::size_t i = 0;
  while (i < lines.size() && !gone_) {
    // Rows that stand one behind the other in memory, with a newline between, are one copy.
    const char* const start = lines[i].data;
    const char* end = start + lines[i].size;
    while (++i < lines.size() && lines[i].data == end + 1 && *end == '\n')
      end = lines[i].data + lines[i].size;
    const auto size = static_cast<std::size_t>(end - start);
    if (size >= kRunMin) {
      write_run(start, size);
    } else {
      append(start, size);
      append("\n", 1);
    }
  }
}

// And its newline. Writes of the size of out_, as ever.
void LineSink::write_run(const char* data, std::size_t size) {
  if (out_ == nullptr) make_buffer(0);
  while (!gone_ && size > 0) {
    const std::size_t part = std::min(size, capacity_ - used_);
    write_out({data, part}, part == size ? "\n" : "");
    data += part;
    size -= part;
  }
}

void LineSink::write_whole_rows(const std::vector<Line>& lines) {
  for (const Line& line : lines) {
    const std::size_t needed =
        std::size_t{line.size} + 2;  // newlines: its own, and that of a torn row before it
    if (needed > capacity_ - used_) {
      if (used_ > 0) write_out();
      if (gone_) return;
      // Either the first row, or one too long for the block; the next one of ordinary size gets an ordinary block.
      if (needed > capacity_ || capacity_ > kOutMax) make_buffer(needed);
    }
    if (std::exchange(after_torn_row_, false)) append("\n", 1);
    append(line.data, line.size);
    append("\n", 1);
  }
}

void LineSink::write_escaped(const std::vector<Line>& lines) {
  constexpr char kDigits[] = "0123456789abcdef";
  const bool whole_lines = row_end_ == RowEnd::newline;
  for (const Line& line : lines) {
    const char* const end = line.data + line.size;
    for (const char* at = line.data; at != end;) {
      const std::size_t length = json::utf8_sequence(at, end);
      const bool harmless = *at == '\t' || (*at == '\n' && !whole_lines);
      if (length > 0 && (harmless || !is_control_character({at, length}))) {
        append(at, length);
        at += length;
        continue;
      }
      for (const char* const next = at + std::max<std::size_t>(length, 1); at != next; ++at) {
        const auto byte = static_cast<unsigned char>(*at);
        const char escape[] = {'\\', 'x', kDigits[byte >> 4], kDigits[byte & 15]};
        append(escape, sizeof escape);
      }
    }
    if (whole_lines) append("\n", 1);
  }
}

void LineSink::append(const char* data, std::size_t size) {
  if (gone_) return;
  if (out_ == nullptr) make_buffer(0);
  while (size > capacity_ - used_) {
    const std::size_t part = capacity_ - used_;
    std::memcpy(out_.get() + used_, data, part);
    used_ += part;
    data += part;
    size -= part;
    write_out();
    if (gone_) return;
  }
  std::memcpy(out_.get() + used_, data, size);
  used_ += size;
}

// Requires that nothing waits in it.
void LineSink::make_buffer(std::size_t least) {
  capacity_ = std::max(write_size(fd_), least);
  out_ = std::make_unique_for_overwrite<char[]>(capacity_);
}

void LineSink::flush() {
  if (used_ > 0) write_out();
  if (!gone_) acked_ = taken_;
}

// Writes all of out_, and what is to follow it, or finds the reader gone. What is acknowledged does not change here: part
// of the batch that is being written may be neither in out_ nor in what follows it.
void LineSink::write_out(std::string_view run, std::string_view end) {
  const auto piece = [](const char* data, std::size_t size) {
    return iovec{const_cast<char*>(data), size};  // it is only read
  };
  std::array<iovec, 3> left{piece(out_.get(), used_), piece(run.data(), run.size()),
                            piece(end.data(), end.size())};
  // Where poll() says that there is room, there is as much as this.
  const bool in_pieces = attend_ && unblocking_fd_ < 0;
  for (std::size_t first = 0; first < left.size();) {
    iovec& next = left[first];
    if (next.iov_len == 0) {
      ++first;
      continue;
    }
    if (in_pieces) await_room();
    const int fd = unblocking_fd_ >= 0 ? unblocking_fd_ : fd_;
    const ssize_t put = in_pieces ? ::write(fd, next.iov_base, std::min<std::size_t>(next.iov_len, PIPE_BUF))
                                  : ::writev(fd, &next, static_cast<int>(left.size() - first));
    if (put >= 0) {
      written_ += static_cast<std::uint64_t>(put);
      drop_front(left, static_cast<std::size_t>(put));
    } else if (errno == EPIPE) {
      gone_ = true;
      break;
    } else if (errno == EAGAIN) {
      await_room();  // also where another process that shares this descriptor made it non-blocking
    } else if (errno != EINTR) {
      throw base::Error(base::Kind::io, "cannot write to " + name_ + ": " + base::errno_words(errno));
    }
  }
  used_ = 0;
  if (!gone_) acked_ = taken_;
}

}  // namespace weir::stream
