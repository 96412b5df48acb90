#include "expr/meant.h"

#include <algorithm>
#include <span>

namespace weir::expr {
namespace {

struct Habit {
  std::string_view word;  // in lower case
  std::string_view here;
};

constexpr std::string_view kUpper = ".name | ascii_upcase";
constexpr std::string_view kLower = ".name | ascii_downcase";
constexpr std::string_view kDefault = ".name // \"default\"";
constexpr std::string_view kPart = ".name[0:3]";
constexpr std::string_view kReplace = ".name | gsub(\"old\"; \"new\")";
constexpr std::string_view kMatch = ".name | test(\"regex\")";
constexpr std::string_view kIsNull = ".name == null";

constexpr Habit kFunctions[] = {
    {"upper", kUpper},
    {"toupper", kUpper},
    {"to_upper", kUpper},
    {"touppercase", kUpper},
    {"uppercase", kUpper},
    {"upcase", kUpper},
    {"ucase", kUpper},
    {"lower", kLower},
    {"tolower", kLower},
    {"to_lower", kLower},
    {"tolowercase", kLower},
    {"lowercase", kLower},
    {"downcase", kLower},
    {"lcase", kLower},
    {"len", ".name | length"},
    {"strlen", ".name | length"},
    {"size", ".name | length"},
    {"count", ".items | length"},
    {"replace", kReplace},
    {"replaceall", kReplace},
    {"replace_all", kReplace},
    {"concat", ".a + .b, or \"\\(.a) and \\(.b)\""},
    {"substr", kPart},
    {"substring", kPart},
    {"slice", kPart},
    {"sum", ".items | add"},
    {"avg", ".items | add / length"},
    {"mean", ".items | add / length"},
    {"trim_left", ".name | ltrim"},
    {"trimleft", ".name | ltrim"},
    {"lstrip", ".name | ltrim"},
    {"trim_right", ".name | rtrim"},
    {"trimright", ".name | rtrim"},
    {"rstrip", ".name | rtrim"},
    {"strip", ".name | trim"},
    {"includes", ".name | contains(\"text\")"},
    {"indexof", ".name | index(\"text\")"},
    {"instr", ".name | index(\"text\")"},
    {"like", kMatch},
    {"matches", kMatch},
    {"regex", kMatch},
    {"is_null", kIsNull},
    {"isnull", kIsNull},
    {"coalesce", kDefault},
    {"ifnull", kDefault},
    {"nvl", kDefault},
    {"none", "null"},
    {"nil", "null"},
    {"null", "null"},
    {"undefined", "null"},
    {"true", "true"},
    {"false", "false"},
    {"str", ".n | tostring"},
    {"to_string", ".n | tostring"},
    {"int", ".n | tonumber | floor"},
    {"float", ".n | tonumber"},
    {"to_number", ".n | tonumber"},
    {"parse_json", ".text | fromjson"},
    {"json_parse", ".text | fromjson"},
    {"stringify", ".a | tojson"},
};

constexpr Habit kInfix[] = {
    {"and", ".a and .b"},
    {"or", ".a or .b"},
    {"not", "negate with: EXPR | not"},
    {"is", ".name == null, or .name != null"},
    {"in", ".name | IN(\"a\", \"b\")"},
    {"like", kMatch},
    {"ilike", ".name | test(\"regex\"; \"i\")"},
    {"matches", kMatch},
    {"contains", ".name | contains(\"text\")"},
    {"startswith", ".name | startswith(\"text\")"},
    {"endswith", ".name | endswith(\"text\")"},
    {"between", ".n >= 1 and .n <= 9"},
    {"div", "(.a / .b) | floor"},
    {"mod", ".a % .b"},
};

bool same_word(std::string_view typed, std::string_view word) {
  return std::equal(typed.begin(), typed.end(), word.begin(), word.end(), [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + 32) : a) == b;
  });
}

std::string_view look_up(std::span<const Habit> habits, std::string_view word) {
  for (const Habit& habit : habits) {
    if (same_word(word, habit.word)) return habit.here;
  }
  return {};
}

}  // namespace

std::string_view meant_by_function(std::string_view name) {
  return look_up(kFunctions, name);
}

std::string_view meant_by_infix(std::string_view word) {
  return look_up(kInfix, word);
}

}  // namespace weir::expr
