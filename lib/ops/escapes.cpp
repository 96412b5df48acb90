#include "ops/escapes.h"

#include <charconv>

#include "base/error.h"

namespace weir::ops {

std::string unescape(std::string_view text) {
  std::string plain;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\\') {
      plain += text[at];
      continue;
    }
    const char escape = ++at < text.size() ? text[at] : '\0';
    switch (escape) {
      case 't':
        plain += '\t';
        continue;
      case 'n':
        plain += '\n';
        continue;
      case 'r':
        plain += '\r';
        continue;
      case '0':
        plain += '\0';
        continue;
      case '\\':
        plain += '\\';
        continue;
      case 'x': {
        unsigned byte = 0;
        const std::string_view digits = text.substr(at + 1, 2);
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
        if (digits.size() == 2 && error == std::errc() && end == digits.data() + 2) {
          plain += static_cast<char>(byte);
          at += 2;
          continue;
        }
        break;
      }
      default:
        break;
    }
    throw base::Error(base::Kind::usage, std::string(text) + " has an unknown escape")
        .hint("\\t \\n \\r \\0 \\\\ or \\xNN")
        .code("bad_escape");
  }
  return plain;
}

}  // namespace weir::ops
