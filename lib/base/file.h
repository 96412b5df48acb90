// An open file on the file seam: loops over short and interrupted calls, and throws Error(Kind::io) that
// names the path and the reason. Move-only; closes on destruction (an error of that close is lost: call sync
// before). Threads: positional calls may run at the same time from several threads.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/sys.h"

namespace weir::base {

class File {
 public:
  // create: read_write, made when missing; create_new: must not exist. Regular files; no link is written through.
  enum class Mode { read, read_write, create, create_new };

  static File open(Sys& sys, std::string path, Mode mode);
  static File open_directory(Sys& sys, std::string path);  // for sync() of its entries
  static bool exists(Sys& sys, const std::string& path);   // false only for ENOENT and ENOTDIR, else throws
  // Whole file; none when it is missing. Throws Kind::io when it cannot be read or is larger than `limit`
  // bytes.
  static bool read_whole(Sys& sys, const std::string& path, std::string* to, std::size_t limit = 64u << 20);
  // Temporary file in the same directory, fsync, rename, fsync of the directory: old or new, never a mixture.
  static void replace(Sys& sys, const std::string& path, std::string_view bytes);
  static void list(Sys& sys, const std::string& directory, std::vector<std::string>* names);  // unsorted
  static bool make_directory(Sys& sys, const std::string& path);  // mode 0700; false: it is there already
  static void rename(Sys& sys, const std::string& from, const std::string& to);
  static bool remove(Sys& sys, const std::string& path);  // false: it is not there

  File() = default;
  File(File&& other) noexcept;
  File& operator=(File&& other) noexcept;
  ~File();

  // Reads until `size` bytes or the end of the file; returns how many.
  std::size_t pread(void* to, std::size_t size, std::uint64_t position) const;
  void pwrite(std::string_view bytes, std::uint64_t position);
  void datasync();  // fdatasync: data and the size
  void sync();      // fsync
  void truncate(std::uint64_t size);
  std::uint64_t size() const;
  void drop_cache();              // what is read next comes from the disk, as far as it was synced
  bool try_lock(Sys::Lock kind);  // false: another holds it
  void unlock();
  int fd() const { return fd_; }  // -1 when moved from
  const std::string& path() const { return path_; }
  Sys& sys() const { return *sys_; }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  File(Sys& sys, int fd, std::string path) : sys_(&sys), fd_(fd), path_(std::move(path)) {}

  Sys* sys_ = nullptr;
  int fd_ = -1;
  std::string path_;
};

}  // namespace weir::base
