// Buckets as the store sees them: the entries that are in memory and those on disk, what is written when memory is short
// or all is saved, and what is counted. Buckets (buckets.h) is what operators use. Errors, threads: as there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/buffer.h"
#include "state/bucket.h"
#include "state/cold_scan.h"
#include "state/entry.h"
#include "state/entry_keys.h"
#include "state/hash.h"
#include "state/store.h"

namespace weir::state {

template <Storable Entry>
class StoredBuckets : private Store::Member {
 protected:
  using Place = Node<Entry>;
  using One = Bucket<Entry>;
  using Map = std::map<std::int64_t, One>;

  StoredBuckets(Store& store, std::string name, SortKey order) : store_(store), keys_(name, order) {
    store.enter(name, *this);
  }
  StoredBuckets(const StoredBuckets&) = delete;
  ~StoredBuckets() override {
    store_.leave(*this);
    while (!buckets_.empty()) forget(buckets_.begin());
  }

  HashedKey hashed(std::string_view key) const { return {key, hash_key(key, store_.hash_seed())}; }
  std::uint64_t seed() const { return store_.hash_seed(); }

  // ---- buckets

  // Most events go where the one before went.
  One* bucket_at(std::int64_t bucket) {
    if (last_ != nullptr && last_number_ == bucket) return last_;
    const auto at = buckets_.find(bucket);
    return at == buckets_.end() ? nullptr : use(bucket, at->second);
  }
  One* add_bucket(std::int64_t bucket) {
    One& made = buckets_[bucket];
    count(made);
    return use(bucket, made);
  }
  // With what the disk has of it.
  void drop_bucket(typename Map::iterator at) {
    if (at->second.kept) {
      if (store_.saves()) {
        dropped_.insert(at->first);
      } else {
        erase_on_disk(at->first);
        store_.disk().settle();
      }
    }
    forget(at);
  }

  // ---- entries

  // In memory, or brought back. One that is erased may come, too.
  Place* place_of(One& in, std::int64_t bucket, HashedKey key) {
    Place* node = in.table.find(key);
    if (node == nullptr) {
      if (in.cold == 0) return nullptr;
      if (!store_.disk().get(keys_.of_entry(bucket, key.key), stored_bytes_)) return nullptr;
      node = &take_in(in, key, keys_.split({}, stored_bytes_.view()).entry);
      count(in);
    }
    node->used = true;
    return node;
  }
  Place& add(One& in, HashedKey key) {
    Place& node = in.table.add(key, Entry{}, seed());
    mark(in, node);
    count(in);
    return node;
  }
  void bring_back(One& in, Place& node) {
    node.erased = false;
    --in.erased;
    mark(in, node);
  }
  // One that the disk knows stays as one that is gone, until the disk knows that, too.
  void remove(One& in, Place& node, HashedKey key) {
    tell(node, 0);
    if (node.kept) {
      node.entry.~Entry();
      new (&node.entry) Entry{};
      node.erased = true;
      ++in.erased;
      mark(in, node);
    } else {
      in.unmark(node, store_.saves());
      in.table.remove(node, key.hash);
      count(in);
    }
  }
  void mark(One& in, Place& node) {
    if (node.change != kUnchanged) return;
    const std::size_t room = in.changes.capacity();
    in.mark(node, store_.saves());
    if (in.changes.capacity() != room) count(in);
  }
  // The entry has so many bytes beyond its size.
  void tell(Place& node, std::size_t bytes) {
    if (bytes == node.told_bytes) return;
    store_.account(static_cast<std::ptrdiff_t>(bytes) - static_cast<std::ptrdiff_t>(node.told_bytes));
    node.told_bytes = bytes;
  }

  // ---- entries on disk alone

  ColdScan cold_scan(std::int64_t bucket) { return {store_.disk(), keys_, bucket, seed()}; }
  // In memory while it is visited, and then on disk again, as it is by then.
  template <typename Visit>
  void visit_cold(One& in, std::int64_t bucket, const ColdScan& cold, Visit& visit) {
    const HashedKey key = cold.key();
    Place& node = take_in(in, key, cold.entry());
    visit(node.key(), node.entry);
    if (node.change != kUnchanged) {
      in.unmark(node, store_.saves());
      write(bucket, node);
    }
    tell(node, 0);
    in.table.remove(node, key.hash);
    ++in.cold;
  }
  // After all of them.
  void finish(One& in) {
    store_.disk().settle();
    count(in);
  }

  Store& store_;
  EntryKeys keys_;
  Map buckets_;

