// Pages of the manual that are about no verb: what `weir help expressions` shows.
#pragma once

#include <string>
#include <string_view>

namespace weir {

// "expressions" -> weir-expressions.7; empty: there is no such page.
std::string page_name(std::string_view topic);

// The file of a page, looked for where it lies beside the program in `folder`, installed or in a build tree; where it is
// not there, the page as man knows it: "weir-expressions(7)".
std::string find_page(const std::string& page, const std::string& folder);

}  // namespace weir
