#include "base/radix_sort.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <vector>

#include "support/random.h"

using namespace weir;

TEST_CASE("items are put in the order of their keys, those of one key as they came") {
  struct Item {
    std::uint64_t key;
    std::size_t came;
  };
  testing::Random random(7);
  for (const std::size_t count : {0u, 1u, 2u, 255u, 256u, 257u, 5000u}) {
    for (const std::uint64_t mask :
         {0ull, 0xffull, 0xff00ull, 0xf0f0000000000000ull, 0x0f0f0f0f0f0full, ~0ull}) {
      CAPTURE(count);
      CAPTURE(mask);
      std::vector<Item> items, spare;
      for (std::size_t i = 0; i < count; ++i) items.push_back({(random.next() & mask) | 0x100, i});
      std::vector<Item> sorted = items;
      std::stable_sort(sorted.begin(), sorted.end(),
                       [](const Item& a, const Item& b) { return a.key < b.key; });
      base::radix_sort(items, spare, [](const Item& item) { return item.key; });
      bool same = items.size() == sorted.size();
      for (std::size_t i = 0; same && i < count; ++i)
        same = items[i].key == sorted[i].key && items[i].came == sorted[i].came;
      CHECK(same);
    }
  }
}
