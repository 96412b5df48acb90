// Where the cells of a hash table are: open addressing in one run of memory, eight bytes a slot, so that a line of the
// cache holds eight. A slot is the address of a cell and, where no address has bits, sixteen bits of its key's hash: a
// cell is looked at only where these agree.
//
// Hashes   are the caller's, with all bits equally good; a cell has the same one as long as it is here.
// Load     at most five eighths, released slots included. The caller asks crowded() before insert(), and then rebuilds,
//          since hashes are not kept.
// Threads  one.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/assert.h"

namespace weir::state {

template <typename Place>
class Slots {
 public:
  std::size_t size() const { return size_; }
  std::size_t bytes() const { return capacity() * sizeof(Slot); }

  // The one for which same(Place&) is true, of those that have that hash.
  template <typename Same>
  Place* find(std::uint64_t hash, Same same) const {
    if (slots_ == nullptr) return nullptr;
    for (std::size_t i = hash & mask_; slots_[i] != kFree; i = (i + 1) & mask_) {
      if (has_tag(slots_[i], hash) && same(*place_in(slots_[i]))) return place_in(slots_[i]);
    }
    return nullptr;
  }

  bool crowded() const { return (taken_ + 1) * 8 > capacity() * 5; }
  // Makes it empty, with room for `places` and as many more as make it worth while.
  void rebuild(std::size_t places) {
    const std::size_t capacity = std::bit_ceil((places + places / 4 + 1) * 8 / 5 + kFewest);
    slots_ = std::make_unique<Slot[]>(capacity);
    mask_ = capacity - 1;
    size_ = taken_ = 0;
  }
  void clear() {
    slots_.reset();
    mask_ = size_ = taken_ = 0;
  }

  // Not there yet; requires !crowded().
  void insert(Place& place, std::uint64_t hash) {
    std::size_t i = hash & mask_;
    while (slots_[i] > kGone) i = (i + 1) & mask_;
    if (slots_[i] == kFree) ++taken_;
    slots_[i] = slot_of(place, hash);
    ++size_;
  }
  void erase(const Place& place, std::uint64_t hash) {
    std::size_t i = index_of(place, hash);
    slots_[i] = kGone;
    --size_;
    // What nothing is looked for beyond is free at once.
    if (slots_[(i + 1) & mask_] != kFree) return;
    for (; slots_[i] == kGone; i = (i - 1) & mask_) {
      slots_[i] = kFree;
      --taken_;
    }
  }
  // `from` is to be found at `to` from now on.
  void move(const Place& from, Place& to, std::uint64_t hash) {
    slots_[index_of(from, hash)] = slot_of(to, hash);
  }

  // Both bring closer to the processor what find() of that hash reads: first the slots, then, when they are there, what
  // they lead to. No cell is looked at.
  void fetch_slots(std::uint64_t hash) const {
    if (slots_ != nullptr) __builtin_prefetch(&slots_[hash & mask_]);
  }
  Place* likely(std::uint64_t hash) const {
    return find(hash, [](const Place&) { return true; });
  }

 private:
  using Slot = std::uint64_t;
  static_assert(sizeof(void*) == sizeof(Slot));
  static constexpr Slot kFree = 0, kGone = 1;
  static constexpr int kAddressBits = 48;  // of a process, on x86-64 and aarch64, unless it asks for more
  static constexpr Slot kAddress = (Slot{1} << kAddressBits) - 1;
  static constexpr std::size_t kFewest = 4;

  std::size_t capacity() const { return slots_ == nullptr ? 0 : mask_ + 1; }
  static Place* place_in(Slot slot) { return reinterpret_cast<Place*>(slot & kAddress); }
  // The home of a hash is its lowest bits.
  static bool has_tag(Slot slot, std::uint64_t hash) {
    return ((slot ^ hash) >> kAddressBits) == 0 && slot != kGone;
  }
  static Slot slot_of(const Place& place, std::uint64_t hash) {
    const auto address = reinterpret_cast<Slot>(&place);
    WEIR_ASSERT((address & ~kAddress) == 0 && address > kGone);
    return address | (hash & ~kAddress);
  }
  std::size_t index_of(const Place& place, std::uint64_t hash) const {
    const Slot wanted = slot_of(place, hash);
    std::size_t i = hash & mask_;
    for (; slots_[i] != wanted; i = (i + 1) & mask_) WEIR_ASSERT(slots_[i] != kFree);
    return i;
  }

  std::unique_ptr<Slot[]> slots_;  // as many as a power of two
  std::size_t mask_ = 0;
  std::size_t size_ = 0;
  std::size_t taken_ = 0;  // that are not free
};

}  // namespace weir::state
