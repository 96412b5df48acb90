// Passes on the events for which an expression is true. Rows are taken out of the batch; no byte is touched.
//   lines      the line is the value
//   envelopes  the line's `value` member is (value_text, value_base64 and kcat's payload are understood)
//   records    the record's value is; with -J the expression also sees its key, time and the rest
// Bad events go to the run's Errors and are not passed on. Lines without an event on them (empty, white space) vanish.
// Tombstones pass without being judged, unless Settings::tombstones.
// Threads: the loop's.
#pragma once

#include <cstdint>
#include <optional>

#include "expr/evaluator.h"
#include "expr/program.h"
#include "stream/stage.h"

namespace weir::ops {

class Filter final : public stream::Operator {
 public:
  struct Settings {
    bool invert = false;                 // pass on the others
    bool count_only = false;             // pass on nothing; matched() is the answer
    std::optional<std::uint64_t> limit;  // need nothing further after so many matches
    expr::Evaluator::Settings evaluator;
  };

  // Borrows `program`.
  Filter(const expr::Program& program, const Settings& settings);

  stream::Flow on_batch(stream::Batch& batch, stream::Context& context) override;

  // Events judged and found to pass; tombstones that pass unjudged do not count.
  std::uint64_t matched() const { return matched_; }

 private:
  template <typename Judge>
  stream::Flow keep(stream::Batch& batch, stream::Context& context, Judge judge);
  bool enough() const { return settings_.limit && matched_ >= *settings_.limit; }

  const Settings settings_;
  const expr::Program& program_;
  expr::Evaluator evaluator_;
  std::uint64_t matched_ = 0;
};

}  // namespace weir::ops
