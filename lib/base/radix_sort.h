// Sorts by a 64-bit key, byte after byte from the lowest; bytes that are the same in all keys cost nothing. Stable.
// For many small items: each is moved once for every byte that is not the same in all.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace weir::base {

// `key`: of an item, a std::uint64_t. `spare`: room for as many items; holds anything afterwards.
template <typename Item, typename Key>
void radix_sort(std::vector<Item>& items, std::vector<Item>& spare, Key key) {
  constexpr std::size_t kFewest = 256;  // below that the counting costs more than it saves
  if (items.size() < kFewest) {
    std::stable_sort(items.begin(), items.end(),
                     [&](const Item& a, const Item& b) { return key(a) < key(b); });
    return;
  }
  std::uint64_t differ = 0;
  for (const Item& item : items) differ |= key(item) ^ key(items.front());
  spare.resize(items.size());
  for (unsigned shift = 0; shift < 64; shift += 8) {
    if ((differ >> shift & 0xff) == 0) continue;
    std::array<std::size_t, 256> place{};  // where the next item with that byte goes
    for (const Item& item : items) ++place[key(item) >> shift & 0xff];
    std::size_t before = 0;
    for (std::size_t& each : place) {
      const std::size_t count = each;
      each = before;
      before += count;
    }
    for (const Item& item : items) spare[place[key(item) >> shift & 0xff]++] = item;
    items.swap(spare);
  }
}

}  // namespace weir::base
