#include "state/disk.h"

#include <utility>

#include "base/assert.h"

namespace weir::state {
namespace {

constexpr std::size_t kBatch = 1u << 20;  // what gathers before it is written

constexpr char kUndo = 'u';  // and the key that was written
constexpr char kWasAbsent = 0, kWasThere = 1;

}  // namespace

std::string behind(std::string_view prefix) {
  std::string next(prefix);
  while (!next.empty() && next.back() == '\xff') next.pop_back();
  WEIR_ASSERT(!next.empty());
  next.back() = static_cast<char>(next.back() + 1);
  return next;
}

Disk::Disk(std::unique_ptr<Backing> backing, Lifetime lifetime, std::size_t bytes_at_once)
    : backing_(std::move(backing)), lifetime_(lifetime), bytes_at_once_(bytes_at_once) {
  if (lifetime_ == Lifetime::kept) undo_all();
}

void Disk::put(std::string_view key, std::string_view value) {
  if (careful()) keep_undo(key);
  backing_->put(key, value);
  commit_when_large();
}

void Disk::erase(std::string_view key) {
  if (careful()) keep_undo(key);
  backing_->erase(key);
  commit_when_large();
}

void Disk::erase_range(std::string_view from, std::string_view to) {
  if (!careful()) return backing_->erase_range(from, to);
  const auto all = backing_->scan(from, to);
  while (all->next()) erase(all->key());
}

void Disk::settle() {
  if (backing_->gathered_bytes() > 0) backing_->commit(Backing::Commit::visible);
}

void Disk::begin_save(std::size_t bytes) {
  WEIR_ASSERT(lifetime_ == Lifetime::kept);
  settle();
  whole_ = bytes <= bytes_at_once_;
}

void Disk::end_save() {
  const std::string undo(1, kUndo);
  if (undoable_) backing_->erase_range(undo, behind(undo));
  backing_->commit(Backing::Commit::durable);
  undoable_ = whole_ = false;
}

void Disk::keep_undo(std::string_view key) {
  undo_key_.assign(1, kUndo).append(key);
  if (undoable_ && backing_->get(undo_key_, seen_)) return;
  undoable_ = true;
  const bool there = backing_->get(key, seen_);
  old_.clear();
  old_.push(there ? kWasThere : kWasAbsent);
  if (there) old_.append(seen_.view());
  backing_->put(undo_key_, old_.view());
}

void Disk::commit_when_large() {
  if (!whole_ && backing_->gathered_bytes() >= kBatch) settle();
}

// Each batch undoes some keys and forgets their records, so that a crash in between leaves the rest to be undone.
void Disk::undo_all() {
  const std::string first(1, kUndo);
  const auto records = backing_->scan(first, behind(first));
  while (records->next()) {
    const std::string_view key = records->key().substr(1), was = records->value();
    if (!was.empty() && was.front() == kWasThere) {
      backing_->put(key, was.substr(1));
    } else {
      backing_->erase(key);
    }
    backing_->erase(records->key());
    if (backing_->gathered_bytes() >= kBatch) settle();
  }
  settle();
}

}  // namespace weir::state
