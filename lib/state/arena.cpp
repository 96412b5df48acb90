#include "state/arena.h"

#include <algorithm>
#include <cstdlib>
#include <new>

namespace weir::state {
namespace {

constexpr std::size_t kAllocatorOverhead = 16;

}  // namespace

Cell* Arena::allocate(std::size_t bytes) {
  // Room for the link of a free list behind the header.
  const std::size_t room = (std::max(bytes, sizeof(Cell) + sizeof(Cell*)) + kStep - 1) / kStep * kStep;
  Cell* cell = nullptr;
  if (room > kSharedMax) {
    Chunk* const own = add_chunk(sizeof(Chunk) + room);
    own->used = room;
    cell = reinterpret_cast<Cell*>(own->begin());
  } else if (free_ != nullptr && (*free_)[room / kStep] != nullptr) {
    cell = (*free_)[room / kStep];
    (*free_)[room / kStep] = next_free(cell);
  } else {
    if (static_cast<std::size_t>(bump_end_ - bump_) < room) {
      current_ = add_chunk(std::clamp(bytes_, kFirstChunk, kLargestChunk));
      bump_ = current_->begin();
      bump_end_ = reinterpret_cast<char*>(current_) + current_->size;
    }
    cell = reinterpret_cast<Cell*>(bump_);
    bump_ += room;
    current_->used += room;
  }
  cell->room = static_cast<std::uint32_t>(room);
  cell->change = kUnchanged;
  cell->live = true;
  cell->used = cell->kept = cell->erased = false;
  return cell;
}

void Arena::release(Cell* cell) {
  if (cell->room > kSharedMax) {
    free_chunk(reinterpret_cast<Chunk*>(cell) - 1);
    return;
  }
  cell->live = false;
  keep_free(cell);
}

void Arena::clear() {
  while (chunks_ != nullptr) free_chunk(chunks_);
  free_.reset();
  current_ = nullptr;
  bump_ = bump_end_ = nullptr;
  bytes_ = 0;
}

void Arena::keep_free(Cell* cell) {
  if (free_ == nullptr) {
    free_ = std::make_unique<FreeLists>();
    free_->fill(nullptr);
  }
  Cell*& head = (*free_)[cell->room / kStep];
  next_free(cell) = head;
  head = cell;
}

Arena::Chunk* Arena::add_chunk(std::size_t size) {
  void* const memory = std::malloc(size);
  if (memory == nullptr) throw std::bad_alloc();
  Chunk* const chunk = new (memory) Chunk{chunks_, nullptr, size, 0};
  if (chunks_ != nullptr) chunks_->previous = chunk;
  chunks_ = chunk;
  bytes_ += size + kAllocatorOverhead;
  return chunk;
}

void Arena::free_chunk(Chunk* chunk) {
  if (chunk->next != nullptr) chunk->next->previous = chunk->previous;
  if (chunk->previous != nullptr) chunk->previous->next = chunk->next;
  if (chunks_ == chunk) chunks_ = chunk->next;
  bytes_ -= chunk->size + kAllocatorOverhead;
  std::free(chunk);
}

// Puts chunks behind those there are, their released cells for use again.
void Arena::attach(Chunk* chunks) {
  while (chunks != nullptr) {
    Chunk* const next = chunks->next;
    chunks->next = chunks_;
    chunks->previous = nullptr;
    if (chunks_ != nullptr) chunks_->previous = chunks;
    chunks_ = chunks;
    for (char* at = chunks->begin(); at != chunks->begin() + chunks->used;) {
      Cell* const cell = reinterpret_cast<Cell*>(at);
      at += cell->room;
      if (!cell->live) keep_free(cell);
    }
    chunks = next;
  }
}

}  // namespace weir::state
