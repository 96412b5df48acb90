// The keyed state of an operator: entries by key, in buckets of time. A bucket is whatever time the operator chooses:
// the end of a window, a coarse time of a record, 0 where there is no time. It goes as a whole, so that expiry costs
// nothing for each entry.
//
// Keys      bytes; equal keys are equal bytes (json::append_canonical).
// Pointers  an entry keeps its address until it is erased, its bucket is dropped, or Store::relieve() is called.
// Changes   changed() after every change of an entry, a new one included, and before the next call of anything else
//           here: what is not told is neither saved nor counted.
// Spill     entries that the store's memory has no room for lie on disk. Every call brings back what it needs, and none
//           says anything else because of it.
// Errors    Error(Kind::io) where what lies on disk cannot be read or written.
// Threads   one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "state/cold_scan.h"
#include "state/entry.h"
#include "state/sorted_keys.h"
#include "state/store.h"
#include "state/stored_buckets.h"

namespace weir::state {

template <Storable Entry>
class Buckets final : private StoredBuckets<Entry> {
  using Stored = StoredBuckets<Entry>;
  using typename Stored::One;
  using typename Stored::Place;

 public:
  // `name`: of these among the store's, stable across versions of the program. The store outlives this.
  Buckets(Store& store, std::string name, SortKey order = &sort_by_bytes)
      : Stored(store, std::move(name), order) {}

  // Null when there is none.
  Entry* find(std::int64_t bucket, std::string_view key) {
    One* const in = this->bucket_at(bucket);
    if (in == nullptr) return nullptr;
    Place* const node = this->place_of(*in, bucket, this->hashed(key));
    if (node == nullptr || node->erased) return nullptr;
    return &node->entry;
  }

  // Makes it, as Entry{}, when there is none.
  Entry& at(std::int64_t bucket, std::string_view key) {
    One* in = this->bucket_at(bucket);
    if (in == nullptr) in = this->add_bucket(bucket);
    const HashedKey wanted = this->hashed(key);
    Place* node = this->place_of(*in, bucket, wanted);
    if (node == nullptr) {
      node = &this->add(*in, wanted);
    } else if (node->erased) {
      this->bring_back(*in, *node);
    }
    return node->entry;
  }

  // For keys of one bucket that find() or at() is about to be asked for: what they read of memory comes closer to the
  // processor, for all at once instead of for one after the other. An entry with a fetch() const of its own does that for
  // what lies beyond its size. Nothing changes.
  void fetch(std::int64_t bucket, std::span<const std::string_view> keys) {
    const One* const in = this->bucket_at(bucket);
    if (in == nullptr) return;
    fetched_.clear();
    for (const std::string_view key : keys) {
      fetched_.push_back({.hash = this->hashed(key).hash});
      in->table.fetch_slots(fetched_.back().hash);
    }
    for (Fetched& each : fetched_) each.node = in->table.fetch_node(each.hash);
    if constexpr (requires(const Entry& entry) { entry.fetch(); }) {
      for (const Fetched& each : fetched_) {
        if (each.node != nullptr) each.node->entry.fetch();
      }
    }
  }

  void changed(std::int64_t bucket, Entry& entry) {
    Place& node = Place::of(entry);
    if (node.change == kUnchanged) this->mark(*this->bucket_at(bucket), node);
    this->tell(node, entry.bytes());
  }

  // False: there was none. A bucket without entries is no longer there.
  bool erase(std::int64_t bucket, std::string_view key) {
    One* const in = this->bucket_at(bucket);
    if (in == nullptr) return false;
    const HashedKey wanted = this->hashed(key);
    Place* const node = this->place_of(*in, bucket, wanted);
    if (node == nullptr || node->erased) return false;
    if (in->size() == 1) return drop(bucket), true;
    this->remove(*in, *node, wanted);
    return true;
  }

  // The whole bucket at once; one that is not there is fine.
  void drop(std::int64_t bucket) {
    const auto at = this->buckets_.find(bucket);
    if (at != this->buckets_.end()) this->drop_bucket(at);
  }

  // visit(std::string_view key, Entry&) for each entry of the bucket. In any order: no result may depend on it. What it
  // does to the entry is kept when it calls changed(); else it calls nothing of these Buckets. The entry is good until
  // visit returns.
  template <typename Visit>
  void each(std::int64_t bucket, Visit visit) {
    const auto at = this->buckets_.find(bucket);
    if (at == this->buckets_.end()) return;
    One& in = at->second;
    in.table.each([&](Place& node) {
      if (!node.erased) visit(node.key(), node.entry);
    });
    if (in.cold == 0) return;
    ColdScan cold = this->cold_scan(bucket);
    while (cold.next(in.table)) this->visit_cold(in, bucket, cold, visit);
    this->finish(in);
  }

  // As each(), in the order of SortKey.
  template <typename Visit>
  void each_sorted(std::int64_t bucket, Visit visit) {
    const auto at = this->buckets_.find(bucket);
    if (at == this->buckets_.end()) return;
    One& in = at->second;
    SortedKeys<Place> hot;
    in.table.each([&](Place& node) {
      if (!node.erased) hot.add(node, node.key(), this->keys_.order());
    });
    hot.sort();
    std::optional<ColdScan> cold;
    if (in.cold > 0) cold.emplace(this->cold_scan(bucket));
    bool more_cold = cold && cold->next(in.table);
    for (std::size_t i = 0; i < hot.size();) {
      // They lie anywhere in memory.
      constexpr std::size_t kAhead = 8;
      if (i + kAhead < hot.size()) in.table.fetch(hot.node(i + kAhead));
      if (more_cold && cold->sort_key() < hot.sort_key(i)) {
        this->visit_cold(in, bucket, *cold, visit);
        more_cold = cold->next(in.table);
      } else {
        Place& node = hot.node(i++);
        visit(node.key(), node.entry);
      }
    }
    for (; more_cold; more_cold = cold->next(in.table)) this->visit_cold(in, bucket, *cold, visit);
    if (cold) this->finish(in);
  }

  // How many entries a bucket has.
  std::size_t size(std::int64_t bucket) const {
    const auto at = this->buckets_.find(bucket);
    return at == this->buckets_.end() ? 0 : at->second.size();
  }

  // The smallest bucket with an entry, and the smallest above another.
  std::optional<std::int64_t> first_bucket() const { return number_of(this->buckets_.begin()); }
  std::optional<std::int64_t> next_bucket(std::int64_t after) const {
    return number_of(this->buckets_.upper_bound(after));
  }

 private:
  std::optional<std::int64_t> number_of(typename Stored::Map::const_iterator at) const {
    if (at == this->buckets_.end()) return std::nullopt;
    return at->first;
  }

  struct Fetched {
    std::uint64_t hash = 0;
    const Place* node = nullptr;
  };
  std::vector<Fetched> fetched_;
};

}  // namespace weir::state
