// The EXPR of a flag such as --key or --ts, which stands for one value: no result is null, several are an event error.
// Threads: one.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "expr/evaluator.h"
#include "expr/program.h"

namespace weir::expr {

class OneResult {
 public:
  // `flag`: as messages call it, "--key". `host` alone means `.host`. Throws Error(Kind::usage) that points at the place
  // in the expression.
  OneResult(std::string flag, std::string expression, const Setup& setup = {},
            const Evaluator::Settings& settings = {});

  // The value for one event, good until the next call. Null: fault() says why there is none.
  const Value* of_line(std::string_view line);
  const Value* of_envelope(std::string_view line);
  const Value* of_record(const record::Envelope& record);
  stream::Fault fault() const;

  const std::string& flag() const { return flag_; }
  const Program& program() const { return *program_; }

 private:
  template <typename Each>
  const Value* take(Each each);

  std::string flag_;
  std::unique_ptr<Program> program_;  // stays where it is when this moves: the evaluator borrows it
  std::unique_ptr<Evaluator> evaluator_;
  Value value_;
  std::size_t results_ = 0;
};

}  // namespace weir::expr
