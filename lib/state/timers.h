// What is due at a time, handed out in order of (time, item): a calendar queue. Times lie in coarse slots, and only
// the first slot is ever put in order, so that adding costs no more than an append.
//
// Item     small, and ordered by <, which decides between equal times: the arrival number first.
// Memory   told to the store, where one is given; timers themselves are never spilled.
// Threads  one.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "base/assert.h"
#include "state/store.h"

namespace weir::state {

template <typename Item>
class Timers {
 public:
  // `width_ms`: of a slot, at least 1. An eighth of how far ahead most times lie is right.
  explicit Timers(std::int64_t width_ms, Store* store = nullptr) : width_(width_ms), store_(store) {
    WEIR_ASSERT(width_ms > 0);
  }
  Timers(const Timers&) = delete;
  ~Timers() { tell(-static_cast<std::ptrdiff_t>(told_)); }

  void add(std::int64_t time, Item item) {
    const std::int64_t slot = slot_of(time);
    auto& items = slots_[slot];
    const std::size_t before = items.capacity();
    items.push_back(Due{time, std::move(item)});
    ++size_;
    count(before, items.capacity());
    if (slot == ordered_) std::push_heap(items.begin(), items.end(), later);
  }

  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  // The smallest time there is. Not empty.
  std::int64_t first_time() { return first().front().time; }
  const Item& first_item() { return first().front().item; }
  // Takes the first of all out. Not empty.
  Item pop() {
    std::vector<Due>& items = first();
    std::pop_heap(items.begin(), items.end(), later);
    Item item = std::move(items.back().item);
    items.pop_back();
    --size_;
    if (items.empty()) {
      count(items.capacity(), 0);
      slots_.erase(slots_.begin());
      ordered_ = kNone;
    }
    return item;
  }

 private:
  struct Due {
    std::int64_t time;
    Item item;
  };
  static constexpr std::int64_t kNone = INT64_MIN;  // no slot: see slot_of

  static bool later(const Due& a, const Due& b) {
    if (a.time != b.time) return b.time < a.time;
    return b.item < a.item;
  }
  // Rounds down; one up from the lowest, which is kNone.
  std::int64_t slot_of(std::int64_t time) const {
    const std::int64_t slot = time / width_ - (time % width_ < 0 ? 1 : 0);
    return std::max(slot, INT64_MIN + 1);
  }
  std::vector<Due>& first() {
    WEIR_ASSERT(size_ > 0);
    auto& [slot, items] = *slots_.begin();
    if (slot != ordered_) {
      std::make_heap(items.begin(), items.end(), later);
      ordered_ = slot;
    }
    return items;
  }
  void count(std::size_t before, std::size_t after) {
    tell((static_cast<std::ptrdiff_t>(after) - static_cast<std::ptrdiff_t>(before)) *
         static_cast<std::ptrdiff_t>(sizeof(Due)));
  }
  void tell(std::ptrdiff_t bytes) {
    if (store_ == nullptr || bytes == 0) return;
    told_ += static_cast<std::size_t>(bytes);
    store_->account(bytes);
  }

  const std::int64_t width_;
  Store* const store_;
  std::map<std::int64_t, std::vector<Due>> slots_;
  std::int64_t ordered_ = kNone;  // the slot that is a heap
  std::size_t size_ = 0;
  std::size_t told_ = 0;
};

}  // namespace weir::state
