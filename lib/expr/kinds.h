// The functions that pass on what is of some kinds: numbers, scalars, values and their like.
#pragma once

#include <cstdint>
#include <string_view>

#include "json/value.h"

namespace weir::expr {

// The kinds that the function `name` passes on, as bits by Kind; what is missing is null. 0: there is no such function.
std::uint16_t kinds_of(std::string_view name);

// Is it one of `kinds`?
inline bool among(std::uint16_t kinds, json::Kind kind) {
  return ((kinds >> static_cast<unsigned>(kind)) & 1) != 0;
}

}  // namespace weir::expr
