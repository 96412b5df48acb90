// Byte by byte and plain: the judge that says where and why a text is not JSON, and the yardstick that the
// kernels (kernel.h) are held against. About 0.5 GB/s.
#pragma once

#include <string_view>

#include "json/error.h"

namespace weir::json {

Error judge(std::string_view text) noexcept;  // Fault::none: valid

}  // namespace weir::json
