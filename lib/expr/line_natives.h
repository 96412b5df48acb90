// Native functions once more, for the line engine: on the text of their arguments, without reading it into values.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "expr/value.h"

namespace weir::expr {

// args[0] is the input. `room` is a buffer to work in. False: not a usual case, or an error; the native function of the
// same name decides, and gives the same result where both can.
// Throws LimitReached.
using LineNative = bool (*)(std::span<const Value> args, Scratch& scratch, std::string& room, Value& out);

// Null: there is none; the native function does it all.
LineNative find_line_native(std::string_view name, std::size_t arity);

}  // namespace weir::expr
