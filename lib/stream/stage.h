// The roles on the path source -> operators -> sink. stream::run (run.h) is the only loop that drives them.
// Threads: everything here is called from the loop's thread. A stage may own threads; it then tells the loop
// through its wait_fd.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "stream/batch.h"

namespace weir::stream {

enum class Pull {
  batch,        // there are rows, or a mark, or at least a newer ticket
  would_block,  // nothing now: wait for wait_fd
  end,          // ended cleanly; next() is not called again
  torn_end,     // ended without saying so; matters to checkpoints
};

enum class Flow {
  more,
  full,  // not now: wait for the sink's fd, then hand the same batch over again
  stop,  // "I need nothing further", as `| head` does: a normal end
};

constexpr std::chrono::milliseconds kAttendEvery{100};

class Source {
 public:
  virtual ~Source() = default;
  virtual Pull next(Batch& batch) = 0;  // never blocks; `batch` is cleared first
  virtual int wait_fd()
      const = 0;  // readable when next() may have more; an epoll fd may stand for many; -1: none
  virtual void commit(Ticket) {}  // all up to this ticket is safe downstream: the position may be remembered
  // The run ends within the batch that next() gave last: only its first `rows` rows, at least one and not all, were
  // handled. Returns the ticket that stands for them and is then the newest; a source that cannot tell returns `before`,
  // the ticket of the batch before.
  virtual Ticket cut(std::size_t rows, Ticket before) { return (void)rows, before; }
  // The run is to stop: read no more. True: what was read already still comes from next(), until it returns
  // `end`. False: nothing is held back, next() is not called again. While a write blocks it is called again and again.
  virtual bool drain() { return false; }

  // After would_block: more is known to be there, and only not here yet. A merge by time waits for it.
  virtual bool behind() const { return false; }

  // Others wait for this source to answer (the members of its group), whatever becomes of its rows. Where it says so,
  // attend() is called at least every kAttendEvery while nobody asks for rows, also from within a write that blocks.
  // It hands out nothing and throws nothing: next() throws what it found.
  virtual bool needs_attention() const { return false; }
  virtual void attend() {}

  struct Meter {
    std::uint64_t bytes = 0;            // read so far
    std::optional<std::uint64_t> size;  // of the whole input, where it is known
  };
  virtual Meter meter() const { return {}; }  // for progress and the summary
};

class Errors;

class Sink {
 public:
  virtual ~Sink() = default;
  // Before write(): rows that it cannot carry as they are become bad events and are taken out of the batch.
  virtual void screen(Batch&, Errors&) {}
  virtual Flow write(
      const Batch& batch) = 0;  // never blocks, except on an inherited descriptor such as stdout
  virtual Ticket acked() = 0;   // stored as safely as this sink stores
  // Rows were written that are not stored yet, whatever their ticket: where a run ends within a batch, the rows before
  // that place may bear the ticket of the batch before.
  virtual bool pending() const { return false; }
  virtual int wait_fd() const = 0;  // readable when `full` is over or an acknowledgement came; -1: none
  virtual void flush() = 0;         // start storing all that was written; acknowledgements may follow later
  // Called once before finish() when the source has ended by itself, so that what was written is all there is.
  virtual void input_ended() {}
  // Nothing more will be written: as flush(), also where flush() may hold rows back for a while (--linger). The loop
  // calls it once, when the source has ended or stopped, and then waits until all is acknowledged.
  virtual void finish() { flush(); }
  // Its reader went away, whether a write or a flush found out: nothing more will be acknowledged.
  virtual bool gone() const { return false; }
  virtual int watch_fd() const {
    return -1;
  }  // polled for POLLERR while idle, to notice a reader that went away
  virtual std::uint64_t bytes() const { return 0; }  // handed to the system so far, for the summary
  // Before the first write: a sink that may block calls `attend` at least every kAttendEvery while it does.
  virtual void while_blocked(std::function<void()> attend) { (void)attend; }
};

struct Context {
  Sink& out;  // the rest of the chain: for rows and marks an operator adds by itself. Never answers `full`.
  Errors& errors;
  // Set by an operator that needs nothing further and has not looked at all of its batch: Line::index of the first row
  // that it left alone. That row and those behind it count as not read: the source's position stays before them.
  std::optional<std::uint32_t> unread_from = {};
  // With unread_from: of the row before it only a part went out. It was read, and is to be read again for the rest.
  bool last_in_part = false;
  // For an operator that takes events (Operator::takes): how many of this batch became part of its results, and how many
  // came too late for that.
  std::uint64_t taken = 0;
  std::uint64_t late = 0;
  // From on_mark: the mark is for this operator alone, and not handed on.
  bool mark_taken = false;
  // Where late events go as they came; the loop's first side. Null: there is none. Never answers `full`.
  Sink* late_out = nullptr;
};

class Operator {
 public:
  virtual ~Operator() = default;
  // Changes the batch in place: more, or stop ("I need nothing further"; what is left in the batch still goes
  // out). Bytes a row points to lie in one of batch.blocks or live as long as the process.
  virtual Flow on_batch(Batch& batch, Context& context) = 0;
  virtual Flow on_mark(const Mark&, Context&) { return Flow::more; }  // the loop hands the mark on afterwards
  // No further row will come: the source ended by itself, or was drained after a signal. Not called when the run fails,
  // its reader went away or the source ended torn. Last rows go to context.out.
  virtual Flow on_end(Context&) { return Flow::more; }
  // The source has nothing more for now, and the run is to go on another time: all up to here has just been saved. Rows that
  // go to context.out stand behind what is saved: the next run cuts them off a file again, and says what holds by then. Not
  // called after a signal.
  virtual Flow on_suspend(Context&) { return Flow::more; }
  // It turns events into rows of its own (a window, a join): it takes every row out of the batch, and says in its context
  // what became of it. What it does not account for was dropped.
  virtual bool takes() const { return false; }
};

// What the summary prints. read = written + dropped + skipped + dead + late + failed + abandoned; where an operator takes
// events, `taken` stands in the place of `written`, which are its rows.
struct Totals {
  std::uint64_t read = 0;     // events that came in
  std::uint64_t written = 0;  // events that went out and were acknowledged
  std::uint64_t dropped = 0;  // left out by the tool's own rule (a filter's "no")
  std::uint64_t skipped = 0;  // bad events under --on-error skip
  std::uint64_t dead = 0;     // bad events kept as dead letters
  std::uint64_t late = 0;
  std::optional<std::uint64_t> taken = {};  // became part of results; none: no operator takes events
  std::uint64_t failed = 0;                 // read, and neither stored nor accounted for above
  std::uint64_t abandoned = 0;              // not written because the reader went away
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  double seconds = 0;
};

}  // namespace weir::stream
