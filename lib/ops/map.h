// Writes the results of an expression for every event: each result a row, in jq's order; none, and the event is dropped.
//   lines      a result is a line of compact JSON, or with Settings::raw a string's own text
//   envelopes  a result is the value of an envelope that is otherwise the event's; a null result is the text null, never
//              a tombstone; tombstones pass unchanged, unless the evaluator's settings show them as null
//   records    as envelopes when the program is for envelopes, else as lines
// All or nothing: an event is bad when the expression fails on it, even after some results, or when a result cannot be a
// row of its own; then none of its results goes out, and its dead letter is the whole event.
// Limits: a result may be Settings::max_line bytes, those of one event eight times that together. An envelope may be six
// times as long as the result in it (stream::kEnvelopeFactor), and so may those of one event together.
// Memory: that of the results of one event and 256 KiB, however many results a batch has.
// Threads: the loop's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/buffer.h"
#include "expr/evaluator.h"
#include "expr/program.h"
#include "ops/envelope_rest.h"
#include "record/arena.h"
#include "stream/block_arena.h"
#include "stream/stage.h"

namespace weir::ops {

class Map final : public stream::Operator {
 public:
  struct Settings {
    bool raw = false;
    std::optional<std::uint64_t> limit;  // need nothing further after so many results
    std::size_t max_line = 16u << 20;
    expr::Evaluator::Settings evaluator;
  };
  // Borrows `program`. `rest`: only with envelopes; none: it stays as it is.
  Map(const expr::Program& program, const Settings& settings, std::unique_ptr<EnvelopeRest> rest = nullptr);

  stream::Flow on_batch(stream::Batch& batch, stream::Context& context) override;

 private:
  void begin(const stream::Batch& batch);
  stream::Flow hand_on(stream::Context& context);

  bool make(const stream::Batch& batch, std::size_t row);
  expr::Verdict evaluate(const stream::Batch& batch, std::size_t row);
  expr::Status take(const expr::Value& value);
  void append(const expr::Value& value);
  bool fits(std::string_view result);
  bool refuse(std::string_view code, std::string message, std::string hint);

  bool put_lines(std::uint32_t index);
  bool put_envelopes(const stream::Batch& batch, std::size_t row);
  bool open_envelope(const stream::Batch& batch, std::size_t row, record::Envelope& envelope);
  void pass_on(const stream::Batch& batch, std::size_t row);
  void put_row(std::string_view line, std::uint32_t index);

  const Settings settings_;
  const expr::Program& program_;
  expr::Evaluator evaluator_;
  std::unique_ptr<EnvelopeRest> rest_;

  // Of one event: its results with a newline behind each, and where each ends; whether it has more than were wanted.
  std::string text_;
  std::vector<std::size_t> ends_;
  bool more_results_ = false;
  std::optional<stream::Fault> fault_;
  std::string string_;         // a raw string without its escapes
  record::HeapArena decoded_;  // the envelope of an event
  base::Buffer envelope_;      // one that is written

  stream::Batch made_;  // what has not been handed on yet
  std::size_t made_bytes_ = 0;
  stream::BlockArena arena_;
  std::uint64_t results_ = 0;  // put so far
};

}  // namespace weir::ops
