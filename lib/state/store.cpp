#include "state/store.h"

#include <sys/random.h>

#include <algorithm>
#include <chrono>

#include "base/assert.h"
#include "base/error.h"

namespace weir::state {
namespace {

// Keys beside those of entries.
constexpr char kPart = 'p', kList = 'l';

std::string key_of(char kind, const std::string& name) {
  return kind + name;
}

}  // namespace

std::uint64_t random_seed() {
  std::uint64_t seed = 0;
  if (::getrandom(&seed, sizeof seed, GRND_NONBLOCK) != sizeof seed) {
    seed = static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
  }
  return seed;
}

void fail_damaged(std::string_view what) {
  throw base::Error(base::Kind::io, "the state is damaged: " + std::string(what)).code("damaged_state");
}

Store::Store(Settings settings)
    : settings_(std::move(settings)), saves_(false), sweep_above_(settings_.memory_max) {}

Store::Store(Settings settings, std::unique_ptr<Backing> saved)
    : settings_(std::move(settings)),
      saves_(true),
      disk_(std::make_unique<Disk>(std::move(saved), Lifetime::kept, settings_.bytes_at_once)),
      sweep_above_(settings_.memory_max) {}

void Store::enter(const std::string& name, Member& member) {
  WEIR_ASSERT(!name.empty() && name.size() < 256);
  for (const auto& [other, ignored] : members_) WEIR_ASSERT(other != name);
  members_.emplace_back(name, &member);
}

void Store::leave(Member& member) {
  std::erase_if(members_, [&](const auto& one) { return one.second == &member; });
}

Disk& Store::disk() {
  if (disk_ == nullptr) {
    disk_ = std::make_unique<Disk>(settings_.open_spill(), Lifetime::passing, settings_.bytes_at_once);
  }
  return *disk_;
}

// First what was not used since the last sweep, then whatever there is; the buckets that were used longest ago first.
void Store::sweep() {
  ++sweeps_;
  std::vector<Member::Warm> warm;
  for (const auto& [name, member] : members_) member->list_warm(warm);
  std::sort(warm.begin(), warm.end(), [](const auto& a, const auto& b) { return a.used < b.used; });
  for (const Member::Sweep what : {Member::Sweep::unused, Member::Sweep::all}) {
    for (const Member::Warm& one : warm) {
      if (swept_enough()) break;
      one.member->sweep(one.bucket, what);
    }
  }
  disk().settle();
  // What cannot leave memory is no reason to look for more at every event.
  sweep_above_ = std::max(settings_.memory_max, memory_ + settings_.memory_max / 8);
}

std::size_t Store::unsaved_bytes() const {
  std::size_t bytes = 0;
  for (const auto& [name, member] : members_) bytes += member->unsaved_bytes();
  return bytes;
}

void Store::save() {
  WEIR_ASSERT(saves_);
  disk_->begin_save(unsaved_bytes());
  base::Buffer bytes;
  for (const auto& [name, member] : members_) {
    member->save_entries();
    bytes.clear();
    Writer to(bytes);
    member->save_list(to);
    disk_->put(key_of(kList, name), bytes.view());
  }
  for (const auto& [name, part] : parts_) {
    bytes.clear();
    Writer to(bytes);
    part->save(to);
    disk_->put(key_of(kPart, name), bytes.view());
  }
  disk_->end_save();
}

bool Store::peek(const std::string& name, Part& part) {
  WEIR_ASSERT(saves_);
  base::Buffer bytes;
  if (!disk_->get(key_of(kPart, name), bytes)) return false;
  Reader from(bytes.view());
  part.load(from);
  if (!from.done()) fail_damaged(name);
  return true;
}

bool Store::resume() {
  WEIR_ASSERT(saves_);
  base::Buffer bytes;
  std::size_t found = 0;
  for (const auto& [name, member] : members_) {
    if (!disk_->get(key_of(kList, name), bytes)) continue;
    ++found;
    Reader from(bytes.view());
    member->load_list(from);
    if (!from.done()) fail_damaged("the list of " + name);
  }
  for (const auto& [name, part] : parts_) found += peek(name, *part) ? 1 : 0;
  if (found != 0 && found != members_.size() + parts_.size()) fail_damaged("a part of it is missing");
  return found != 0;
}

}  // namespace weir::state
