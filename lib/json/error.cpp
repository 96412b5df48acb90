#include "json/error.h"

#include <array>

namespace weir::json {

namespace {

constexpr std::array<std::string_view, static_cast<std::size_t>(Fault::too_deep) + 1> kMessages{{
    "no fault",
    "there is no value",
    "it begins with a byte order mark",
    "expected a value",
    "expected a member name in double quotes",
    "expected ':' after a member name",
    "expected ',' or '}' after a value",
    "expected ',' or ']' after a value",
    "expected nothing more after the value",
    "expected true, false or null",
    "this is not how a number is written",
    "a number cannot begin with a zero",
    "unknown escape after '\\' in a string",
    "expected four hexadecimal digits after '\\u'",
    "control character in a string",
    "invalid UTF-8",
    "the line ends inside a string",
    "the line ends inside an object",
    "the line ends inside an array",
    "nested deeper than 512 levels",
}};
static_assert(kMaxDepth == 512);

}  // namespace

std::string_view message(Fault fault) noexcept {
  return kMessages[static_cast<std::size_t>(fault)];
}

std::string describe(const Error& error) {
  return std::string("line is not valid JSON: ").append(message(error.fault));
}

}  // namespace weir::json
