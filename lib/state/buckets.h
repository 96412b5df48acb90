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

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/buffer.h"
#include "state/entry.h"
#include "state/entry_keys.h"
#include "state/hash.h"
#include "state/hot_table.h"
#include "state/sorted_keys.h"
#include "state/store.h"

namespace weir::state {

template <Storable Entry>
class Buckets final : private Store::Member {
 public:
  // `name`: of these among the store's, stable across versions of the program. The store outlives this.
  Buckets(Store& store, std::string name, SortKey order = &sort_by_bytes)
      : store_(store), keys_(name, order) {
    store.enter(name, *this);
  }
  Buckets(const Buckets&) = delete;
  ~Buckets() override {
    store_.leave(*this);
    while (!buckets_.empty()) forget(buckets_.begin());
  }

  // Null when there is none.
  Entry* find(std::int64_t bucket, std::string_view key) {
    Bucket* const in = bucket_at(bucket);
    if (in == nullptr) return nullptr;
    Place* const node = place_of(*in, bucket, hashed(key));
    if (node == nullptr || node->erased) return nullptr;
    return &node->entry;
  }

  // Makes it, as Entry{}, when there is none.
  Entry& at(std::int64_t bucket, std::string_view key) {
    Bucket* in = bucket_at(bucket);
    if (in == nullptr) in = add_bucket(bucket);
    const HashedKey wanted = hashed(key);
    Place* node = place_of(*in, bucket, wanted);
    if (node == nullptr) {
      node = &in->table.add(wanted, Entry{}, store_.hash_seed());
      mark(*in, *node);
      count(*in);
    } else if (node->erased) {
      node->erased = false;
      --in->erased;
      mark(*in, *node);
    }
    return node->entry;
  }

