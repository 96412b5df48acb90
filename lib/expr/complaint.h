// What both compilers say of a name that they cannot take.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "expr/ast.h"
#include "expr/code.h"
#include "expr/source.h"
#include "expr/token.h"

namespace weir::expr {

inline constexpr std::array<std::pair<std::string_view, Member>, kMembers> kMemberNames = {
    {{"key", Member::key},
     {"ts", Member::ts},
     {"topic", Member::topic},
     {"partition", Member::partition},
     {"offset", Member::offset},
     {"headers", Member::headers},
     {"envelope", Member::envelope}}};

// A name that is left out on purpose.
base::Error excluded(const Source& source, const Node& node, const std::string& name);
// A call of a function that there is not, or not with so many arguments.
base::Error unknown_function(const Source& source, const Node& call);
// A variable that nothing defines; `envelope`: under -J.
base::Error unknown_variable(const Source& source, const Node& variable, bool envelope);

// Another token than was expected. `before`: the one in front of it, or null.
base::Error unexpected_token(const Source& source, const Token* before, const Token& token,
                             const std::string& expected);

// A literal as JSON writes it: jq also takes 01, 1. and .5.
std::string as_json_number(std::string_view typed);

}  // namespace weir::expr
