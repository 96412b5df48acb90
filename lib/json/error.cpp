#include "json/error.h"

#include <array>

namespace weir::json {

namespace {

struct Words {
  std::string_view message, code;
};

constexpr std::array<Words, static_cast<std::size_t>(Fault::too_deep) + 1> kWords{{
    {"no fault", "json-ok"},
    {"there is no value", "json-empty"},
    {"it begins with a byte order mark", "json-byte-order-mark"},
    {"expected a value", "json-expected-value"},
    {"expected a member name in double quotes", "json-expected-name"},
    {"expected ':' after a member name", "json-expected-colon"},
    {"expected ',' or '}' after a value", "json-expected-comma"},
    {"expected ',' or ']' after a value", "json-expected-comma"},
    {"expected nothing more after the value", "json-trailing-bytes"},
    {"expected true, false or null", "json-bad-literal"},
    {"this is not how a number is written", "json-bad-number"},
    {"a number cannot begin with a zero", "json-leading-zero"},
    {"unknown escape after '\\' in a string", "json-bad-escape"},
    {"expected four hexadecimal digits after '\\u'", "json-bad-unicode-escape"},
    {"control character in a string", "json-control-character"},
    {"invalid UTF-8", "json-bad-utf8"},
    {"the line ends inside a string", "json-open-string"},
    {"the line ends inside an object", "json-open-object"},
    {"the line ends inside an array", "json-open-array"},
    {"nested deeper than 512 levels", "json-too-deep"},
}};
static_assert(kMaxDepth == 512);

}  // namespace

std::string_view message(Fault fault) noexcept {
  return kWords[static_cast<std::size_t>(fault)].message;
}

std::string_view code(Fault fault) noexcept {
  return kWords[static_cast<std::size_t>(fault)].code;
}

std::string describe(const Error& error) {
  return std::string("line is not valid JSON: ").append(message(error.fault));
}

}  // namespace weir::json
