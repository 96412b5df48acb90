// The entries of one bucket that are in memory: a hash table of cells in an arena. Buckets (buckets.h) is what operators
// use.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <string_view>
#include <type_traits>
#include <utility>

#include "base/assert.h"
#include "state/arena.h"
#include "state/entry.h"
#include "state/hash.h"
#include "state/slots.h"

namespace weir::state {

template <Storable Entry>
struct Node : Cell {
  std::size_t told_bytes;  // of entry.bytes(), as it was told last
  Entry entry;
  // The key's bytes follow.

  std::string_view key() const { return {reinterpret_cast<const char*>(this + 1), key_size}; }
  static Node& of(Entry& entry) {
    constexpr std::size_t before =
        (sizeof(Cell) + sizeof(std::size_t) + alignof(Entry) - 1) / alignof(Entry) * alignof(Entry);
    return *reinterpret_cast<Node*>(reinterpret_cast<char*>(&entry) - before);
  }
};

struct HashedKey {
  std::string_view key;
  std::uint64_t hash;
};

template <Storable Entry>
class HotTable {
 public:
  using Place = Node<Entry>;
  static_assert(alignof(Entry) <= alignof(Cell));

  HotTable() = default;
  HotTable(const HotTable&) = delete;
  ~HotTable() { destroy_entries(); }

  std::size_t size() const { return slots_.size(); }  // cells of erased entries included
  // Memory of cells and table, without what entries have beyond their size.
  std::size_t bytes() const { return arena_.bytes() + slots_.bytes(); }

  Place* find(HashedKey key) const {
    return slots_.find(key.hash, [&](const Place& node) { return node.key() == key.key; });
  }
  // The key is not there yet. `seed`: what all its hashes are made with.
  Place& add(HashedKey key, Entry&& entry, std::uint64_t seed) {
    WEIR_ASSERT(key.key.size() < UINT32_MAX / 2);
    if (slots_.crowded()) rebuild(seed);
    Cell* const cell = arena_.allocate(sizeof(Place) + key.key.size());
    Place* const node = static_cast<Place*>(cell);
    node->key_size = static_cast<std::uint32_t>(key.key.size());
    node->told_bytes = 0;
    new (&node->entry) Entry(std::move(entry));
    set_key(*node, key.key);
    slots_.insert(*node, key.hash);
    return *node;
  }
  void remove(Place& node, std::uint64_t hash) {
    slots_.erase(node, hash);
    node.entry.~Entry();
    arena_.release(&node);
  }

  // To be called for many keys, one after the other, that find() is then called for: what it reads of memory is on its
  // way meanwhile.
  void fetch_slots(std::uint64_t hash) const { slots_.fetch_slots(hash); }
  const Place* fetch_node(std::uint64_t hash) const {
    const Place* const node = slots_.likely(hash);
    if (node != nullptr) fetch(*node);
    return node;
  }
  static void fetch(const Place& node) {
    __builtin_prefetch(&node);
    __builtin_prefetch(reinterpret_cast<const char*>(&node) + kCacheLine);
  }

  // The visited node may be removed, and no other.
  template <typename Visit>
  void each(Visit visit) const {
    arena_.each([&](Cell& cell) { visit(static_cast<Place&>(cell)); });
  }

  // Gives back the memory of what is not worth keeping: keep(Place&) says what is, moved(from, to) where it went. After
  // every chunk enough() may end that.
  template <typename Keep, typename Moved, typename Enough>
  void compact(std::uint64_t seed, Keep keep, Moved moved, Enough enough) {
    arena_.compact(
        [&](Cell& cell) {
          Place& from = static_cast<Place&>(cell);
          const std::uint64_t hash = hash_key(from.key(), seed);
          if (keep(from)) {
            Place* const to = static_cast<Place*>(arena_.allocate(sizeof(Place) + from.key_size));
            copy_header(from, *to);
            new (&to->entry) Entry(std::move(from.entry));
            set_key(*to, from.key());
            slots_.move(from, *to, hash);
            moved(from, *to);
          } else {
            slots_.erase(from, hash);
          }
          from.entry.~Entry();
        },
        enough);
    if (slots_.size() < slots_.bytes() / 64) rebuild(seed);
  }

 private:
  static constexpr std::size_t kCacheLine = 64;

  void rebuild(std::uint64_t seed) {
    slots_.rebuild(slots_.size());
    each([&](Place& node) { slots_.insert(node, hash_key(node.key(), seed)); });
  }
  static void set_key(Place& node, std::string_view key) {
    if (!key.empty()) std::memcpy(reinterpret_cast<char*>(&node + 1), key.data(), key.size());
  }
  static void copy_header(const Place& from, Place& to) {
    to.key_size = from.key_size;
    to.change = from.change;
    to.used = from.used;
    to.kept = from.kept;
    to.erased = from.erased;
    to.told_bytes = from.told_bytes;
  }
  void destroy_entries() {
    if constexpr (!std::is_trivially_destructible_v<Entry>) {
      each([](Place& node) { node.entry.~Entry(); });
    }
  }

  Slots<Place> slots_;
  Arena arena_;
};

}  // namespace weir::state
