// What an Error looks like to the user, as text or as one JSON object.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "base/exit_code.h"

namespace weir::cli {

struct MessageStyle {
  bool json = false;     // --error-format=json
  bool color = false;    // escape sequences for the eye
  bool excerpt = false;  // the excerpt with its caret; only a terminal gets it
};

// The whole message with its final newline, at most five lines:
//   filter: error: line is not valid JSON: expected ',' or '}' after a value
//     at: events.ndjson:1159:17
//     {"a":1 "b":2}
//            ^
//     hint: keep going and save bad lines: --dead-letter bad.ndjson
// As JSON: {"tool":…,"error":"…","code":"…","exit":3,"at":…,"detail":…,"hint":…}, members without a value left out.
std::string format_error(std::string_view tool, const base::Error& error, const MessageStyle& style);

// Text from data, safe for a terminal: control characters as \n, \t or \u001b, bytes that are not UTF-8 as \xff.
std::string escape_control(std::string_view text);

// A JSON string literal; what is not UTF-8 becomes U+FFFD.
std::string json_string(std::string_view text);

// Says so on stderr without any more memory. Returns the exit code.
base::ExitCode report_out_of_memory() noexcept;

}  // namespace weir::cli
