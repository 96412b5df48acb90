// Bad events: what happens to an event that cannot be handled (bad JSON, a type error, a line too long). One
// policy for all tools, --on-error and --max-errors.
//
// Whoever finds a bad event calls bad(), takes the row out of its batch and goes on with the next. Nothing is
// thrown here: under `fail` the loop writes the rows before the bad one, settles, and ends with halted().
// Threads: the loop's thread only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/error.h"
#include "record/headers.h"
#include "stream/batch.h"
#include "stream/block_arena.h"
#include "stream/stage.h"

namespace weir::stream {

// Why an event is bad.
struct Fault {
  std::string_view code;  // stable: "bad_json", "line_too_long"
  std::string
      message;  // in the user's words: "line is not valid JSON: expected ',' or '}' after a value"; what is
                // longer than 2,000 bytes is cut
  std::size_t column = 0;              // byte of the line, from 1; 0: not known
  std::string hint = {};               // pasteable; empty: how to keep going
  base::Kind kind = base::Kind::data;  // of the error that the run ends with where no bad event is allowed
};

class Errors {
 public:
  enum class Policy { fail, skip, dead_letter };
  enum class Form {
    envelopes,  // dead letters are lines: envelopes with `error`, `tool`, `source`, `line`, `byte` (a FILE)
    records,    // dead letters are records with weir-error-* headers (a topic)
  };
  struct Options {
    std::string tool;  // as messages call it: "filter"
    Policy policy = Policy::fail;
    std::optional<std::uint64_t> max_errors = {};  // the run fails when more than so many events were bad
    Sink* dead_letters = nullptr;  // borrowed; required by, and only with, Policy::dead_letter
    Form form = Form::envelopes;
    base::Clock* clock = &base::system_clock();  // for the time of a letter whose event has none
  };

  explicit Errors(Options options);

  // Row `row` of the batch is bad. Call it before the row's bytes are changed, in order of rows. Returns false when the
  // run is to end: the caller may then leave the rest of the batch alone.
  bool bad(const Batch& batch, std::size_t row, const Fault& fault);

  // An event that never became a row. Returns as bad().
  struct Place {
    const Input* input = nullptr;
    std::uint64_t line = 0;   // from 1
    std::uint64_t byte = 0;   // where the line begins
    std::uint32_t index = 0;  // what Line::index would have been
  };
  struct Unread {
    // beginning: what was read of an event that is too long. Its dead letter has at most kBeginningBytes of that, and
    // its `error` says in `kept` how many (cut_letter.h).
    enum class Read { whole, beginning };
    std::string_view bytes;
    Read read = Read::whole;
  };
  static constexpr std::size_t kBeginningBytes = 64u << 10;
  bool bad_unread(const Place& place, const Unread& event, const Fault& fault);
  // One that its source handed on. `index`: what its Line::index would have been in the present batch.
  bool bad_unread(const UnreadEvent& event, std::uint32_t index);

  // A row that a sink had taken, and could not store for what it is. None: skipped or kept as a dead letter. Else, with
  // nothing done, why the run ends: the policy does not allow it. It does not count as one of bad_rows().
  std::optional<base::Error> refused(const Batch& batch, std::size_t row, const Fault& fault);

  // For the loop. The first row of the present batch that is not to be handled; none while all is well.
  std::optional<std::uint32_t> halted_at() const { return halted_at_; }
  const std::optional<base::Error>& halted() const { return halted_; }
  Sink* dead_letters() const { return options_.dead_letters; }
  // Hands the dead letters so far to `to`, as belonging to `ticket`.
  Flow deliver(Ticket ticket, Sink& to);
  bool has_letters() const { return !letters_.lines.empty(); }

  std::uint64_t skipped() const { return skipped_; }
  std::uint64_t dead() const { return dead_; }
  std::uint64_t unread() const { return unread_; }      // events that never became a row
  std::uint64_t bad_rows() const { return bad_rows_; }  // rows that are among skipped() or dead()
  std::uint64_t refused() const { return refused_; }    // as well, after a sink had taken them

 private:
  struct Subject;
  Subject subject_of(const Batch& batch, std::size_t row, record::HeapArena& scratch) const;
  bool too_many() const { return options_.max_errors && skipped_ + dead_ >= *options_.max_errors; }
  void count(const Subject& subject, const Fault& fault);
  bool judge(const Subject& subject, std::uint32_t index, const Fault& whole);
  base::Error error_of(const Subject& subject, const Fault& fault) const;
  void keep(const Subject& subject, const Fault& fault);
  std::string added_members(const Subject& subject, const Fault& fault) const;

  Options options_;
  std::optional<std::uint32_t> halted_at_;
  std::optional<base::Error> halted_;
  BlockArena arena_;
  Batch letters_;
  base::Buffer line_;
  record::HeadersBuilder headers_;
  std::uint64_t skipped_ = 0, dead_ = 0, unread_ = 0, bad_rows_ = 0, refused_ = 0;
};

struct UnreadEvent {
  Errors::Place place;
  std::string bytes;
  Errors::Unread::Read read = Errors::Unread::Read::whole;
  Fault fault;
};

}  // namespace weir::stream
