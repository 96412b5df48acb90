// Runs a tree program on one event at a time: reads what the event's text holds, writes what comes out as text.
// Threads: one per thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/zone.h"
#include "expr/emit.h"
#include "expr/line_engine.h"
#include "expr/tree_engine.h"

namespace weir::expr {

class EventTree {
 public:
  EventTree(const TreeProgram& program, std::uint64_t max_steps, base::Zone zone = {})
      : program_(program), engine_(program, {max_steps}, std::move(zone)) {}

  // event.slots[0] is `.`; the texts must stay until the end of the run. Values are good until the next run.
  Status run(const Event& event, const Emit& emit);
  // Whether some result is true: stops at the first.
  Status judge(const Event& event);

  // After a failed run.
  std::string message() const;
  std::string_view code() const;

 private:
  bool read(const Event& event, Datum& input);

  const TreeProgram& program_;
  TreeEngine engine_;
  Scratch scratch_;
  std::string text_;
  Failure::What refused_ = Failure::What::none;  // before anything ran
};

}  // namespace weir::expr
