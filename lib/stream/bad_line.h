// What a bad line looks like, so that the first mistake with a new file is answered with the command that mends it.
#pragma once

#include <string>
#include <string_view>

namespace weir::stream {

// The hint for a line that ended a run with `code` ("bad_json", "expression_error"). `file` is what its input is called
// in a command. Empty when the line looks like nothing that we know.
std::string hint_for_bad_line(std::string_view code, std::string_view line, bool first_line,
                              std::string_view file);

}  // namespace weir::stream
