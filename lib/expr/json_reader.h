// JSON inside strings, as fromjson and tonumber take it: jq's reader, which is laxer than JSON about numbers (01, .5,
// 5., +5, nan) and has words of its own for what it refuses.
#pragma once

#include <string>
#include <string_view>

#include "expr/datum.h"

namespace weir::expr {

// False: `error` says why, in jq's words.
bool read_json(std::string_view text, Datum& out, std::string& error);

}  // namespace weir::expr
