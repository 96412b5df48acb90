#include "state/slots.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <deque>
#include <map>

#include "support/random.h"

using namespace weir;

namespace {

struct alignas(16) Place {
  std::uint64_t hash;
};

struct Table {
  state::Slots<Place> slots;
  std::deque<Place> memory;
  std::map<std::uint64_t, Place*> there;  // by hash: no two places share one

  Place* find(std::uint64_t hash) const {
    return slots.find(hash, [&](const Place& place) { return place.hash == hash; });
  }
  void add(std::uint64_t hash) {
    if (slots.crowded()) {
      slots.rebuild(slots.size());
      for (const auto& [each, place] : there) slots.insert(*place, each);
    }
    Place& place = memory.emplace_back(Place{hash});
    slots.insert(place, hash);
    there[hash] = &place;
  }
  void erase(std::uint64_t hash) {
    slots.erase(*there.at(hash), hash);
    there.erase(hash);
  }
};

}  // namespace

TEST_CASE("slots find what was inserted and not erased since, also among hashes with one home and one tag") {
  // Hashes that differ in all bits, in those of the home alone, in those of the tag alone, and in neither.
  for (const std::uint64_t bits : {~0ull, 0x3ffull, 0x3ff0000000000000ull, 0x3ff00000000000ull}) {
    CAPTURE(bits);
    testing::Random random(bits);
    Table table;
    bool right = true;
    for (int step = 0; step < 20'000; ++step) {
      const std::uint64_t hash = random.next() & bits;
      const auto known = table.there.find(hash);
      right = right && table.find(hash) == (known == table.there.end() ? nullptr : known->second);
      if (known != table.there.end()) {
        table.erase(hash);
      } else if (table.there.size() < 300) {
        table.add(hash);
      }
      right = right && table.slots.size() == table.there.size();
    }
    for (const auto& [hash, place] : table.there) right = right && table.find(hash) == place;
    CHECK(right);
  }
}

TEST_CASE("slots that many came to and left again do not grow") {
  Table table;
  testing::Random random(1);
  for (int i = 0; i < 100; ++i) table.add(random.next());
  const std::size_t bytes = table.slots.bytes();
  for (int i = 0; i < 100'000; ++i) {
    table.erase(table.there.begin()->first);
    table.add(random.next());
  }
  CHECK(table.slots.size() == 100);
  CHECK(table.slots.bytes() <= 2 * bytes);
}

TEST_CASE("a place that moved is found where it is") {
  Table table;
  for (std::uint64_t hash = 0; hash < 20; ++hash) table.add(hash << 50);
  Place moved{7ull << 50};
  table.slots.move(*table.there.at(moved.hash), moved, moved.hash);
  CHECK(table.find(moved.hash) == &moved);
  CHECK(table.slots.size() == 20);
}
