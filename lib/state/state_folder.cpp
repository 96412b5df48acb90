#include "state/state_folder.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <vector>

#include "base/error.h"
#include "state/rocks_backing.h"

namespace weir::state {
namespace {

using base::Error;
using base::File;
using base::Kind;

constexpr std::string_view kLock = "lock", kEntries = "entries", kSaved = "saved";
constexpr std::string_view kSpillPrefix = "weir-state-";

// Nothing of somebody else's is written to or removed.
void check_files(base::Sys& sys, const std::string& directory) {
  std::vector<std::string> names;
  File::list(sys, directory, &names);
  for (const std::string& name : names) {
    if (name == kLock || name == kEntries || name == kSaved || name == "lost+found") continue;
    throw Error(Kind::usage, directory + " is no state directory: it has other files, such as " + name)
        .hint("name one that is not there yet: --state " + directory + "/state")
        .code("not_a_state");
  }
}

[[noreturn]] void in_use(base::Sys& sys, const std::string& directory, const std::string& lock) {
  std::string holder;
  File::read_whole(sys, lock, &holder);
  if (!holder.empty() && holder.back() == '\n') holder.pop_back();
  throw Error(Kind::io,
              "the state in " + directory + " is in use by " + (holder.empty() ? "another process" : holder))
      .hint("end that first, or name another directory")
      .code("state_in_use");
}

// With our number in it: a lock of our own cannot be asked for, and to try would lose it.
std::string spill_prefix() {
  return std::string(kSpillPrefix) + std::to_string(::getpid()) + "-";
}

// Was this made by a process of ours that is gone? One that is being made has no CURRENT yet: RocksDB writes it when it
// has the lock.
bool is_left_over(const std::string& folder) {
  struct stat info {};
  if (::lstat(folder.c_str(), &info) != 0 || !S_ISDIR(info.st_mode) || info.st_uid != ::geteuid())
    return false;
  if (::access((folder + "/CURRENT").c_str(), F_OK) != 0) return false;
  const int fd = ::open((folder + "/LOCK").c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return false;
  struct flock held {};
  held.l_type = F_WRLCK;
  held.l_whence = SEEK_SET;
  const bool told = ::fcntl(fd, F_GETLK, &held) == 0;
  ::close(fd);
  return told && held.l_type == F_UNLCK;
}

void remove_left_overs(const std::string& directory) {
  std::vector<std::string> names;
  File::list(base::real_sys(), directory, &names);
  for (const std::string& name : names) {
    const std::string folder = directory + "/" + name;
    std::error_code ignored;  // another process is at it, too
    if (!name.starts_with(kSpillPrefix) || name.starts_with(spill_prefix())) continue;
    if (is_left_over(folder)) std::filesystem::remove_all(folder, ignored);
  }
}

}  // namespace

StateFolder StateFolder::open(base::Sys& sys, const std::string& directory, std::string_view user) {
  File::make_directory(sys, directory);
  check_files(sys, directory);
  File lock = File::open(sys, directory + "/" + std::string(kLock), File::Mode::create);
  if (!lock.try_lock(base::Sys::Lock::exclusive)) in_use(sys, directory, lock.path());
  const std::string holder = std::string(user) + ", process " + std::to_string(::getpid()) + "\n";
  lock.truncate(0);
  lock.pwrite(holder, 0);
  return {sys, directory, std::move(lock)};
}

std::unique_ptr<Backing> StateFolder::open_backing() const {
  return open_rocks(directory_ + "/" + std::string(kEntries), Lifetime::kept);
}

void StateFolder::note_save() const {
  File made = File::open(*sys_, directory_ + "/" + std::string(kSaved), File::Mode::create);
  made.sync();
  File::open_directory(*sys_, directory_).sync();
}

bool StateFolder::had_save() const {
  return File::exists(*sys_, directory_ + "/" + std::string(kSaved));
}

std::unique_ptr<Backing> open_spill(const std::string& directory) {
  remove_left_overs(directory);
  std::string folder = directory + "/" + spill_prefix() + "XXXXXX";
  if (::mkdtemp(folder.data()) == nullptr) {
    throw Error(Kind::io, "cannot make a folder in " + directory +
                              " for state that memory has no room for: " + base::errno_words(errno))
        .hint("set TMPDIR to a directory with room, or allow more memory: --max-state");
  }
  return open_rocks(folder, Lifetime::passing);
}

}  // namespace weir::state
