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
#include <cstring>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/buffer.h"
#include "base/byte_order.h"
#include "state/bucket.h"
#include "state/entry.h"
#include "state/hash.h"
#include "state/store.h"

namespace weir::state {

template <Storable Entry>
class Buckets {
 public:
  // `name`: of these among the store's, stable across versions of the program. The store outlives this.
  Buckets(Store& store, std::string name, SortKey sort_key = &sort_by_bytes)
      : store_(store), name_(std::move(name)), sort_key_(sort_key) {}
  Buckets(const Buckets&) = delete;
  ~Buckets() {
    while (!buckets_.empty()) forget(buckets_.begin());
  }

  // Null when there is none.
  Entry* find(std::int64_t bucket, std::string_view key) {
    Bucket* const in = bucket_at(bucket);
    if (in == nullptr) return nullptr;
    auto* const node = in->table.find(hashed(key));
    return node == nullptr ? nullptr : &node->entry;
  }

  // Makes it, as Entry{}, when there is none.
  Entry& at(std::int64_t bucket, std::string_view key) {
    Bucket* in = bucket_at(bucket);
    if (in == nullptr) in = add_bucket(bucket);
    const HashedKey wanted = hashed(key);
    auto* node = in->table.find(wanted);
    if (node == nullptr) {
      node = &in->table.add(wanted, Entry{});
      count(*in);
    }
    return node->entry;
  }

  void changed(std::int64_t bucket, Entry& entry) {
    (void)bucket;
    auto& node = Node<Entry>::of(entry);
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
    auto* const node = in->table.find(wanted);
    if (node == nullptr) return false;
    store_.account(-static_cast<std::ptrdiff_t>(node->told_bytes));
    in->table.remove(*node, wanted.hash);
    count(*in);
    if (in->table.size() == 0) drop(bucket);
    return true;
  }

  // The whole bucket at once; one that is not there is fine.
  void drop(std::int64_t bucket) {
    const auto at = buckets_.find(bucket);
    if (at != buckets_.end()) forget(at);
  }

  // visit(std::string_view key, Entry&) for each entry of the bucket. In any order: no result may depend on it. What it
  // does to the entry is kept when it calls changed(); else it calls nothing of these Buckets. The entry is good until
  // visit returns.
  template <typename Visit>
  void each(std::int64_t bucket, Visit visit) {
    const auto at = buckets_.find(bucket);
    if (at == buckets_.end()) return;
    at->second.table.each([&](Node<Entry>& node) { visit(node.key(), node.entry); });
  }

  // As each(), in the order of SortKey.
  template <typename Visit>
  void each_sorted(std::int64_t bucket, Visit visit) {
    const auto at = buckets_.find(bucket);
    if (at == buckets_.end()) return;
    for (const Sorted& one : sorted(at->second)) visit(one.node->key(), one.node->entry);
  }

  // How many entries a bucket has.
  std::size_t size(std::int64_t bucket) const {
    const auto at = buckets_.find(bucket);
    return at == buckets_.end() ? 0 : at->second.table.size();
  }

  // The smallest bucket with an entry, and the smallest above another.
  std::optional<std::int64_t> first_bucket() const { return number_of(buckets_.begin()); }
  std::optional<std::int64_t> next_bucket(std::int64_t after) const {
    return number_of(buckets_.upper_bound(after));
  }

 private:
  struct Bucket {
    HotTable<Entry> table;
    std::size_t told_bytes = 0;
  };
  using BucketMap = std::map<std::int64_t, Bucket>;

  HashedKey hashed(std::string_view key) const { return {key, hash_key(key, store_.hash_seed())}; }

  // Most events go where the one before went.
  Bucket* bucket_at(std::int64_t bucket) {
    if (last_ != nullptr && last_number_ == bucket) return last_;
    const auto at = buckets_.find(bucket);
    if (at == buckets_.end()) return nullptr;
    last_number_ = bucket;
    return last_ = &at->second;
  }
  Bucket* add_bucket(std::int64_t bucket) {
    last_ = &buckets_[bucket];
    last_number_ = bucket;
    count(*last_);
    return last_;
  }
  void forget(typename BucketMap::iterator at) {
    Bucket& bucket = at->second;
    if (last_ == &bucket) last_ = nullptr;
    std::size_t beyond = 0;
    bucket.table.each([&](Node<Entry>& node) { beyond += node.told_bytes; });
    store_.account(-static_cast<std::ptrdiff_t>(bucket.told_bytes + beyond));
    buckets_.erase(at);
  }
  void count(Bucket& bucket) {
    const std::size_t bytes = bucket.table.bytes() + kBucketBytes;
    store_.account(static_cast<std::ptrdiff_t>(bytes) - static_cast<std::ptrdiff_t>(bucket.told_bytes));
    bucket.told_bytes = bytes;
  }
  std::optional<std::int64_t> number_of(typename BucketMap::const_iterator at) const {
    if (at == buckets_.end()) return std::nullopt;
    return at->first;
  }

  // The bytes of the order, made once for every key: the first eight decide nearly always.
  struct Sorted {
    std::uint64_t prefix;
    std::size_t begin, size;  // in sort_keys_
    Node<Entry>* node;
  };
  std::vector<Sorted> sorted(const Bucket& bucket) {
    std::vector<Sorted> all;
    all.reserve(bucket.table.size());
    sort_keys_.clear();
    bucket.table.each([&](Node<Entry>& node) {
      const std::size_t begin = sort_keys_.size();
      sort_key_(node.key(), sort_keys_);
      const std::size_t size = sort_keys_.size() - begin;
      unsigned char first[8] = {};
      std::memcpy(first, sort_keys_.data() + begin, std::min<std::size_t>(size, 8));
      all.push_back({base::load_be<std::uint64_t>(first), begin, size, &node});
    });
    std::sort(all.begin(), all.end(), [this](const Sorted& a, const Sorted& b) {
      if (a.prefix != b.prefix) return a.prefix < b.prefix;
      return sort_keys_.view().substr(a.begin, a.size) < sort_keys_.view().substr(b.begin, b.size);
    });
    return all;
  }

  static constexpr std::size_t kBucketBytes = sizeof(Bucket) + 64;  // with its place in the map

  Store& store_;
  const std::string name_;
  const SortKey sort_key_;
  BucketMap buckets_;
  Bucket* last_ = nullptr;
  std::int64_t last_number_ = 0;
  base::Buffer sort_keys_;
};

}  // namespace weir::state
