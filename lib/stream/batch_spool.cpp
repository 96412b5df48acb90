#include "stream/batch_spool.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "base/assert.h"
#include "base/error.h"

namespace weir::stream {
namespace {

[[noreturn]] void cannot(const char* what, const std::string& directory, int error) {
  throw base::Error(base::Kind::io, std::string("cannot ") + what + " a temporary file in " + directory +
                                        ": " + base::errno_words(error))
      .hint("TMPDIR=DIRECTORY names another place for what has to wait");
}

std::size_t memory_of(const Batch& batch) {
  std::size_t bytes = sizeof batch + batch.lines.size() * sizeof(Line);
  for (const Line& line : batch.lines) bytes += line.size;
  return bytes;
}

}  // namespace

BatchSpool::~BatchSpool() {
  if (fd_ >= 0) ::close(fd_);
}

void BatchSpool::push(Batch batch) {
  WEIR_ASSERT(batch.form != Batch::Form::records);
  const std::size_t memory = memory_of(batch);
  if (batch.lines.empty() || in_memory_ + memory <= options_.memory_bytes) {
    in_memory_ += memory;
    pieces_.push_back({.batch = std::move(batch)});
    return;
  }
  keep_elsewhere(std::move(batch));
}

// Do the batch's rows follow those of the piece without a gap, so that they may come back as one batch?
bool BatchSpool::continues(const Piece& piece, const Batch& batch) const {
  return piece.open && !piece.batch.mark && piece.batch.unread == nullptr &&
         piece.batch.input == batch.input && piece.batch.first_line + piece.rows == batch.first_line &&
         piece.batch.first_byte + piece.bytes == batch.first_byte;
}

void BatchSpool::keep_elsewhere(Batch batch) {
  if (pieces_.empty() || !continues(pieces_.back(), batch)) {
    close_piece();
    Piece piece;
    piece.batch.form = batch.form;
    piece.batch.input = batch.input;
    piece.batch.first_line = batch.first_line;
    piece.batch.first_byte = batch.first_byte;
    piece.open = true;
    pieces_.push_back(std::move(piece));
  }
  Piece& piece = pieces_.back();
  for (const Line& line : batch.lines) {
    open_bytes_.append(line.data, line.size);
    open_bytes_ += '\n';
  }
  piece.rows += batch.lines.size();
  piece.bytes = open_bytes_.size();
  piece.batch.ticket = batch.ticket;
  piece.batch.mark = std::move(batch.mark);
  piece.batch.unread = std::move(batch.unread);
  if (open_bytes_.size() >= options_.piece_bytes) close_piece();
}

// What has gathered goes into the file.
void BatchSpool::close_piece() {
  if (pieces_.empty() || !pieces_.back().open) return;
  if (fd_ < 0) make_file();
  Piece& piece = pieces_.back();
  piece.at = file_end_;
  std::size_t written = 0;
  while (written < open_bytes_.size()) {
    const ssize_t put = ::pwrite(fd_, open_bytes_.data() + written, open_bytes_.size() - written,
                                 static_cast<off_t>(file_end_ + written));
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) cannot("write", options_.directory, errno);
    written += static_cast<std::size_t>(put);
  }
  file_end_ += written;
  piece.open = false;
  open_bytes_.clear();
}

void BatchSpool::make_file() {
  fd_ = ::open(options_.directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (fd_ >= 0) return;
  if (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT) cannot("make", options_.directory, errno);
  std::string path = options_.directory + "/weir-XXXXXX";  // a file system without nameless files
  fd_ = ::mkostemp(path.data(), O_CLOEXEC);
  if (fd_ < 0) cannot("make", options_.directory, errno);
  (void)::unlink(path.c_str());
}

void BatchSpool::pop(Batch& batch) {
  WEIR_ASSERT(!pieces_.empty());
  Piece piece = std::move(pieces_.front());
  pieces_.pop_front();
  batch = std::move(piece.batch);
  if (piece.rows == 0) {
    in_memory_ -= memory_of(batch);
    return;
  }
  BlockRef block(new Block(piece.bytes));
  if (piece.open) {
    std::memcpy(block->data(), open_bytes_.data(), piece.bytes);
    open_bytes_.clear();
  }
  for (std::size_t read = 0; !piece.open && read < piece.bytes;) {
    const ssize_t got =
        ::pread(fd_, block->data() + read, piece.bytes - read, static_cast<off_t>(piece.at + read));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) cannot("read", options_.directory, got < 0 ? errno : EIO);
    read += static_cast<std::size_t>(got);
  }
  const char* at = block->data();
  const char* const end = at + piece.bytes;
  batch.first_data = at;
  batch.lines.reserve(piece.rows);
  while (at < end) {
    const auto* const stop =
        static_cast<const char*>(std::memchr(at, '\n', static_cast<std::size_t>(end - at)));
    WEIR_ASSERT(stop != nullptr);
    batch.lines.push_back(
        {at, static_cast<std::uint32_t>(stop - at), static_cast<std::uint32_t>(batch.lines.size())});
    at = stop + 1;
  }
  batch.blocks.push_back(std::move(block));
  if (pieces_.empty() && file_end_ > 0) {  // the room is used again
    if (::ftruncate(fd_, 0) != 0) cannot("write", options_.directory, errno);
    file_end_ = 0;
  }
}

}  // namespace weir::stream
