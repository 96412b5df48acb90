// Several expressions of one event: what window, join and table read of it (its time, its keys, what they aggregate).
// Those that are known to give exactly one result are compiled into one program, so that the event is scanned once for
// all of them; an expression that may give none or several has an evaluator of its own.
//
//   expr::Fields fields({{"--ts", "at"}, {"--by", ".user"}}, setup, settings);
//   if (fields.of_line(line) == expr::Fields::Seen::all) use(fields.value(1));
//
// Values  no result is null, several are a fault of that field. A condition is true when a result is neither false nor
//         null, as filter judges; one that fails is false, and has a fault.
// Errors  the constructor throws Error(Kind::usage) that points at the place in the expression.
// Memory  as Evaluator's: lines need json::kPadding readable bytes behind them. Threads: one.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "expr/evaluator.h"
#include "expr/program.h"

namespace weir::expr {

class Fields {
 public:
  struct Field {
    enum class Kind { value, condition };
    std::string flag;        // as messages call it: "--by"
    std::string expression;  // `host` alone means `.host`
    Kind kind = Kind::value;
  };
  // Settings::tombstones does not matter here: a tombstone is seen, with null for `.`, and tombstone() tells.
  Fields(std::vector<Field> fields, const Setup& setup, const Evaluator::Settings& settings);

  enum class Seen {
    all,    // every field has its value
    some,   // at least one has a fault instead; the others have theirs
    blank,  // nothing but white space: no event at all
    bad,    // not JSON, or not an envelope: fault() says why
  };
  Seen of_line(std::string_view line);
  Seen of_envelope(std::string_view line);         // requires Setup::envelope
  Seen of_record(const record::Envelope& record);  // a record of a log, as the envelope it would be
  stream::Fault fault() const;                     // of an event that is bad
  bool tombstone() const { return tombstone_; }  // the last event was an envelope or a record without a value

  // By the place in the constructor's list; good until the next event.
  const Value& value(std::size_t field) const { return values_[field]; }  // null where it has a fault
  bool holds(std::size_t field) const { return truthy(values_[field]); }
  std::optional<stream::Fault> fault(std::size_t field) const {
    if (!own_[field]->failed) return std::nullopt;
    return fault_of(field);
  }

  std::size_t size() const { return fields_.size(); }
  const Field& field(std::size_t place) const { return fields_[place]; }
  const Program& program(std::size_t field) const { return own_[field]->program; }  // for --explain

 private:
  struct Own {
    Own(const Field& field, const Setup& setup, const Evaluator::Settings& settings);
    Program program;
    Evaluator evaluator;
    bool failed = false;
    bool several = false;
  };
  stream::Fault fault_of(std::size_t field) const;
  void forget_failures();
  void join(const Setup& setup, const Evaluator::Settings& settings);
  template <typename Each>
  Seen see(Each each);
  template <typename Each>
  Verdict see_together(Each each);
  template <typename Each>
  Verdict see_alone(std::size_t field, Each each);

  std::vector<Field> fields_;
  std::vector<std::unique_ptr<Own>> own_;
  std::vector<std::size_t> together_, alone_;  // places, in ascending order
  std::optional<Program> joint_;
  std::optional<Evaluator> evaluator_;  // of joint_
  std::vector<Value> values_;
  const Evaluator* bad_ = nullptr;  // the one that says why the event is bad
  bool tombstone_ = false;
  bool any_failed_ = false;  // a field of the last event may have a fault
};

}  // namespace weir::expr
