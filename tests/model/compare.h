// What a tool wrote, held against what the model says.
#pragma once

#include <string>
#include <string_view>

#include "model/driver.h"
#include "model/window_model.h"

namespace weir::model {

// Two lines of JSON. Numbers that are not whole may differ in the twelfth digit.
bool alike(std::string_view a, std::string_view b);

// In words; empty when there is none.
std::string difference(const Ran& ran, const Outcome& wanted);

}  // namespace weir::model
