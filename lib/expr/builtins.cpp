#include "expr/builtins.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

namespace weir::expr {
namespace {

// jq 1.6's own list (`jq -n builtins`) and what 1.7 added to it. Sorted by name, then by number of arguments.
constexpr std::array<BuiltinRow, 229> kBuiltins = {{
    {"IN", 1, Builtin::later},
    {"IN", 2, Builtin::later},
    {"INDEX", 1, Builtin::later},
    {"INDEX", 2, Builtin::later},
    {"JOIN", 2, Builtin::later},
    {"JOIN", 3, Builtin::later},
    {"JOIN", 4, Builtin::later},
    {"abs", 0, Builtin::later},
    {"acos", 0, Builtin::later},
    {"acosh", 0, Builtin::later},
    {"add", 0, Builtin::later},
    {"all", 0, Builtin::later},
    {"all", 1, Builtin::later},
    {"all", 2, Builtin::later},
    {"any", 0, Builtin::later},
    {"any", 1, Builtin::later},
    {"any", 2, Builtin::later},
    {"arrays", 0, Builtin::later},
    {"ascii_downcase", 0, Builtin::later},
    {"ascii_upcase", 0, Builtin::later},
    {"asin", 0, Builtin::later},
    {"asinh", 0, Builtin::later},
    {"atan", 0, Builtin::later},
    {"atan2", 2, Builtin::later},
    {"atanh", 0, Builtin::later},
    {"booleans", 0, Builtin::later},
    {"bsearch", 1, Builtin::later},
    {"builtins", 0, Builtin::later},
    {"capture", 1, Builtin::later},
    {"capture", 2, Builtin::later},
    {"cbrt", 0, Builtin::later},
    {"ceil", 0, Builtin::later},
    {"combinations", 0, Builtin::later},
    {"combinations", 1, Builtin::later},
    {"contains", 1, Builtin::contains},
    {"copysign", 2, Builtin::later},
    {"cos", 0, Builtin::later},
    {"cosh", 0, Builtin::later},
    {"debug", 0, Builtin::excluded},
    {"debug", 1, Builtin::excluded},
    {"del", 1, Builtin::later},
    {"delpaths", 1, Builtin::later},
    {"drem", 2, Builtin::later},
    {"empty", 0, Builtin::later},
    {"endswith", 1, Builtin::ends_with},
    {"env", 0, Builtin::excluded},
    {"erf", 0, Builtin::later},
    {"erfc", 0, Builtin::later},
    {"error", 0, Builtin::later},
    {"error", 1, Builtin::later},
    {"exp", 0, Builtin::later},
    {"exp10", 0, Builtin::later},
    {"exp2", 0, Builtin::later},
    {"explode", 0, Builtin::later},
    {"expm1", 0, Builtin::later},
    {"fabs", 0, Builtin::later},
    {"false", 0, Builtin::false_},
    {"fdim", 2, Builtin::later},
    {"finites", 0, Builtin::later},
    {"first", 0, Builtin::later},
    {"first", 1, Builtin::later},
    {"flatten", 0, Builtin::later},
    {"flatten", 1, Builtin::later},
    {"floor", 0, Builtin::later},
    {"fma", 3, Builtin::later},
    {"fmax", 2, Builtin::later},
    {"fmin", 2, Builtin::later},
    {"fmod", 2, Builtin::later},
    {"format", 1, Builtin::later},
    {"frexp", 0, Builtin::later},
    {"from_entries", 0, Builtin::later},
    {"fromdate", 0, Builtin::later},
    {"fromdateiso8601", 0, Builtin::later},
    {"fromjson", 0, Builtin::later},
    {"fromstream", 1, Builtin::later},
    {"gamma", 0, Builtin::later},
    {"get_jq_origin", 0, Builtin::later},
    {"get_prog_origin", 0, Builtin::later},
    {"get_search_list", 0, Builtin::excluded},
    {"getpath", 1, Builtin::later},
    {"gmtime", 0, Builtin::later},
    {"group_by", 1, Builtin::later},
    {"gsub", 2, Builtin::later},
    {"gsub", 3, Builtin::later},
    {"halt", 0, Builtin::excluded},
    {"halt_error", 0, Builtin::excluded},
    {"halt_error", 1, Builtin::excluded},
    {"has", 1, Builtin::has},
    {"have_decnum", 0, Builtin::later},
    {"have_literal_numbers", 0, Builtin::later},
    {"hypot", 2, Builtin::later},
    {"implode", 0, Builtin::later},
    {"in", 1, Builtin::later},
    {"index", 1, Builtin::later},
    {"indices", 1, Builtin::later},
    {"infinite", 0, Builtin::later},
    {"input", 0, Builtin::excluded},
    {"input_filename", 0, Builtin::excluded},
    {"input_line_number", 0, Builtin::excluded},
    {"inputs", 0, Builtin::excluded},
    {"inside", 1, Builtin::later},
    {"isempty", 1, Builtin::later},
    {"isfinite", 0, Builtin::later},
    {"isinfinite", 0, Builtin::later},
    {"isnan", 0, Builtin::later},
    {"isnormal", 0, Builtin::later},
    {"iterables", 0, Builtin::later},
    {"j0", 0, Builtin::later},
    {"j1", 0, Builtin::later},
    {"jn", 2, Builtin::later},
    {"join", 1, Builtin::later},
    {"keys", 0, Builtin::later},
    {"keys_unsorted", 0, Builtin::later},
    {"last", 0, Builtin::later},
    {"last", 1, Builtin::later},
    {"ldexp", 2, Builtin::later},
    {"leaf_paths", 0, Builtin::later},
    {"length", 0, Builtin::length},
    {"lgamma", 0, Builtin::later},
    {"lgamma_r", 0, Builtin::later},
    {"limit", 2, Builtin::later},
    {"localtime", 0, Builtin::later},
    {"log", 0, Builtin::later},
    {"log10", 0, Builtin::later},
    {"log1p", 0, Builtin::later},
    {"log2", 0, Builtin::later},
    {"logb", 0, Builtin::later},
    {"ltrim", 0, Builtin::later},
    {"ltrimstr", 1, Builtin::later},
    {"map", 1, Builtin::later},
    {"map_values", 1, Builtin::later},
    {"match", 1, Builtin::later},
    {"match", 2, Builtin::later},
    {"max", 0, Builtin::later},
    {"max_by", 1, Builtin::later},
    {"min", 0, Builtin::later},
    {"min_by", 1, Builtin::later},
    {"mktime", 0, Builtin::later},
    {"modf", 0, Builtin::later},
    {"modulemeta", 0, Builtin::excluded},
    {"nan", 0, Builtin::later},
    {"nearbyint", 0, Builtin::later},
    {"nextafter", 2, Builtin::later},
    {"nexttoward", 2, Builtin::later},
    {"normals", 0, Builtin::later},
    {"not", 0, Builtin::not_},
    {"now", 0, Builtin::excluded},
    {"nth", 1, Builtin::later},
    {"nth", 2, Builtin::later},
    {"null", 0, Builtin::null},
    {"nulls", 0, Builtin::later},
    {"numbers", 0, Builtin::later},
    {"objects", 0, Builtin::later},
    {"path", 1, Builtin::later},
    {"paths", 0, Builtin::later},
    {"paths", 1, Builtin::later},
    {"pick", 1, Builtin::later},
    {"pow", 2, Builtin::later},
    {"pow10", 0, Builtin::later},
    {"range", 1, Builtin::later},
    {"range", 2, Builtin::later},
    {"range", 3, Builtin::later},
    {"recurse", 0, Builtin::later},
    {"recurse", 1, Builtin::later},
    {"recurse", 2, Builtin::later},
    {"recurse_down", 0, Builtin::later},
    {"remainder", 2, Builtin::later},
    {"repeat", 1, Builtin::later},
    {"reverse", 0, Builtin::later},
    {"rindex", 1, Builtin::later},
    {"rint", 0, Builtin::later},
    {"round", 0, Builtin::later},
    {"rtrim", 0, Builtin::later},
    {"rtrimstr", 1, Builtin::later},
    {"scalars", 0, Builtin::later},
    {"scalars_or_empty", 0, Builtin::later},
    {"scalb", 2, Builtin::later},
    {"scalbln", 2, Builtin::later},
    {"scan", 1, Builtin::later},
    {"select", 1, Builtin::later},
    {"setpath", 2, Builtin::later},
    {"significand", 0, Builtin::later},
    {"sin", 0, Builtin::later},
    {"sinh", 0, Builtin::later},
    {"sort", 0, Builtin::later},
    {"sort_by", 1, Builtin::later},
    {"split", 1, Builtin::later},
    {"split", 2, Builtin::later},
    {"splits", 1, Builtin::later},
    {"splits", 2, Builtin::later},
    {"sqrt", 0, Builtin::later},
    {"startswith", 1, Builtin::starts_with},
    {"stderr", 0, Builtin::excluded},
    {"strflocaltime", 1, Builtin::later},
    {"strftime", 1, Builtin::later},
    {"strings", 0, Builtin::later},
    {"strptime", 1, Builtin::later},
    {"sub", 2, Builtin::later},
    {"sub", 3, Builtin::later},
    {"tan", 0, Builtin::later},
    {"tanh", 0, Builtin::later},
    {"test", 1, Builtin::test},
    {"test", 2, Builtin::test},
    {"tgamma", 0, Builtin::later},
    {"to_entries", 0, Builtin::later},
    {"toarray", 0, Builtin::later},
    {"todate", 0, Builtin::later},
    {"todateiso8601", 0, Builtin::later},
    {"tojson", 0, Builtin::later},
    {"tonumber", 0, Builtin::later},
    {"tostream", 0, Builtin::later},
    {"tostring", 0, Builtin::later},
    {"transpose", 0, Builtin::later},
    {"trim", 0, Builtin::later},
    {"true", 0, Builtin::true_},
    {"trunc", 0, Builtin::later},
    {"truncate_stream", 1, Builtin::later},
    {"type", 0, Builtin::later},
    {"unique", 0, Builtin::later},
    {"unique_by", 1, Builtin::later},
    {"until", 2, Builtin::later},
    {"utf8bytelength", 0, Builtin::later},
    {"values", 0, Builtin::later},
    {"walk", 1, Builtin::later},
    {"while", 2, Builtin::later},
    {"with_entries", 1, Builtin::later},
    {"y0", 0, Builtin::later},
    {"y1", 0, Builtin::later},
    {"yn", 2, Builtin::later},
}};

// Levenshtein's, with a swap of neighbours as one step.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0u : 1u)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

}  // namespace

const BuiltinRow* find_builtin(std::string_view name, std::size_t arity) {
  for (const BuiltinRow& row : kBuiltins) {
    if (row.name == name && row.arity == arity) return &row;
  }
  return nullptr;
}

const BuiltinRow* find_builtin(std::string_view name) {
  for (const BuiltinRow& row : kBuiltins) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

std::string_view nearest_builtin(std::string_view name) {
  constexpr std::size_t kLongestName = 40;
  if (name.size() > kLongestName) return {};
  std::size_t best = std::max<std::size_t>(1, name.size() / 3) + 1;
  std::string_view nearest;
  for (const BuiltinRow& row : kBuiltins) {
    const std::size_t found = distance(name, row.name);
    if (found < best) best = found, nearest = row.name;
  }
  return nearest;
}

}  // namespace weir::expr
