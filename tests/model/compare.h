// What a tool wrote, held against what the model says.
#pragma once

#include <string>
#include <string_view>

#include "model/driver.h"
#include "model/window_model.h"

namespace weir::model {

// A line of JSON and the model's. Numbers that are not whole may differ in the twelfth digit, and lie within its bounds where
// the model has only those.
bool alike(std::string_view line, std::string_view models);

// In words; empty when there is none.
std::string difference(const Ran& ran, const Outcome& wanted);

}  // namespace weir::model
