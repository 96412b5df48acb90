#include "expr/wording.h"

#include "expr/datum_text.h"

namespace weir::expr {

std::string beginning(const Datum& value, std::size_t bytes) {
  std::string text;
  append_compact(text, value, bytes);
  if (text.size() <= bytes) return text;
  std::size_t cut = bytes - 3;
  while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80) --cut;
  text.resize(cut);
  return text + "...";
}

std::string shown(const Datum& value) {
  constexpr std::size_t kShownBytes = 14;
  return std::string(kind_name(value)) + " (" + beginning(value, kShownBytes) + ")";
}

}  // namespace weir::expr
