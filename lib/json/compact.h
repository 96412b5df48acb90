// Copies a value as compact text in one pass: what canonical.h's append_compact does for nearly every value.
#pragma once

#include <string>

#include "json/value.h"

namespace weir::json {

// False: nothing was appended, since the text is no valid value, or has a name that is given twice, is not plain ASCII,
// or is one of very many. Requires: kind string, array or object.
bool copy_compact(std::string& out, const Value& value);

}  // namespace weir::json
