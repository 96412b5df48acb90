#include "cli/saved_outputs.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/error.h"

namespace weir::cli {
namespace {

using base::Error;
using base::Kind;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }
  bool regular(std::uint64_t* size) const {
    struct stat info {};
    if (fd_ < 0 || ::fstat(fd_, &info) != 0 || !S_ISREG(info.st_mode)) return false;
    *size = static_cast<std::uint64_t>(info.st_size);
    return true;
  }

 private:
  int fd_;
};

// Stdout is opened once more, since it may be for writing only. Nothing waits for the other end of a FIFO.
Descriptor open_again(int fd, const std::string& path, int how) {
  const std::string name = fd >= 0 ? "/proc/self/fd/" + std::to_string(fd) : path;
  struct stat info {};
  if (::stat(name.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return Descriptor(-1);
  return Descriptor(::open(name.c_str(), how | O_CLOEXEC | O_NONBLOCK));
}

[[noreturn]] void cannot_write(const std::string& name) {
  throw Error(Kind::io, "cannot write to " + name + ": " + base::errno_words(errno));
}

}  // namespace

SavedOutputs::SavedOutputs(const std::vector<std::string>& files, Io& io) {
  outputs_.push_back({.name = "stdout", .fd = io.out, .mark = {}});
  for (const std::string& file : files) outputs_.push_back({.name = file, .mark = {}});
}

void SavedOutputs::save(state::Writer& to) const {
  to.number(outputs_.size());
  for (const One& one : outputs_) {
    const Descriptor file = open_again(one.fd, one.name, O_RDONLY);
    std::uint64_t size = 0;
    const bool regular = file.regular(&size);
    if (regular && ::fdatasync(file.get()) != 0) cannot_write(one.name);
    to.text(one.name);
    to.flag(regular);
    if (regular) FileMark::of(file.get(), one.name.c_str(), size).save(to);
  }
}

void SavedOutputs::load(state::Reader& from) {
  for (std::uint64_t left = from.number(); left > 0 && !from.failed(); --left) {
    const std::string_view name = from.text();
    FileMark mark;
    const bool regular = from.flag();
    if (regular) mark.load(from);
    for (One& one : outputs_) {
      if (one.name != name) continue;
      one.loaded = regular;
      one.mark = mark;
    }
  }
}

void SavedOutputs::cut_back(const std::string& directory) {
  for (One& one : outputs_) {
    if (one.loaded) cut_back(one, directory);
  }
}

void SavedOutputs::cut_back(One& one, const std::string& directory) {
  const Descriptor file = open_again(one.fd, one.name, O_RDWR);
  std::uint64_t size = 0;
  const bool regular = file.regular(&size);
  // From a file to a pipe is a way to go on; a file that is gone is not.
  if (!regular && one.fd >= 0) return;
  const auto refuse = [&](const std::string& what) {
    throw Error(Kind::usage, what)
        .hint(one.fd >= 0
                  ? "append to the file that was written before: >> FILE; or start with another directory"
                  : "put it back as it was, or start with another directory")
        .code("state_differs");
  };
  if (size < one.mark.length) {
    refuse(one.name + " has " + std::to_string(size) + " bytes, and " + std::to_string(one.mark.length) +
           " of them are in the state in " + directory);
  }
  if (!one.mark.fits(file.get(), one.name.c_str()))
    refuse(one.name + " is not the file that the state in " + directory + " goes with");
  const auto length = static_cast<off_t>(one.mark.length);
  if (::ftruncate(file.get(), length) != 0) cannot_write(one.name);
  if (one.fd >= 0) (void)::lseek(one.fd, length, SEEK_SET);
  one.cut = true;
}

}  // namespace weir::cli
