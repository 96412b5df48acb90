#include "coord/membership.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "base/assert.h"
#include "base/error.h"

namespace weir::coord {
namespace {

// Locks are numbers: slots below 2^60, in runs of kSlots for each set of topics; partitions from 2^61 on, by hash. Two
// partitions whose hashes meet would share a lock, and so a holder; it would still be the only one.
constexpr std::int64_t kSlots = 4096;
constexpr std::int64_t kPartitions = std::int64_t{1} << 61;
constexpr std::int64_t kSlotsEnd = std::int64_t{1} << 60;
constexpr std::size_t kLongestName = 180;

// FNV-1a, 64 bits. All processes must agree, so it is no std::hash.
std::uint64_t hash(std::string_view text, std::uint64_t before = 0xcbf29ce484222325) {
  for (const char c : text) before = (before ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return before;
}

std::int64_t lock_of(const log::TopicPartition& partition) {
  const std::uint64_t number = hash(log::folder_name(partition.topic, partition.partition));
  return kPartitions + static_cast<std::int64_t>(number % static_cast<std::uint64_t>(kPartitions));
}

std::int64_t first_slot_of(std::string_view what) {
  return static_cast<std::int64_t>(hash(what) >> 16) * kSlots;  // 48 bits and 12 bits: below 2^60
}

std::vector<log::TopicPartition> sorted(std::vector<log::TopicPartition> partitions) {
  std::sort(partitions.begin(), partitions.end());
  return partitions;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

}  // namespace

std::optional<std::string> group_of_member_file(std::string_view name) {
  constexpr std::string_view kPrefix = "group-";
  if (!name.starts_with(kPrefix)) return std::nullopt;
  std::string group;
  for (std::size_t i = kPrefix.size(); i < name.size(); ++i) {
    if (name[i] != '%') {
      group += name[i];
      continue;
    }
    const int high = i + 2 < name.size() ? hex_digit(name[i + 1]) : -1;
    const int low = i + 2 < name.size() ? hex_digit(name[i + 2]) : -1;
    if (high < 0 || low < 0) return std::nullopt;
    group += static_cast<char>(high << 4 | low);
    i += 2;
  }
  if (group.empty() || member_file_name(group) != name) return std::nullopt;
  return group;
}

std::string member_file_name(std::string_view group) {
  std::string name = "group-";
  for (const char c : group) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '.' || c == '_' || c == '-';
    char escape[4];
    std::snprintf(escape, sizeof escape, "%%%02X", static_cast<unsigned>(static_cast<unsigned char>(c)));
    name += plain ? std::string(1, c) : escape;
  }
  if (name.size() <= kLongestName) return name;
  char number[20];
  std::snprintf(number, sizeof number, "~%016llx", static_cast<unsigned long long>(hash(group)));
  return name.substr(0, kLongestName) + number;
}

Presence presence(const std::string& directory, std::string_view group,
                  const std::vector<log::TopicPartition>& partitions) {
  Presence found;
  const std::string path = directory + '/' + member_file_name(group);
  if (::access(path.c_str(), F_OK) != 0) return found;  // nobody has ever joined
  const RangeLocks locks(path, RangeLocks::Use::look);
  found.members = locks.held_by_others(0, kSlotsEnd).size();
  for (const log::TopicPartition& partition : partitions) {
    const std::int64_t number = lock_of(partition);
    if (!locks.held_by_others(number, number + 1).empty()) found.held.push_back(partition);
  }
  return found;
}

void refuse_members(const std::string& directory, std::string_view group, GroupChange change) {
  if (const std::size_t members = presence(directory, group, {}).members; members > 0)
    throw group_active(group, members, change);
}

Exclusion::Exclusion(const std::string& directory, std::string_view group,
                     const std::vector<log::TopicPartition>& partitions, GroupChange change)
    : locks_(directory + '/' + member_file_name(group)) {
  bool free = true;
  for (const log::TopicPartition& partition : partitions) free = locks_.try_lock(lock_of(partition)) && free;
  const std::size_t members = locks_.held_by_others(0, kSlotsEnd).size();
  if (!free || members > 0) throw group_active(group, members, change);
}

Exclusion::~Exclusion() {
  try {
    locks_.announce();  // whoever waited for a partition looks again
  } catch (const base::Error&) {
    // They look again by themselves, later. The kernel frees the locks with the descriptor.
  }
}

Membership::Membership(const std::string& directory, std::string_view group, std::string_view what,
                       std::vector<log::TopicPartition> partitions)
    : locks_(directory + '/' + member_file_name(group)),
      partitions_(sorted(std::move(partitions))),
      first_slot_(first_slot_of(what)) {
  for (slot_ = first_slot_; !locks_.try_lock(slot_); ++slot_) {
    if (slot_ == first_slot_ + kSlots - 1) {
      throw base::Error(base::Kind::limit, "group '" + std::string(group) + "' has " +
                                               std::to_string(kSlots) + " members already");
    }
  }
  locks_.announce();
}

Membership::~Membership() {
  // The others hear of it only when the locks are gone: closing the file would tell them a moment too early.
  try {
    for (const log::TopicPartition& partition : held_) locks_.unlock(lock_of(partition));
    locks_.unlock(slot_);
    locks_.announce();
  } catch (const base::Error&) {
    // The kernel frees the locks with the descriptor.
  }
}

std::size_t Membership::share() const {
  return partitions_.size() / members_ + (rank_ < partitions_.size() % members_ ? 1 : 0);
}

bool Membership::holds(const log::TopicPartition& partition) const {
  return std::find(held_.begin(), held_.end(), partition) != held_.end();
}

Membership::Change Membership::review() {
  if (locks_.clear()) {
    quick_reviews_ = 5;
  } else if (quick_reviews_ > 0) {
    --quick_reviews_;
  }
  const std::vector<std::int64_t> others = locks_.held_by_others(first_slot_, first_slot_ + kSlots);
  members_ = others.size() + 1;
  rank_ = static_cast<std::size_t>(
      std::count_if(others.begin(), others.end(), [&](auto slot) { return slot < slot_; }));

  Change change;
  const std::size_t most = share();
  if (held_.size() > most) {
    change.surplus.assign(held_.begin() + static_cast<std::ptrdiff_t>(most), held_.end());
    return change;
  }
  // Each begins at a place of its own, so that members that come together do not try the same locks in turn.
  for (std::size_t i = 0; i < partitions_.size() && held_.size() < most; ++i) {
    const log::TopicPartition& partition =
        partitions_[(i + rank_ * partitions_.size() / members_) % partitions_.size()];
    if (holds(partition) || !locks_.try_lock(lock_of(partition))) continue;
    held_.push_back(partition);
    change.gained.push_back(partition);
  }
  return change;
}

void Membership::release(std::vector<log::TopicPartition> partitions) {
  if (partitions.empty()) return;
  for (const log::TopicPartition& partition : partitions) {
    const auto at = std::find(held_.begin(), held_.end(), partition);
    WEIR_ASSERT(at != held_.end());
    held_.erase(at);
    locks_.unlock(lock_of(partition));
  }
  locks_.announce();
}

void Membership::set_partitions(std::vector<log::TopicPartition> partitions) {
  partitions_ = sorted(std::move(partitions));
}

std::chrono::milliseconds Membership::review_in() const {
  using namespace std::chrono_literals;
  if (quick_reviews_ > 0) return 10ms;
  if (wait_fd() < 0) return 250ms;
  // Not all members get their share at once: what one lets go is announced, but a review may come too late for it.
  return held_.size() == share() ? 2000ms : 250ms;
}

}  // namespace weir::coord
