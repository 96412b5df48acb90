#include "log/reach.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/file.h"
#include "log/delete_topic.h"
#include "log/settle.h"

namespace weir::log {
namespace {

using base::Error;
using base::File;
using namespace std::chrono_literals;

// A live writer syncs within milliseconds; on a slow disk a second sync beside its own does no harm.
constexpr std::chrono::nanoseconds kGrace = 200ms;
constexpr std::chrono::nanoseconds kRetry = 1s;

// 0: there is none.
std::uint64_t inode_of(base::Sys& sys, const std::string& path) {
  struct stat info {};
  return sys.stat(path, &info) < 0 ? 0 : info.st_ino;
}

}  // namespace

Reach::Reach(base::Sys& sys, base::Clock& clock, const Host& me, std::string folder, bool ignore_side_file)
    : sys_(sys), clock_(clock), me_(me), folder_(std::move(folder)) {
  has_side_file_ = File::exists(sys, folder_ + "/" + std::string(kSideFileName));
  folder_number_ = inode_of(sys, folder_);
  if (ignore_side_file || !may_settle(sys, folder_)) return;
  side_ = SideFile::open(sys, folder_, SideFile::Access::read);
  if (side_ && !side_->read()) side_.reset();  // none of its slots is valid: it says nothing
}

LogEnd Reach::end() {
  const std::optional<Ends> ends = side_->read();
  // Damaged while we read: what it said last stays true, since ends only rise within a boot.
  if (!ends) return last_;
  if (ends->deleted) throw topic_deleted(folder_);
  last_ = ends->boot == me_.boot ? std::max(ends->visible, ends->durable) : ends->durable;
  finished_above_ = ends->boot == me_.boot && ends->written.next > last_.next;
  return last_;
}

bool Reach::deleted() const {
  if (!side_) return inode_of(sys_, folder_) != folder_number_;
  const std::optional<Ends> ends = side_->read();
  return ends && ends->deleted;
}

std::uint64_t Reach::bytes_above(const LogEnd& end) const {
  std::uint64_t bytes = 0;
  for (const base::Offset base : list_segments(sys_, folder_)) {
    if (base < end.segment) continue;
    const File file = File::open(sys_, segment_path(folder_, base, kLogSuffix), File::Mode::read);
    const std::uint64_t size = file.size();
    const std::uint64_t below = base == end.segment ? end.position : 0;
    bytes += size > below ? size - below : 0;
  }
  return bytes;
}

bool Reach::settle_now() {
  above_ = bytes_above(end());
  since_ = clock_.steady();
  return above_ > 0 && settle(sys_, clock_, folder_, me_);
}

bool Reach::settle_leftovers(std::uint64_t segment_size) {
  const auto now = clock_.steady();
  recheck_.reset();
  if (!finished_above_ && segment_size <= last_.position && above_ == 0 && now - looked_ < kGrace) {
    // Only a segment of somebody who writes no side file would not show here; it does when looked for again.
    recheck_ = kGrace - (now - looked_);
    return false;
  }
  looked_ = now;
  const std::uint64_t above = bytes_above(last_);
  if (above == 0) {
    above_ = 0;
    return false;
  }
  if (above != above_) {
    above_ = above;
    since_ = now;
  }
  const auto waited = now - since_;
  if (waited < kGrace) {
    recheck_ = kGrace - waited;
    return false;
  }
  // Half a batch stays where it is until a writer cuts it: asked again from time to time, not each time.
  since_ = now + kRetry - kGrace;
  recheck_ = kRetry;
  return settle(sys_, clock_, folder_, me_);
}

}  // namespace weir::log
