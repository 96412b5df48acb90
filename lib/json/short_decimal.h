// Decimals of at most 15 digits and no exponent, which nearly all numbers of events are. No two of them are the same
// double, and a double holds their digits as an integer exactly; so reading one is one division, which rounds
// correctly, and the one that reads back as a given double is its shortest text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace weir::json {

// The double nearest to a valid number; none: not such a decimal.
std::optional<double> read_short_decimal(std::string_view number) noexcept;

// Appends the decimal that reads back as `number`, if there is one that is cheap to find, and it is written without
// exponent. False: nothing was appended.
bool append_short_decimal(std::string& out, double number);

// Is a valid number with a point the text that append_short_decimal would write for it?
bool is_shortest_decimal(std::string_view number) noexcept;

}  // namespace weir::json
