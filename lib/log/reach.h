// How far a reader may go, and what it does about batches above that.
//
// guarded  a side file that this process may write: the visible end, or in another boot the durable one
// whole    no side file, no permission, or a path operand: the last whole batch, which only reading finds
// Threads: one.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/sys.h"
#include "log/format.h"
#include "log/host.h"
#include "log/side_file.h"

namespace weir::log {

class Reach {
 public:
  Reach(base::Sys& sys, base::Clock& clock, const Host& me, std::string folder, bool ignore_side_file);

  bool guarded() const { return side_.has_value(); }
  bool has_side_file() const { return has_side_file_; }
  // Guarded: the end as of now. One small read. Throws topic_deleted().
  LogEnd end();

  // True from when the topic's deletion began, or its folder is another one by now.
  bool deleted() const;

  // Called when a guarded reader is at the end, with the size of the segment that the end lies in. Looks whether
  // bytes lie above it; when they have lain there for a while and nobody raised the end, does it in the writer's
  // place. True when the end was raised. Cheap when the log is quiet: the folder is looked at only now and then.
  bool settle_leftovers(std::uint64_t segment_size);
  // When to call that again; none: nothing lies above the end.
  std::optional<std::chrono::nanoseconds> recheck() const { return recheck_; }
  // At once, for a reader that has just come.
  bool settle_now();

 private:
  std::uint64_t bytes_above(const LogEnd& end) const;

  base::Sys& sys_;
  base::Clock& clock_;
  const Host me_;
  const std::string folder_;
  std::optional<SideFile> side_;
  std::uint64_t folder_number_ = 0;  // the inode that the name stood for when reading began
  bool has_side_file_ = false;
  LogEnd last_;
  bool finished_above_ = false;         // the side file names whole batches above it
  std::chrono::nanoseconds looked_{0};  // at the folder
  std::uint64_t above_ = 0;             // bytes above the end when last looked at
  std::chrono::nanoseconds since_{0};   // and since when they have been the same
  std::optional<std::chrono::nanoseconds> recheck_;
};

}  // namespace weir::log
