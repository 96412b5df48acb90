// The functions that go from values to one value: how they are called, and what they may know of the run.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/zone.h"
#include "expr/datum.h"
#include "expr/failure.h"
#include "expr/pool.h"

namespace weir::expr {

// What native functions share during a run. One per engine, used by one thread.
class Natives {
 public:
  // Leaves an error behind, which `catch` sees as a string, and returns false.
  bool fail(std::string_view message) { return fail_with(quiet ? Datum() : Datum::string(message)); }
  // The same with any value: error/1.
  bool fail_with(Datum value) {
    thrown = std::move(value);
    return false;
  }

  // For loops whose length the event decides. Throws LimitReached.
  void step(std::uint64_t count = 1) {
    if (count > steps_left) throw LimitReached{Failure::What::steps};
    steps_left -= count;
  }

  Datum thrown;                                // after a function returned false
  bool quiet = false;                          // nobody will read the message: do not word it
  base::Zone zone;                             // --tz: what localtime, mktime and strflocaltime obey
  std::uint64_t steps_left = 0;                // of the event's --max-steps
  std::shared_ptr<struct RegexCache> regexes;  // made by the regex functions when first needed
};

// args[0] is the input, the others follow in the order of the text. It may move from `args`: they are the call's own,
// so that a value held by nobody else is changed in place. False: failed, by natives.fail().
using Native = bool (*)(std::span<Datum> args, Natives& natives, Datum& out);

struct NativeRow {
  std::string_view name;
  std::uint8_t arity;  // without the input
  Native run;
};

// Null: there is no native function of this name with so many arguments.
Native find_native(std::string_view name, std::size_t arity);

}  // namespace weir::expr
