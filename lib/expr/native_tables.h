// The rows of natives.cpp, a table per file.
#pragma once

#include <span>

#include "expr/native.h"

namespace weir::expr {

std::span<const NativeRow> value_natives();  // natives_values.cpp: length, keys, add, flatten, ...
std::span<const NativeRow> sort_natives();   // natives_sort.cpp: sort, min, unique, bsearch and their _by
std::span<const NativeRow> entry_natives();  // natives_entries.cpp: to_entries, transpose, ...
std::span<const NativeRow> text_natives();   // natives_text.cpp: split, join, ltrimstr, explode, ...
std::span<const NativeRow>
format_natives();  // natives_formats.cpp: @csv and its like, tojson, fromjson, tonumber
std::span<const NativeRow>
regex_natives();  // natives_regex.cpp: test, and what match, sub and scan are made of
std::span<const NativeRow> date_natives();  // natives_dates.cpp
std::span<const NativeRow> math_natives();  // natives_math.cpp

}  // namespace weir::expr
