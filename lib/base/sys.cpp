#include "base/sys.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string_view>

namespace weir::base {
namespace {

template <typename Result>
Result result(Result returned) {
  return returned < 0 ? static_cast<Result>(-errno) : returned;
}

class RealSys final : public Sys {
 public:
  int open(const std::string& path, int flags, mode_t mode) override {
    return result(::open(path.c_str(), flags | O_CLOEXEC, mode));
  }
  int close(int fd) override { return result(::close(fd)); }
  ssize_t pread(int fd, void* to, std::size_t size, off_t position) override {
    return result(::pread(fd, to, size, position));
  }
  ssize_t pwrite(int fd, const void* from, std::size_t size, off_t position) override {
    return result(::pwrite(fd, from, size, position));
  }
  int fdatasync(int fd) override { return result(::fdatasync(fd)); }
  int fsync(int fd) override { return result(::fsync(fd)); }
  int ftruncate(int fd, off_t size) override { return result(::ftruncate(fd, size)); }
  int fstat(int fd, struct stat* to) override { return result(::fstat(fd, to)); }
  int stat(const std::string& path, struct stat* to) override { return result(::stat(path.c_str(), to)); }
  int rename(const std::string& from, const std::string& to) override {
    return result(::rename(from.c_str(), to.c_str()));
  }
  int unlink(const std::string& path) override { return result(::unlink(path.c_str())); }
  int mkdir(const std::string& path, mode_t mode) override { return result(::mkdir(path.c_str(), mode)); }
  int rmdir(const std::string& path) override { return result(::rmdir(path.c_str())); }

  int list(const std::string& path, std::vector<std::string>* names) override {
    DIR* dir = ::opendir(path.c_str());
    if (dir == nullptr) return -errno;
    names->clear();
    errno = 0;
    while (const dirent* entry = ::readdir(dir)) {
      const std::string_view name = entry->d_name;
      if (name != "." && name != "..") names->emplace_back(name);
    }
    const int error = errno;
    ::closedir(dir);
    return -error;
  }

  int lock(int fd, Lock kind) override {
    struct flock whole {};
    whole.l_type = kind == Lock::shared ? F_RDLCK : kind == Lock::exclusive ? F_WRLCK : F_UNLCK;
    whole.l_whence = SEEK_SET;
    const int returned = result(::fcntl(fd, F_OFD_SETLK, &whole));
    return returned == -EACCES ? -EAGAIN : returned;  // POSIX allows either for "held by another"
  }

  int drop_cache(int fd) override { return -::posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED); }

  int filesystem(const std::string& path, std::int64_t* type) override {
    struct statfs info {};
    const int returned = result(::statfs(path.c_str(), &info));
    if (returned == 0) *type = static_cast<std::int64_t>(info.f_type);
    return returned;
  }
};

}  // namespace

Sys& real_sys() {
  static RealSys sys;
  return sys;
}

}  // namespace weir::base
