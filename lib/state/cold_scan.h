// The entries of a bucket that are on disk alone, in order. Threads: one.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "state/backing.h"
#include "state/disk.h"
#include "state/entry_keys.h"
#include "state/hash.h"
#include "state/hot_table.h"

namespace weir::state {

class ColdScan {
 public:
  // `seed`: of the hashes of the table that next() is asked about. Both outlive the scan.
  ColdScan(Disk& disk, const EntryKeys& keys, std::int64_t bucket, std::uint64_t seed)
      : keys_(keys),
        prefix_(keys.of_bucket(bucket)),
        seed_(seed),
        scan_(disk.scan(prefix_, behind(prefix_))) {}

  // Goes on to the next one that is not in the table.
  template <Storable Entry>
  bool next(const HotTable<Entry>& table) {
    while (scan_->next()) {
      stored_ = keys_.split(sort_key(), scan_->value());
      if (table.find(key()) == nullptr) return true;
    }
    return false;
  }

  // Of that one; good until the next call.
  std::string_view sort_key() const { return scan_->key().substr(prefix_.size()); }
  HashedKey key() const { return {stored_.key, hash_key(stored_.key, seed_)}; }
  std::string_view entry() const { return stored_.entry; }

 private:
  const EntryKeys& keys_;
  std::string prefix_;
  std::uint64_t seed_;
  std::unique_ptr<Backing::Scan> scan_;
  EntryKeys::Stored stored_;
};

}  // namespace weir::state
