// The file seam: the system calls that storage code makes, so that a test can fail each of them, cut a write
// short, or lose what was not synced at a power cut.
//
// Every call returns what the system call returns, or -errno on failure (never the global errno). Calls are
// as raw as the kernel's: they may be interrupted, and reads and writes may be short; base::File holds the
// loops. Paths are absolute or relative to the working directory. Threads: safe from several threads, as the
// kernel is.
#pragma once

#include <sys/stat.h>
#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace weir::base {

class Sys {
 public:
  virtual ~Sys() = default;

  virtual int open(const std::string& path, int flags, mode_t mode) = 0;  // O_CLOEXEC is always added
  virtual int close(int fd) = 0;
  virtual ssize_t pread(int fd, void* to, std::size_t size, off_t position) = 0;
  virtual ssize_t pwrite(int fd, const void* from, std::size_t size, off_t position) = 0;
  virtual int fdatasync(int fd) = 0;
  virtual int fsync(int fd) = 0;  // also for a directory opened with O_RDONLY|O_DIRECTORY
  virtual int ftruncate(int fd, off_t size) = 0;
  virtual int fstat(int fd, struct stat* to) = 0;
  virtual int stat(const std::string& path, struct stat* to) = 0;
  virtual int rename(const std::string& from, const std::string& to) = 0;
  virtual int unlink(const std::string& path) = 0;
  virtual int mkdir(const std::string& path, mode_t mode) = 0;
  virtual int rmdir(const std::string& path) = 0;
  virtual int list(const std::string& path,
                   std::vector<std::string>* names) = 0;  // without . and ..; unsorted
  // Open-file-description lock over the whole file (F_OFD_SETLK), without waiting: 0, or -EAGAIN when another
  // holds it. Dropped by closing the last descriptor of that open.
  enum class Lock { shared, exclusive, none };
  virtual int lock(int fd, Lock kind) = 0;
  // Drops clean cached pages, so that what is read next comes from the disk (posix_fadvise DONTNEED).
  virtual int drop_cache(int fd) = 0;
  // The type of the file system that holds `path` (f_type of statfs(2)); 0: one that needs no caution.
  virtual int filesystem(const std::string& path, std::int64_t* type) {
    return *type = 0, static_cast<void>(path), 0;
  }
};

Sys& real_sys();  // lives as long as the process

}  // namespace weir::base
