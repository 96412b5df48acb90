// Every function of the language, and how far we are with it: run, not yet, or left out on purpose.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace weir::expr {

enum class Builtin : std::uint8_t {
  later,     // known; the line engine does not run it
  excluded,  // left out on purpose: an expression cannot reach outside its event
  not_,
  length,
  has,
  starts_with,
  ends_with,
  contains,
  test,
  true_,
  false_,
  null,
};

struct BuiltinRow {
  std::string_view name;
  std::uint8_t arity;
  Builtin builtin;
};

// Sorted by name, then by number of arguments.
std::span<const BuiltinRow> all_builtins();
// Null: there is no function of this name with so many arguments.
const BuiltinRow* find_builtin(std::string_view name, std::size_t arity);
// Null: no function of this name at all. Else the first of its rows.
const BuiltinRow* find_builtin(std::string_view name);
// The known name that a mistyped one is nearest to; empty when none is near.
std::string nearest_builtin(std::string_view name);

}  // namespace weir::expr