 private:
  One* use(std::int64_t number, One& bucket) {
    bucket.used = store_.tick();
    last_number_ = number;
    return last_ = &bucket;
  }
  Place& take_in(One& in, HashedKey key, std::string_view bytes) {
    Entry entry{};
    if (!Entry::decode(bytes, entry)) fail_damaged("an entry of " + keys_.name());
    Place& node = in.table.add(key, std::move(entry), seed());
    node.kept = true;
    tell(node, node.entry.bytes());
    --in.cold;
    return node;
  }
  void forget(typename Map::iterator at) {
    One& bucket = at->second;
    if (last_ == &bucket) last_ = nullptr;
    std::size_t beyond = 0;
    bucket.table.each([&](const Place& node) { beyond += node.told_bytes; });
    store_.account(-static_cast<std::ptrdiff_t>(bucket.told_bytes + beyond));
    buckets_.erase(at);
  }
  void count(One& bucket) {
    const std::size_t bytes = bucket.bytes();
    store_.account(static_cast<std::ptrdiff_t>(bytes) - static_cast<std::ptrdiff_t>(bucket.told_bytes));
    bucket.told_bytes = bytes;
  }

  // What a change is on disk.
  void write(std::int64_t bucket, const Place& node) {
    const std::string_view key = keys_.of_entry(bucket, node.key());
    if (node.erased) return store_.disk().erase(key);
    stored_bytes_.clear();
    keys_.begin_value(node.key(), stored_bytes_);
    node.entry.encode(stored_bytes_);
    store_.disk().put(key, stored_bytes_.view());
  }
  void erase_on_disk(std::int64_t bucket) {
    const std::string prefix = keys_.of_bucket(bucket);
    store_.disk().erase_range(prefix, behind(prefix));
  }
  // A dropped bucket that is there again: what it was goes before anything of what it is now is written.
  void settle_drop(std::int64_t bucket) {
    if (dropped_.erase(bucket) == 0) return;
    erase_on_disk(bucket);
    store_.disk().settle();
  }

  // Store::Member
  void list_warm(std::vector<Store::Member::Warm>& to) override {
    for (auto& [number, bucket] : buckets_) {
      if (bucket.table.size() > 0) to.push_back({bucket.used, this, number});
    }
  }
  void sweep(std::int64_t number, Store::Member::Sweep what) override {
    One& bucket = buckets_.at(number);
    settle_drop(number);
    bucket.kept = true;
    bucket.table.compact(
        store_.hash_seed(),
        [&](Place& node) {
          if (node.used && what == Sweep::unused) {
            node.used = false;
            return true;
          }
          if (node.change != kUnchanged) write(number, node);
          bucket.unmark(node, store_.saves());
          tell(node, 0);
          if (node.erased) {
            --bucket.erased;
          } else {
            ++bucket.cold;
          }
          return false;
        },
        [&](const Place&, Place& to) {
          if (store_.saves() && to.change != kUnchanged) bucket.changes[to.change] = &to;
        },
        [&] {
          count(bucket);
          return store_.swept_enough();
        });
    bucket.changes.shrink_to_fit();
    count(bucket);
  }
  std::size_t unsaved_bytes() const override {
    std::size_t bytes = 0;
    for (const auto& [number, bucket] : buckets_) {
      for (const Place* node : bucket.changes) bytes += node->room + node->told_bytes;
    }
    return bytes;
  }
  // Buckets that were dropped first: some of them may be there again.
  void save_entries() override {
    for (const std::int64_t bucket : dropped_) erase_on_disk(bucket);
    dropped_.clear();
    for (auto& [number, bucket] : buckets_) {
      for (Place* node : bucket.changes) {
        write(number, *node);
        node->change = kUnchanged;
        node->kept = true;
        if (!node->erased) continue;
        --bucket.erased;
        bucket.table.remove(*node, hashed(node->key()).hash);
      }
      if (!bucket.changes.empty()) bucket.kept = true;
      bucket.changes.clear();
      count(bucket);
    }
  }
  void save_list(Writer& to) const override {
    to.number(buckets_.size());
    for (const auto& [number, bucket] : buckets_) {
      to.integer(number);
      to.number(bucket.size());
    }
  }
  void load_list(Reader& from) override {
    for (std::uint64_t left = from.number(); left > 0 && !from.failed(); --left) {
      One& bucket = buckets_[from.integer()];
      bucket.cold = from.number();
      bucket.kept = true;
      count(bucket);
    }
  }

  One* last_ = nullptr;
  std::int64_t last_number_ = 0;
  std::set<std::int64_t> dropped_;  // since the last save, and still on disk
  base::Buffer stored_bytes_;
};

}  // namespace weir::state
