// Memory for the cells of one bucket: a cell is an entry with its key behind it. Cells keep their address until they
// are released, or the arena is compacted; a bucket that goes frees them all at once.
//
// Layout   chunks that grow with the arena, from 1 KiB to 64 KiB. A cell of more than half a KiB has a chunk of its own,
//          so that what it took is given back when it goes.
// Reuse    a released cell serves the next one of its size.
// Bytes    bytes() is what was taken from the system's allocator, its own overhead included.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

namespace weir::state {

// What stands in front of every entry.
struct alignas(16) Cell {
  std::uint32_t room;      // bytes of the cell, this header included
  std::uint32_t key_size;  // bytes of the key behind the entry
  std::uint32_t change;    // place in the list of changes; kUnchanged: the backing has it as it is
  bool live;               // false: released
  bool used;               // since the last sweep
  bool kept;               // the backing has it, perhaps as it was before
  bool erased;             // stays until the backing knows
};
inline constexpr std::uint32_t kUnchanged = UINT32_MAX;

class Arena {
 public:
  Arena() = default;
  Arena(const Arena&) = delete;
  ~Arena() { clear(); }  // entries are not destroyed: their bucket does that

  // A live cell of at least `bytes` bytes, header included; what is behind `live` is cleared, the rest is for the caller
  // to fill in. Throws std::bad_alloc.
  Cell* allocate(std::size_t bytes);
  void release(Cell* cell);
  void clear();
  std::size_t bytes() const { return bytes_; }

  // Calls visit(Cell&) for every live cell; it may release that one and no other, and allocate none.
  template <typename Visit>
  void each(Visit visit) const {
    for (Chunk* chunk = chunks_; chunk != nullptr;) {
      Chunk* const next = chunk->next;  // a cell with a chunk of its own takes it along
      each_of(chunk, visit);
      chunk = next;
    }
  }

  // Frees chunk after chunk, until enough() says so or all are done: visit(Cell&) takes out what is worth keeping, for
  // which it may allocate, and forgets the cell. A cell for which it throws stays as it is.
  template <typename Visit, typename Enough>
  void compact(Visit visit, Enough enough) {
    struct Rest {  // puts back what is left, also when visit throws
      Arena& arena;
      Chunk* chunks;
      ~Rest() { arena.attach(chunks); }
    } rest{*this, std::exchange(chunks_, nullptr)};
    free_.reset();
    bump_ = bump_end_ = nullptr;
    const auto take = [&](Cell& cell) {
      visit(cell);
      cell.live = false;
    };
    while (rest.chunks != nullptr && !enough()) {
      each_of(rest.chunks, take);
      Chunk* const next = rest.chunks->next;
      free_chunk(rest.chunks);
      rest.chunks = next;
    }
  }

 private:
  struct alignas(16) Chunk {
    Chunk* next;
    Chunk* previous;
    std::size_t size;  // of all of it
    std::size_t used;  // bytes of cells
    char* begin() { return reinterpret_cast<char*>(this + 1); }
  };
  static constexpr std::size_t kStep = 16;
  static constexpr std::size_t kSharedMax = 512;
  static constexpr std::size_t kFirstChunk = 1u << 10, kLargestChunk = 64u << 10;
  using FreeLists = std::array<Cell*, kSharedMax / kStep + 1>;

  template <typename Visit>
  static void each_of(Chunk* chunk, Visit&& visit) {
    char* at = chunk->begin();
    const char* const end = at + chunk->used;
    while (at != end) {
      Cell& cell = *reinterpret_cast<Cell*>(at);
      at += cell.room;
      if (cell.live) visit(cell);
    }
  }
  static Cell*& next_free(Cell* cell) { return *reinterpret_cast<Cell**>(cell + 1); }

  Chunk* add_chunk(std::size_t size);
  void free_chunk(Chunk* chunk);
  void attach(Chunk* chunks);
  void keep_free(Cell* cell);

  Chunk* chunks_ = nullptr;
  Chunk* current_ = nullptr;  // where bump_ is
  char* bump_ = nullptr;      // room for the next cell in the newest shared chunk
  char* bump_end_ = nullptr;
  std::unique_ptr<FreeLists> free_;  // by size, made at the first release
  std::size_t bytes_ = 0;
};

}  // namespace weir::state
