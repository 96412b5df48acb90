// Why an expression failed on one event. Kept as values and put into words only when somebody asks: an error under `?`
// is never read, and must cost nothing.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "expr/value.h"

namespace weir::expr {

struct Failure {
  enum class What : std::uint8_t {
    none,
    index_by_name,      // a: the value, name: the member
    index_by_kind,      // a: the value, b: the key
    iterate,            // a
    has,                // a, b: the key
    length,             // a
    negate,             // a
    contains,           // a, b
    starts_with,        // -
    ends_with,          // -
    not_text_to_match,  // a: input of test()
    not_a_pattern,      // a: what test() got instead
    not_string,         // a: pattern or modifiers of test()
    modifier,           // a: the string with an unknown letter
    pattern,            // name: what RE2 says of a computed pattern
    object_key,         // a
    binary_value,       // `.` is a value_base64
    binary_key,         // $key is a key_base64
    thrown,             // name: the message, ready; a: the value when it is no string
    range,              // -
    steps,              // more than kMaxSteps
    memory,             // more than one event may hold
    not_json,           // what is read of the event is no JSON: --trust let it through
    value_depth,        // a value nested too deep
    call_depth,         // calls nested too deep
  };

  What what = What::none;
  Value a{};
  Value b{};
  std::string_view name{};

  // jq's words for it ("Cannot index number with string \"a\""); bytes of the event in it are as in the event.
  std::string message() const;
  // Stable: "type_error", "step_limit", "binary_value".
  std::string_view code() const;
};

}  // namespace weir::expr
