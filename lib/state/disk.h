// A store's part on disk: what is committed stands as of the last save until the next one, although entries leave
// memory in between.
//
// Undo      between two saves each first write to a key keeps what stood there, in the same atomic batch; whoever opens
//           the state after a crash puts that back. A save makes the new state the one that counts and forgets the undo
//           records, in one batch. A save that is small is written in that one batch, without any.
// Passing   state that goes with the process needs none of this.
// Reading   get() and scan() see what was written before settle().
// Errors    as Backing.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/buffer.h"
#include "state/backing.h"

namespace weir::state {

enum class Lifetime {
  kept,     // outlives the process: --state
  passing,  // gone with the process: room for what memory has no room for
};

class Disk {
 public:
  // A save of up to `bytes_at_once` is one batch, which RocksDB holds in memory.
  Disk(std::unique_ptr<Backing> backing, Lifetime lifetime, std::size_t bytes_at_once);

  bool get(std::string_view key, base::Buffer& value) { return backing_->get(key, value); }
  std::unique_ptr<Backing::Scan> scan(std::string_view from, std::string_view to) {
    return backing_->scan(from, to);
  }

  // No key is written twice between two calls of settle().
  void put(std::string_view key, std::string_view value);
  void erase(std::string_view key);
  void erase_range(std::string_view from, std::string_view to);
  void settle();

  // Everything written between the two is one save. `bytes`: about how much that will be.
  void begin_save(std::size_t bytes);
  void end_save();

  Lifetime lifetime() const { return lifetime_; }

 private:
  bool careful() const { return lifetime_ == Lifetime::kept && !whole_; }
  void keep_undo(std::string_view key);
  void commit_when_large();
  void undo_all();

  std::unique_ptr<Backing> backing_;
  const Lifetime lifetime_;
  const std::size_t bytes_at_once_;
  bool whole_ = false;     // within a save that is one batch
  bool undoable_ = false;  // there are undo records since the last save
  std::string undo_key_;
  base::Buffer old_, seen_;
};

// The first key behind all that begin with `prefix`, which has a byte below 0xff.
std::string behind(std::string_view prefix);

}  // namespace weir::state
