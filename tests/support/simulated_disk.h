// A disk in memory behind the file seam, for power cuts and kills that take microseconds.
//
// Until they are synced, writes and sizes (simulated_file.h) and directory entries are only in the cache.
// fsync of a file keeps its content, never its name: that takes an fsync of the directory, as POSIX says and
// more than ext4 does. A rename arrives whole or not at all. Names arrive in any order unless synced.
//
// Paths start at the root whether they begin with / or not; no links, no "..". Locks are whole-file and
// belong to the open file, as F_OFD_SETLK's do. Threads: safe from several; a copy is made of a disk that
// nobody uses.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/sys.h"
#include "support/simulated_file.h"

namespace weir::testing {

class SimulatedDisk final : public base::Sys {
 public:
  SimulatedDisk();

  // The state that a machine finds after the power came back: one of the many that are possible, chosen by
  // the seed. This disk stays as it is, so that one run can be cut at every point.
  std::unique_ptr<SimulatedDisk> after_power_cut(std::uint64_t seed) const;
  // The state after every process was killed: the cache lives on, locks and open files are gone.
  std::unique_ptr<SimulatedDisk> after_kill() const;

  // The next sync of this file will have found a broken sector: call it where a wrapper answers EIO to the
  // sync.
  void lose_unsynced(int fd);
  // Writes beyond this many bytes in all files together are short, then -ENOSPC.
  void set_capacity(std::uint64_t bytes) { capacity_ = bytes; }

  // What processes see, past the seam: for tests that damage a file or look at one.
  std::string content(const std::string& path) const;                 // of a file that is there
  void set_content(const std::string& path, std::string_view bytes);  // on the disk at once, with its name
  std::vector<std::string> files() const;                             // paths of all files, sorted
  int open_files() const;

  int open(const std::string& path, int flags, mode_t mode) override;
  int close(int fd) override;
  ssize_t pread(int fd, void* to, std::size_t size, off_t position) override;
  ssize_t pwrite(int fd, const void* from, std::size_t size, off_t position) override;
  int fdatasync(int fd) override { return fsync(fd); }
  int fsync(int fd) override;
  int ftruncate(int fd, off_t size) override;
  int fstat(int fd, struct stat* to) override;
  int stat(const std::string& path, struct stat* to) override;
  int rename(const std::string& from, const std::string& to) override;
  int unlink(const std::string& path) override;
  int mkdir(const std::string& path, mode_t mode) override;
  int rmdir(const std::string& path) override;
  int list(const std::string& path, std::vector<std::string>* names) override;
  int lock(int fd, Lock kind) override;
  int drop_cache(int fd) override;

 private:
  using NodeId = int;
  static constexpr NodeId kRoot = 0, kNone = -1;

  using Entries = std::map<std::string, NodeId>;
  using Names = std::map<NodeId, Entries>;  // of every directory
  struct Node {
    bool directory = false;
    SimulatedFile file;
    Entries entries, durable;   // of a directory: what is seen, what is on the disk
    std::map<int, Lock> locks;  // by descriptor
  };
  struct Open {
    NodeId node = kNone;
    bool writable = false;
  };
  struct EntryChange {
    NodeId directory = kNone;
    std::string name;
    NodeId node = kNone;  // kNone: removed
  };
  using NameChange = std::vector<EntryChange>;  // arrives as a whole

  struct Place {
    NodeId directory = kNone;  // kNone: `error` says why
    std::string name;          // empty: the root itself
    NodeId node = kNone;       // what the name stands for now
    int error = 0;
  };

  Place find(const std::string& path) const;
  Open* opened(int fd);
  void change_names(NameChange change);
  NodeId add_node(bool directory);
  std::uint64_t used() const;
  void fill(NodeId id, struct stat* to) const;
  int remove(const std::string& path, bool directory);
  static void apply(const EntryChange& entry, Entries* to);
  std::vector<bool> arrived_names(Random& random) const;
  void copy_reachable(const SimulatedDisk& from, const Names& names, NodeId id, Random& random);
  void collect(NodeId id, const std::string& path, std::vector<std::string>* to) const;

  mutable std::mutex mutex_;
  std::map<NodeId, Node> nodes_;
  std::map<int, Open> open_;
  std::vector<NameChange> unsynced_names_;
  NodeId next_node_ = kRoot;
  std::uint64_t capacity_ = UINT64_MAX;
};

}  // namespace weir::testing
