#include "cli/read_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/error.h"

namespace weir::cli {
namespace {

constexpr std::size_t kReadBytes = 64u << 10;

[[noreturn]] void fail(const std::string& flag, const std::string& path, int error) {
  const bool missing = error == ENOENT || error == ENOTDIR;
  const std::string shown = path.empty() ? "''" : path;
  throw base::Error(missing ? base::Kind::usage : base::Kind::io,
                    flag + " " + shown + ": " + base::errno_words(error));
}

struct Descriptor {
  int fd;
  ~Descriptor() { ::close(fd); }
};

}  // namespace

std::string read_file(const std::string& flag, const std::string& path, std::size_t limit) {
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.fd < 0) fail(flag, path, errno);
  std::string text;
  while (text.size() < limit) {
    const std::size_t had = text.size();
    text.resize(std::min(limit, had + kReadBytes));
    const ssize_t got = ::read(file.fd, text.data() + had, text.size() - had);
    const int error = errno;
    text.resize(had + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got == 0) break;
    if (got < 0 && error != EINTR) fail(flag, path, error);
  }
  return text;
}

}  // namespace weir::cli
