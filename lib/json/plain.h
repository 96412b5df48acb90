// Short scalars of the usual form, taken by one look at 16 bytes instead of byte by byte.
#pragma once

#include "json/value.h"

namespace weir::json {

// Is what begins at `at` a number without exponent, or a string of ASCII without escapes, short enough, valid, and (a
// number) followed by a comma or closing bracket? Then `value` is set to it. Else whoever asks looks closer.
// Requires: 16 readable bytes. Where a machine has no fast way, nothing is plain.
bool take_plain(const char* at, Value& value) noexcept;

}  // namespace weir::json
