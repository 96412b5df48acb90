// What all state of one operator shares: the memory bound and the seed of its hash tables. Buckets and Timers register
// with it and tell it what they take.
//
// Threads  one.
#pragma once

#include <cstddef>
#include <cstdint>

namespace weir::state {

std::uint64_t random_seed();  // another one for every process

class Store {
 public:
  struct Settings {
    std::uint64_t hash_seed = random_seed();
  };

  Store() : Store(Settings{}) {}
  explicit Store(const Settings& settings) : settings_(settings) {}
  Store(const Store&) = delete;

  // Bytes of memory of all that is registered: entries, keys, tables and what the allocator adds.
  std::size_t memory() const { return memory_; }
  void account(std::ptrdiff_t bytes) { memory_ += static_cast<std::size_t>(bytes); }
  std::uint64_t hash_seed() const { return settings_.hash_seed; }

  // To be called between two events, when no pointer to an entry is held: entries may leave memory then, or move.
  void relieve() {}

 private:
  const Settings settings_;
  std::size_t memory_ = 0;
};

}  // namespace weir::state
