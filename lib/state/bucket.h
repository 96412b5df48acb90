// One bucket of Buckets: its entries in memory, which of them the disk does not have as they are, and how many it has
// alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "state/entry.h"
#include "state/hot_table.h"

namespace weir::state {

template <Storable Entry>
struct Bucket {
  using Place = Node<Entry>;

  HotTable<Entry> table;
  std::vector<Place*> changes;  // what the disk does not have as it is here; only where the store saves
  std::size_t cold = 0;         // entries that are on disk alone
  std::size_t erased = 0;       // cells of the table that stand for an entry that is gone
  std::size_t told_bytes = 0;
  std::uint64_t used = 0;  // when it was looked up last
  bool kept = false;       // there may be something of it on disk

  std::size_t size() const { return table.size() - erased + cold; }
  // With its place in a map, without what entries have beyond their size.
  std::size_t bytes() const {
    constexpr std::size_t kPlace = 64;
    return table.bytes() + changes.capacity() * sizeof(Place*) + sizeof(Bucket) + kPlace;
  }

  // `listed`: the store saves.
  void mark(Place& node, bool listed) {
    constexpr std::uint32_t kChanged = 0;
    node.change = listed ? static_cast<std::uint32_t>(changes.size()) : kChanged;
    if (listed) changes.push_back(&node);
  }
  void unmark(Place& node, bool listed) {
    if (node.change == kUnchanged) return;
    if (listed) {
      changes[node.change] = changes.back();
      changes[node.change]->change = node.change;
      changes.pop_back();
    }
    node.change = kUnchanged;
  }
};

}  // namespace weir::state
