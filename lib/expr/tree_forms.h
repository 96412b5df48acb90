// The functions that the tree engine itself runs, since they take closures or live on paths.
#pragma once

#include <cstddef>
#include <string_view>

#include "expr/tree_code.h"

namespace weir::expr {

struct Form {
  std::string_view name;
  std::size_t arity;
  Act act;
  bool of_elements = false;  // the first argument is .[] and not written
};

// Null: there is no such form.
const Form* find_form(std::string_view name, std::size_t arity);

}  // namespace weir::expr