  // For keys of one bucket that find() or at() is about to be asked for: what they read of memory comes closer to the
  // processor, for all at once instead of for one after the other. An entry with a fetch() const of its own does that for
  // what lies beyond its size. Nothing changes.
  void fetch(std::int64_t bucket, std::span<const std::string_view> keys) {
    const Bucket* const in = bucket_at(bucket);
    if (in == nullptr) return;
    fetched_.clear();
    for (const std::string_view key : keys) {
      fetched_.push_back({.hash = hashed(key).hash});
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
    if (node.change == kUnchanged) mark(*bucket_at(bucket), node);
    const std::size_t bytes = entry.bytes();
    if (bytes == node.told_bytes) return;
    store_.account(static_cast<std::ptrdiff_t>(bytes) - static_cast<std::ptrdiff_t>(node.told_bytes));
    node.told_bytes = bytes;
  }

  // False: there was none. A bucket without entries is no longer there.
  bool erase(std::int64_t bucket, std::string_view key) {
    Bucket* const in = bucket_at(bucket);
    if (in == nullptr) return false;
    const HashedKey wanted = hashed(key);
    Place* const node = place_of(*in, bucket, wanted);
    if (node == nullptr || node->erased) return false;
    if (size_of(*in) == 1) return drop(bucket), true;
    store_.account(-static_cast<std::ptrdiff_t>(node->told_bytes));
    node->told_bytes = 0;
    if (node->kept) {
      // Stays as one that is gone, until what lies on disk is gone, too.
      node->entry.~Entry();
      new (&node->entry) Entry{};
      node->erased = true;
      ++in->erased;
      mark(*in, *node);
    } else {
      unmark(*in, *node);
      in->table.remove(*node, wanted.hash);
      count(*in);
    }
    return true;
  }

  // The whole bucket at once; one that is not there is fine.
  void drop(std::int64_t bucket) {
    const auto at = buckets_.find(bucket);
    if (at == buckets_.end()) return;
    if (at->second.kept) {
      if (store_.saves()) {
        dropped_.insert(bucket);
      } else {
        erase_on_disk(bucket);
        store_.disk().settle();
      }
    }
    forget(at);
  }

  // visit(std::string_view key, Entry&) for each entry of the bucket. In any order: no result may depend on it. What it
  // does to the entry is kept when it calls changed(); else it calls nothing of these Buckets. The entry is good until
  // visit returns.
  template <typename Visit>
  void each(std::int64_t bucket, Visit visit) {
    const auto at = buckets_.find(bucket);
    if (at == buckets_.end()) return;
    Bucket& in = at->second;
    in.table.each([&](Place& node) {
      if (!node.erased) visit(node.key(), node.entry);
    });
    if (in.cold == 0) return;
    ColdScan cold(*this, bucket);
    while (cold.next(in)) cold.visit(in, visit);
    finish(in);
  }

  // As each(), in the order of SortKey.
  template <typename Visit>
  void each_sorted(std::int64_t bucket, Visit visit) {
    const auto at = buckets_.find(bucket);
    if (at == buckets_.end()) return;
    Bucket& in = at->second;
    SortedKeys<Place> hot;
    in.table.each([&](Place& node) {
      if (!node.erased) hot.add(node, node.key(), keys_.order());
    });
    hot.sort();
    std::optional<ColdScan> cold;
    if (in.cold > 0) cold.emplace(*this, bucket);
    bool more_cold = cold && cold->next(in);
    for (std::size_t i = 0; i < hot.size();) {
      // They lie anywhere in memory.
      constexpr std::size_t kAhead = 8;
      if (i + kAhead < hot.size()) in.table.fetch(hot.node(i + kAhead));
      if (more_cold && cold->sort_key() < hot.sort_key(i)) {
        cold->visit(in, visit);
        more_cold = cold->next(in);
      } else {
        Place& node = hot.node(i++);
        visit(node.key(), node.entry);
      }
    }
    for (; more_cold; more_cold = cold->next(in)) cold->visit(in, visit);
    if (cold) finish(in);
  }

  // How many entries a bucket has.
  std::size_t size(std::int64_t bucket) const {
    const auto at = buckets_.find(bucket);
    return at == buckets_.end() ? 0 : size_of(at->second);
  }

  // The smallest bucket with an entry, and the smallest above another.
  std::optional<std::int64_t> first_bucket() const { return number_of(buckets_.begin()); }
  std::optional<std::int64_t> next_bucket(std::int64_t after) const {
    return number_of(buckets_.upper_bound(after));
  }

 private:
  using Place = Node<Entry>;
  struct Bucket {
    HotTable<Entry> table;
    std::vector<Place*> changes;  // what the disk does not have as it is here; only where the store saves
    std::size_t cold = 0;         // entries that are on disk alone
    std::size_t erased = 0;       // cells of the table that stand for an entry that is gone
    std::size_t told_bytes = 0;
    std::uint64_t used = 0;  // when it was looked up last
    bool kept = false;       // there may be something of it on disk
  };
  using BucketMap = std::map<std::int64_t, Bucket>;
  static constexpr std::size_t kBucketBytes = sizeof(Bucket) + 64;  // with its place in the map
  static constexpr std::uint32_t kChanged = 0;                      // where the store does not save

  // The entries of a bucket that are on disk alone, in order.
  class ColdScan {
   public:
    ColdScan(Buckets& all, std::int64_t bucket)
        : all_(all), bucket_(bucket), prefix_(all.keys_.of_bucket(bucket)) {
      scan_ = all.store_.disk().scan(prefix_, behind(prefix_));
    }
    bool next(const Bucket& in) {
      while (scan_->next()) {
        stored_ = all_.keys_.split(scan_->key().substr(prefix_.size()), scan_->value());
        if (in.table.find(all_.hashed(stored_.key)) == nullptr) return true;
      }
      return false;
    }
    std::string_view sort_key() const { return scan_->key().substr(prefix_.size()); }
    template <typename Visit>
    void visit(Bucket& in, Visit& visit) {
      Place& node = all_.take_in(in, all_.hashed(stored_.key), stored_.entry);
      visit(node.key(), node.entry);
      if (node.change != kUnchanged) {
        all_.unmark(in, node);
        all_.write(bucket_, node);
      }
      all_.put_out(in, node);
    }

   private:
    Buckets& all_;
    const std::int64_t bucket_;
    const std::string prefix_;
    std::unique_ptr<Backing::Scan> scan_;
    EntryKeys::Stored stored_;
  };

  HashedKey hashed(std::string_view key) const { return {key, hash_key(key, store_.hash_seed())}; }
  static std::size_t size_of(const Bucket& bucket) {
    return bucket.table.size() - bucket.erased + bucket.cold;
  }

  // Most events go where the one before went.
  Bucket* bucket_at(std::int64_t bucket) {
    if (last_ != nullptr && last_number_ == bucket) return last_;
    const auto at = buckets_.find(bucket);
    return at == buckets_.end() ? nullptr : use(bucket, at->second);
  }
  Bucket* add_bucket(std::int64_t bucket) {
    Bucket& made = buckets_[bucket];
    count(made);
    return use(bucket, made);
  }
  Bucket* use(std::int64_t number, Bucket& bucket) {
    bucket.used = store_.tick();
    last_number_ = number;
    return last_ = &bucket;
  }

  // In memory, or brought back. One that is erased may come, too.
  Place* place_of(Bucket& in, std::int64_t bucket, HashedKey key) {
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
  Place& take_in(Bucket& in, HashedKey key, std::string_view bytes) {
    Entry entry{};
    if (!Entry::decode(bytes, entry)) fail_damaged("an entry of " + keys_.name());
    Place& node = in.table.add(key, std::move(entry), store_.hash_seed());
    node.kept = true;
    node.told_bytes = node.entry.bytes();
    store_.account(static_cast<std::ptrdiff_t>(node.told_bytes));
    --in.cold;
    return node;
  }
  // The other way round, when the disk has it as it is.
  void put_out(Bucket& in, Place& node) {
    store_.account(-static_cast<std::ptrdiff_t>(node.told_bytes));
    in.table.remove(node, hashed(node.key()).hash);
    ++in.cold;
  }

  void mark(Bucket& in, Place& node) {
    if (node.change != kUnchanged) return;
    node.change = kChanged;
    if (!store_.saves()) return;
    node.change = static_cast<std::uint32_t>(in.changes.size());
    const std::size_t room = in.changes.capacity();
    in.changes.push_back(&node);
    if (in.changes.capacity() != room) count(in);
  }
  void unmark(Bucket& in, Place& node) {
    if (node.change == kUnchanged) return;
    if (store_.saves()) {
      in.changes[node.change] = in.changes.back();
      in.changes[node.change]->change = node.change;
      in.changes.pop_back();
    }
    node.change = kUnchanged;
  }
  // After the cold entries were visited.
  void finish(Bucket& in) {
    store_.disk().settle();
    count(in);
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

  void forget(typename BucketMap::iterator at) {
    Bucket& bucket = at->second;
    if (last_ == &bucket) last_ = nullptr;
    std::size_t beyond = 0;
    bucket.table.each([&](const Place& node) { beyond += node.told_bytes; });
    store_.account(-static_cast<std::ptrdiff_t>(bucket.told_bytes + beyond));
    buckets_.erase(at);
  }
  void count(Bucket& bucket) {
    const std::size_t bytes =
        bucket.table.bytes() + bucket.changes.capacity() * sizeof(Place*) + kBucketBytes;
    store_.account(static_cast<std::ptrdiff_t>(bytes) - static_cast<std::ptrdiff_t>(bucket.told_bytes));
    bucket.told_bytes = bytes;
  }
  std::optional<std::int64_t> number_of(typename BucketMap::const_iterator at) const {
    if (at == buckets_.end()) return std::nullopt;
    return at->first;
  }

  // Store::Member
  void list_warm(std::vector<Store::Member::Warm>& to) override {
    for (auto& [number, bucket] : buckets_) {
      if (bucket.table.size() > 0) to.push_back({bucket.used, this, number});
    }
  }
  void sweep(std::int64_t number, Store::Member::Sweep what) override {
    Bucket& bucket = buckets_.at(number);
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
          unmark(bucket, node);
          store_.account(-static_cast<std::ptrdiff_t>(node.told_bytes));
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
      to.number(size_of(bucket));
    }
  }
  void load_list(Reader& from) override {
    for (std::uint64_t left = from.number(); left > 0 && !from.failed(); --left) {
      Bucket& bucket = buckets_[from.integer()];
      bucket.cold = from.number();
      bucket.kept = true;
      count(bucket);
    }
  }
  // A dropped bucket that is there again: what it was goes before anything of what it is now is written.
  void settle_drop(std::int64_t bucket) {
    if (dropped_.erase(bucket) == 0) return;
    erase_on_disk(bucket);
    store_.disk().settle();
  }

  Store& store_;
  EntryKeys keys_;
  BucketMap buckets_;
  Bucket* last_ = nullptr;
  std::int64_t last_number_ = 0;
  std::set<std::int64_t> dropped_;  // since the last save, and still on disk
  base::Buffer stored_bytes_;
  struct Fetched {
    std::uint64_t hash = 0;
    const Place* node = nullptr;
  };
  std::vector<Fetched> fetched_;
};

}  // namespace weir::state
