// Bytes whose order is the order of keys.
#pragma once

#include <string_view>

#include "base/buffer.h"

namespace weir::json {

// Appends bytes for a value, given as append_canonical (canonical.h) writes it: a is less than b by compare_keys exactly
// when a's bytes are less than b's, and equal values have equal bytes. So keys are put in order without a look at them.
void append_sort_key(std::string_view canonical, base::Buffer& to);

}  // namespace weir::json
