// What the processes of the kill test tell each other: one page of shared memory that outlives each of them.
#pragma once

#include <atomic>
#include <cstdint>

namespace weir::crash {

inline constexpr int kAppenders = 8;
inline constexpr int kTails = 2;

enum class Doing : std::uint32_t {
  idle,
  appending,  // inside append(): waiting for the lock, or holding it
  holding,    // inside append(), under the append lock
  syncing,    // written, not yet acknowledged
};

struct AppenderState {
  std::atomic<Doing> doing{Doing::idle};
  std::atomic<std::int64_t> acknowledged{0};  // records: sequences below this are safe
  std::atomic<std::uint32_t> die_in{0};       // system calls under the lock until it kills itself; 0: never
  std::atomic<std::uint32_t> refused{0};      // appends that the log judged out of order
};

struct TailState {
  std::atomic<std::int64_t> read{0};  // records
  std::atomic<std::uint32_t> violations{0};
};

struct Board {
  std::atomic<bool> stop{false};        // appenders
  std::atomic<bool> tails_stop{false};  // at the end of the log
  AppenderState appenders[kAppenders];
  TailState tails[kTails];
};

// Shared with every process that is forked afterwards.
class SharedBoard {
 public:
  SharedBoard();
  ~SharedBoard();
  SharedBoard(const SharedBoard&) = delete;
  SharedBoard& operator=(const SharedBoard&) = delete;
  Board& operator*() { return *board_; }
  Board* operator->() { return board_; }

 private:
  Board* board_;
};

}  // namespace weir::crash
