// The names that dates are read and written by: English, as in the C locale.
#pragma once

#include <array>
#include <string_view>

namespace weir::expr {

inline constexpr std::array<std::string_view, 7> kDayNames = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                              "Thursday", "Friday", "Saturday"};
inline constexpr std::array<std::string_view, 12> kMonthNames = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};
inline constexpr std::size_t kShortName = 3;  // Thu, Mar

}  // namespace weir::expr
