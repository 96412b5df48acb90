#include "log/settle.h"

#include <algorithm>

#include "base/error.h"
#include "base/file.h"
#include "log/side_file.h"
#include "log/tail.h"

namespace weir::log {
namespace {

using base::Error;
using base::File;
using namespace std::chrono_literals;

// Gives the append lock back however the scope ends.
class Hold {
 public:
  explicit Hold(SideFile& side) : side_(&side) {}
  ~Hold() {
    try {
      side_->unlock();
    } catch (const Error&) {
      // It goes with the file, which is closed soon.
    }
  }
  Hold(const Hold&) = delete;

 private:
  SideFile* side_;
};

void sync_segments(base::Sys& sys, const std::string& folder, base::Offset from, base::Offset to) {
  for (const base::Offset base : list_segments(sys, folder)) {
    if (base < from || base > to) continue;
    File::open(sys, segment_path(folder, base, kLogSuffix), File::Mode::read_write).sync();
  }
  File::open_directory(sys, folder).sync();
}

void poison(SideFile& side, base::Clock& clock, const Host& me) {
  try {
    side.lock(clock, 1s, me);
    const Hold hold(side);
    if (auto ends = side.read()) {
      ends->poisoned = true;
      side.write(*ends);
      side.sync();
    }
  } catch (const Error&) {
    // The failed sync is what is reported.
  }
}

}  // namespace

bool may_settle(base::Sys& sys, const std::string& folder) {
  try {
    return SideFile::open(sys, folder, SideFile::Access::write).has_value();
  } catch (const Error&) {
    return false;
  }
}

bool settle(base::Sys& sys, base::Clock& clock, const std::string& folder, const Host& me) {
  std::optional<SideFile> side = SideFile::open(sys, folder, SideFile::Access::write);
  if (!side || !side->try_lock()) return false;
  std::optional<Ends> found;
  Tail tail;
  bool same_boot = false;
  {
    const Hold hold(*side);
    found = side->read();
    if (!found || found->poisoned || found->deleted) return false;
    same_boot = found->boot == me.boot;
    tail = find_tail(sys, folder, list_segments(sys, folder), same_boot ? found->written : found->durable,
                     Follow::strictly, Cache::fine);
  }
  if (tail.end <= found->durable) return false;

  try {
    sync_segments(sys, folder, found->durable.segment, tail.end.segment);
  } catch (const Error&) {
    poison(*side, clock, me);
    throw;
  }
  side->lock(clock, 1s, me);
  const Hold hold(*side);
  std::optional<Ends> now = side->read();
  if (!now || now->poisoned || now->deleted) return false;
  if (now->generation != found->generation || now->boot != found->boot) return false;
  if (now->durable >= tail.end) return false;
  now->durable = tail.end;
  if (same_boot) {
    now->written = std::max(now->written, tail.end);
    now->visible = std::max(now->visible, tail.end);
  }
  // Of another boot: the boot id stays as it is, so that the next writer still judges what is behind the end as the
  // leavings of a power cut. Until then readers go by the durable end.
  side->write(*now);
  return true;
}

}  // namespace weir::log
