// The one error for damage: which offsets cannot be read, where the bad bytes are and why they are bad.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/units.h"

namespace weir::log {

// Error(Kind::io), code "corrupt_log". `to` is the first offset that can be read again; none: unknown.
base::Error corrupt_log(const std::string& file, std::uint64_t position, base::Offset from, base::Offset to,
                        std::string_view why);

// "offsets 7 to 11", "offset 7", "offsets from 7 on" for `from` <= o < `to`.
std::string offsets_text(base::Offset from, base::Offset to);

}  // namespace weir::log
