#include <algorithm>

#include "expr/native.h"
#include "expr/native_tables.h"
#include "expr/paths.h"

namespace weir::expr {

Native find_native(std::string_view name, std::size_t arity) {
  for (const auto table : {value_natives, sort_natives, entry_natives, text_natives, format_natives,
                           regex_natives, date_natives, math_natives, path_natives}) {
    const std::span<const NativeRow> rows = table();
    const auto found = std::find_if(rows.begin(), rows.end(), [&](const NativeRow& row) {
      return row.name == name && row.arity == arity;
    });
    if (found != rows.end()) return found->run;
  }
  return nullptr;
}

}  // namespace weir::expr
