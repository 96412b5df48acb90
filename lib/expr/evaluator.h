// Runs a program on events, one after the other: scans the line, checks it, judges it or hands its results on.
// Memory: reads up to json::kPadding bytes behind a line (they must be readable); allocates nothing for an ordinary event.
// Threads: one per thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/buffer.h"
#include "base/zone.h"
#include "expr/event_tree.h"
#include "expr/line_engine.h"
#include "expr/program.h"
#include "json/error.h"
#include "json/scanner.h"
#include "record/arena.h"
#include "record/envelope.h"
#include "stream/errors.h"

namespace weir::expr {

enum class Verdict : std::uint8_t {
  no,         // judged: every result is false or null, or there is none; handed on: there is none
  yes,        // judged: some result is neither; handed on: there is one
  blank,      // nothing but white space: no event at all
  tombstone,  // an envelope without a value: not for the expression to judge, unless asked for
  bad,        // not JSON, not an envelope, or the expression failed on it: fault() says why
};

// What one event may take; an ordinary one takes fewer than a hundred.
inline constexpr std::uint64_t kDefaultMaxSteps = 50'000'000;

class Evaluator {
 public:
  struct Settings {
    json::Check check = json::Check::whole_line;
    bool tombstones = false;  // `.` is null for a tombstone, and the expression judges
    std::uint64_t max_steps = kDefaultMaxSteps;
    base::Zone zone = {};  // what localtime, mktime and strflocaltime obey
  };
  // Borrows `program`.
  Evaluator(const Program& program, const Settings& settings);

  // A line whose whole is the value. After the first result that is true nothing more is evaluated.
  Verdict judge(std::string_view line);
  // An envelope line (-J). Requires program.envelope().
  Verdict judge_envelope(std::string_view line);
  // A record of a log, seen as the envelope it would be.
  Verdict judge_record(const record::Envelope& record);

  // The same three, for every result: handed to `emit` in order, until that says stop. Never `failed` from there.
  // Results before an error are handed on before it is known: whoever wants all or nothing waits for the verdict.
  Verdict each(std::string_view line, const Emit& emit);
  Verdict each_of_envelope(std::string_view line, const Emit& emit);
  Verdict each_of_record(const record::Envelope& record, const Emit& emit);

  // Quickly, for an expression that is nothing but paths, `.a, .b.c`: its results of a line, one after the other in `to`.
  // False: it is another one, or not all is well with the line; each() says what then. Results are good until the next
  // call.
  bool paths_of_line(std::string_view line, std::span<Value> to);

  // What the last envelope line was found to be, for whoever reads the rest of it.
  record::KnownOfLine known_of_envelope() const;

  // The last event was an envelope or a record without a value.
  bool tombstone() const { return tombstone_; }

  // Was the last event, which was bad, a good event on which the expression failed?
  bool expression_failed() const { return why_ == Why::expression; }
  // Why the last event was bad. Its `hint` is mostly left to the policy.
  stream::Fault fault() const;

 private:
  // Without `emit`: to judge.
  Verdict on_line(std::string_view line, const Emit* emit);
  Verdict on_envelope(std::string_view line, const Emit* emit);
  Verdict on_record(const record::Envelope& record, const Emit* emit);
  Verdict run(const Event& event, const Emit* emit);
  Verdict decide(const Event& event);
  Verdict hand_on(const Event& event, const Emit& emit);
  bool hand_on_slots(const Event& event, const Emit& emit);
  Verdict again_on_tree(const Event& event, const Emit* emit);
  Verdict failed();
  Verdict not_json();
  bool fill_envelope(Event& event, bool& tombstone);
  void fill_members(Event& event);
  Verdict not_an_envelope(std::string what, std::string_view hint = {});
  stream::Fault expression_fault() const;

  const Program& program_;
  const Settings settings_;
  LineEngine engine_;
  std::optional<EventTree> tree_;  // runs instead of it, when the program says so
  // Runs the events that it gave up; made when the first comes.
  std::optional<TreeProgram> again_program_;
  std::optional<EventTree> again_;
  bool on_again_ = false;        // the last event was one of them
  std::uint64_t handed_on_ = 0;  // results of the present event
  // Of an expression that is nothing but paths, `.a, .b.c`: their slots, which are its results as they are.
  std::vector<std::uint32_t> plain_slots_;
  json::Scanner line_scanner_;
  json::Scanner envelope_scanner_;
  std::vector<Value> slots_;  // of an envelope whose value is no plain member
  Scratch scratch_;           // for what $key and $headers are made into
  base::Buffer rendered_;     // the envelope of a record
  enum class Why : std::uint8_t { none, json, envelope, expression } why_ = Why::none;
  json::Error json_error_;
  std::string envelope_error_;
  std::string_view envelope_hint_;
  bool tombstone_ = false;
};

}  // namespace weir::expr
