#include "stream/cut_letter.h"

#include <string>

#include "json/cursor.h"
#include "json/text.h"

namespace weir::stream {

bool is_cut_letter(const record::Envelope& envelope) {
  if (envelope.extra.find("\"error\"") == std::string_view::npos) return false;
  const std::string whole = "{" + std::string(envelope.extra) + "}";
  const json::Value code = json::find(json::find(json::parse_value(whole), "error"), "code");
  return code.kind == json::Kind::string &&
         (json::text_equals(code, "line_too_long") || json::text_equals(code, "cut_letter"));
}

}  // namespace weir::stream
