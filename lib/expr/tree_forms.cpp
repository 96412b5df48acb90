#include <algorithm>
#include <array>

#include "expr/tree_forms.h"

namespace weir::expr {
namespace {

constexpr std::array kForms = {
    Form{"empty", 0, Act::empty},        Form{"error", 0, Act::error},
    Form{"error", 1, Act::error},        Form{"path", 1, Act::path},
    Form{"getpath", 1, Act::get_path},   Form{"paths", 0, Act::paths},
    Form{"select", 1, Act::select},      Form{"range", 1, Act::range},
    Form{"range", 2, Act::range},        Form{"range", 3, Act::range},
    Form{"limit", 2, Act::limit},        Form{"first", 1, Act::first},
    Form{"last", 1, Act::last},          Form{"until", 2, Act::until},
    Form{"while", 2, Act::while_},       Form{"repeat", 1, Act::repeat},
    Form{"recurse", 0, Act::recurse},    Form{"recurse", 1, Act::recurse_by},
    Form{"recurse", 2, Act::recurse_by}, Form{"isempty", 1, Act::is_empty},
    Form{"any", 1, Act::any, true},      Form{"any", 2, Act::any},
    Form{"all", 1, Act::all, true},      Form{"all", 2, Act::all},
    Form{"del", 1, Act::delete_},
};

}  // namespace

const Form* find_form(std::string_view name, std::size_t arity) {
  const auto* const found = std::find_if(kForms.begin(), kForms.end(), [&](const Form& form) {
    return form.name == name && form.arity == arity;
  });
  return found == kForms.end() ? nullptr : found;
}

}  // namespace weir::expr
