// What all state of one operator shares: the memory bound, the place on disk, and saves. Buckets register with it, and
// so does whatever else of an operator has to be there again after a restart (Part).
//
// Spill    over `memory_max` entries that were not used of late go to disk. The result never depends on it.
// Save     everything as of one moment, atomically: entries, parts, and what the caller puts beside them.
// Errors   as Backing; Error(Kind::io), code "damaged_state", where what was saved is not what a save writes.
// Threads  one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "state/backing.h"
#include "state/codec.h"
#include "state/disk.h"

namespace weir::state {

std::uint64_t random_seed();  // another one for every process

// What an operator keeps beside Buckets: its clock, its arrival counter.
class Part {
 public:
  virtual ~Part() = default;
  virtual void save(Writer& to) const = 0;
  virtual void load(Reader& from) = 0;  // what save() wrote; the store checks that it was all and well
};

class Store {
 public:
  struct Settings {
    std::size_t memory_max = std::size_t{1} << 30;
    std::uint64_t hash_seed = random_seed();
    // Where entries go that memory has no room for; called when the first has to. None: nothing ever leaves memory.
    std::function<std::unique_ptr<Backing>()> open_spill = {};
    std::size_t bytes_at_once = 4u << 20;  // of a save that is written in one batch
  };

  Store() : Store(Settings()) {}
  explicit Store(Settings settings);
  // State that is saved: what lies there already is as of the last save, and is loaded by resume().
  Store(Settings settings, std::unique_ptr<Backing> saved);
  Store(const Store&) = delete;

  // Bytes of memory of all that is registered: entries, keys, tables and what the allocator adds.
  std::size_t memory() const { return memory_; }
  void account(std::ptrdiff_t bytes) { memory_ += static_cast<std::size_t>(bytes); }
  std::uint64_t hash_seed() const { return settings_.hash_seed; }

  // To be called between two events, when no pointer to an entry is held: entries may leave memory then, or move.
  void relieve() {
    if (memory_ <= settings_.memory_max) {
      sweep_above_ = settings_.memory_max;
    } else if (memory_ > sweep_above_ && (disk_ != nullptr || settings_.open_spill)) {
      sweep();
    }
  }
  std::uint64_t sweeps() const { return sweeps_; }  // how often memory was short

  // `part` is saved and loaded under that name from now on; it outlives the store's last call.
  void keep(std::string name, Part& part) { parts_.emplace_back(std::move(name), &part); }

  // Loads what was saved last into all that is registered. False: nothing was ever saved here. Called once, before the
  // first event, and only for a store that saves.
  bool resume();
  // Loads one part before its turn, for whoever needs to know before the rest is made. False: nothing was ever saved.
  bool peek(const std::string& name, Part& part);
  // Bytes that are not saved, about.
  std::size_t unsaved_bytes() const;
  void save();
  bool saves() const { return saves_; }

  // For Buckets.
  class Member {
   public:
    struct Warm {
      std::uint64_t used;  // when, as tick() counts
      Member* member;
      std::int64_t bucket;
    };
    enum class Sweep { unused, all };
    virtual ~Member() = default;
    virtual void list_warm(std::vector<Warm>& to) = 0;  // the buckets that have entries in memory
    virtual void sweep(std::int64_t bucket, Sweep what) = 0;
    virtual std::size_t unsaved_bytes() const = 0;
    virtual void save_entries() = 0;
    virtual void save_list(Writer& to) const = 0;
    virtual void load_list(Reader& from) = 0;
  };
  void enter(const std::string& name, Member& member);
  void leave(Member& member);
  Disk& disk();  // opened by the first call
  bool swept_enough() const { return memory_ <= settings_.memory_max / 4 * 3; }
  std::uint64_t tick() { return ++ticks_; }

 private:
  void sweep();

  Settings settings_;
  const bool saves_;
  std::unique_ptr<Disk> disk_;
  std::vector<std::pair<std::string, Member*>> members_;
  std::vector<std::pair<std::string, Part*>> parts_;
  std::size_t memory_ = 0;
  std::size_t sweep_above_;
  std::uint64_t ticks_ = 0, sweeps_ = 0;
};

[[noreturn]] void fail_damaged(std::string_view what);  // throws Error(Kind::io), code "damaged_state"

}  // namespace weir::state
