#include "base/file.h"

#include <fcntl.h>

#include <cerrno>
#include <utility>

#include "base/error.h"

namespace weir::base {
namespace {

[[noreturn]] void fail(std::string_view doing, const std::string& path, int error) {
  // Full disks are the one failure users meet often, so it leads the message.
  if (error == ENOSPC || error == EDQUOT || error == EFBIG) {
    throw Error(Kind::io, errno_words(error) + " " + std::string(doing) + " " + path).code("disk_full");
  }
  throw Error(Kind::io, "failed " + std::string(doing) + " " + path + ": " + errno_words(error));
}

// An interrupted call is made again, but not for ever: a file that answers EAGAIN each time (a broken network
// file system does) is an error that the user should see, not a process that spins.
constexpr int kMostTries = 1000;

template <typename Call>
auto retry(Call call) {
  auto returned = call();
  for (int tries = 1; tries < kMostTries && (returned == -EINTR || returned == -EAGAIN); ++tries)
    returned = call();
  return returned;
}

// Opening a FIFO would wait for its other end, unkillably so, since interrupted calls are made again.
constexpr int kNeverWait = O_NONBLOCK;

void refuse_special(Sys& sys, const File& file) {
  struct stat info {};
  const int returned = retry([&] { return sys.fstat(file.fd(), &info); });
  if (returned < 0) fail("looking at", file.path(), -returned);
  if (!S_ISREG(info.st_mode)) throw Error(Kind::io, file.path() + " is no regular file").code("not_a_file");
}

}  // namespace

File File::open(Sys& sys, std::string path, Mode mode) {
  int flags = kNeverWait | (mode == Mode::read ? O_RDONLY : O_RDWR | O_NOFOLLOW);
  if (mode == Mode::create) flags |= O_CREAT;
  if (mode == Mode::create_new) flags |= O_CREAT | O_EXCL;
  const int fd = retry([&] { return sys.open(path, flags, 0600); });
  if (fd == -ELOOP && mode != Mode::read) {
    throw Error(Kind::io, path + " is a symbolic link, and nothing is written through one")
        .code("not_a_file");
  }
  if (fd < 0) fail(mode == Mode::create_new ? "creating" : "opening", path, -fd);
  File file(sys, fd, std::move(path));
  refuse_special(sys, file);
  return file;
}

File File::open_directory(Sys& sys, std::string path) {
  const int fd = retry([&] { return sys.open(path, O_RDONLY | O_DIRECTORY, 0); });
  if (fd < 0) fail("opening", path, -fd);
  return {sys, fd, std::move(path)};
}

bool File::exists(Sys& sys, const std::string& path) {
  struct stat info {};
  const int returned = retry([&] { return sys.stat(path, &info); });
  if (returned == 0) return true;
  if (returned == -ENOENT || returned == -ENOTDIR) return false;
  fail("looking at", path, -returned);
}

bool File::read_whole(Sys& sys, const std::string& path, std::string* to, std::size_t limit) {
  const int fd = retry([&] { return sys.open(path, O_RDONLY | kNeverWait, 0); });
  if (fd == -ENOENT || fd == -ENOTDIR) return false;
  if (fd < 0) fail("opening", path, -fd);
  const File file(sys, fd, path);
  refuse_special(sys, file);
  const std::uint64_t size = file.size();
  if (size > limit)
    throw Error(Kind::io, path + " is larger than it can be: " + std::to_string(size) + " bytes");
  to->resize(static_cast<std::size_t>(size));
  to->resize(file.pread(to->data(), to->size(), 0));
  return true;
}

void File::replace(Sys& sys, const std::string& path, std::string_view bytes) {
  const std::string temporary = path + ".tmp";
  {
    File file = open(sys, temporary, Mode::create);
    file.truncate(0);
    file.pwrite(bytes, 0);
    file.sync();
  }
  rename(sys, temporary, path);
  const std::size_t slash = path.rfind('/');
  open_directory(sys, slash == std::string::npos ? "." : path.substr(0, slash + 1)).sync();
}

void File::list(Sys& sys, const std::string& directory, std::vector<std::string>* names) {
  if (const int returned = retry([&] { return sys.list(directory, names); }); returned < 0)
    fail("listing", directory, -returned);
}

bool File::make_directory(Sys& sys, const std::string& path) {
  const int returned = retry([&] { return sys.mkdir(path, 0700); });
  if (returned == -EEXIST) return false;
  if (returned < 0) fail("creating", path, -returned);
  return true;
}

void File::rename(Sys& sys, const std::string& from, const std::string& to) {
  if (const int returned = retry([&] { return sys.rename(from, to); }); returned < 0)
    fail("replacing", to, -returned);
}

bool File::remove(Sys& sys, const std::string& path) {
  const int returned = retry([&] { return sys.unlink(path); });
  if (returned == -ENOENT) return false;
  if (returned < 0) fail("removing", path, -returned);
  return true;
}

File::File(File&& other) noexcept
    : sys_(other.sys_), fd_(std::exchange(other.fd_, -1)), path_(std::move(other.path_)) {}

File& File::operator=(File&& other) noexcept {
  std::swap(sys_, other.sys_);
  std::swap(fd_, other.fd_);
  std::swap(path_, other.path_);
  return *this;
}

File::~File() {
  if (fd_ >= 0) sys_->close(fd_);
}

std::size_t File::pread(void* to, std::size_t size, std::uint64_t position) const {
  std::size_t done = 0;
  while (done < size) {
    const ssize_t got = retry([&] {
      return sys_->pread(fd_, static_cast<char*>(to) + done, size - done,
                         static_cast<off_t>(position + done));
    });
    if (got < 0) fail("reading", path_, static_cast<int>(-got));
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

void File::pwrite(std::string_view bytes, std::uint64_t position) {
  while (!bytes.empty()) {
    const ssize_t put =
        retry([&] { return sys_->pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(position)); });
    if (put < 0) fail("writing", path_, static_cast<int>(-put));
    if (put == 0) fail("writing", path_, EIO);  // a regular file never does this; looping on it would spin
    bytes.remove_prefix(static_cast<std::size_t>(put));
    position += static_cast<std::uint64_t>(put);
  }
}

void File::datasync() {
  // EINTR is retried; any other failure is final. The kernel may have marked the lost pages clean, so a
  // second fsync that succeeds would prove nothing.
  if (const int returned = retry([&] { return sys_->fdatasync(fd_); }); returned < 0)
    fail("syncing", path_, -returned);
}

void File::sync() {
  if (const int returned = retry([&] { return sys_->fsync(fd_); }); returned < 0)
    fail("syncing", path_, -returned);
}

void File::truncate(std::uint64_t size) {
  const int returned = retry([&] { return sys_->ftruncate(fd_, static_cast<off_t>(size)); });
  if (returned < 0) fail("truncating", path_, -returned);
}

std::uint64_t File::size() const {
  struct stat info {};
  if (const int returned = retry([&] { return sys_->fstat(fd_, &info); }); returned < 0)
    fail("looking at", path_, -returned);
  return static_cast<std::uint64_t>(info.st_size);
}

void File::drop_cache() {
  if (const int returned = retry([&] { return sys_->drop_cache(fd_); }); returned < 0)
    fail("reading", path_, -returned);
}

bool File::try_lock(Sys::Lock kind) {
  int returned = sys_->lock(fd_, kind);
  for (int tries = 1; tries < kMostTries && returned == -EINTR; ++tries) returned = sys_->lock(fd_, kind);
  if (returned == 0) return true;
  if (returned == -EAGAIN) return false;
  fail("locking", path_, -returned);
}

void File::unlock() {
  try_lock(Sys::Lock::none);
}

}  // namespace weir::base
