#include "ops/group_key.h"

#include "json/canonical.h"
#include "json/cursor.h"
#include "json/sort_key.h"
#include "json/text.h"

namespace weir::ops {

void append_key(std::string& out, const expr::Value& value) {
  const bool plain_string = value.kind == json::Kind::string && !value.escaped;
  if (plain_string) {
    // Only DEL is written otherwise, of what may stand in a string without an escape.
    if (value.raw().find('\x7f') == std::string_view::npos) return void(out += value.raw());
  }
  json::append_canonical(out, value);
}

void sort_by_json(std::string_view key, base::Buffer& to) {
  if (!key.empty()) json::append_sort_key(key, to);
}

std::string_view record_key(std::string_view key, std::string& buffer) {
  if (!key.starts_with('"')) return key;
  return json::text_of(json::parse_value(key), buffer);
}

}  // namespace weir::ops
