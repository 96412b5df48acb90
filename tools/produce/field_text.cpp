#include "tools/produce/field_text.h"

#include "record/base64.h"

namespace weir::produce {
namespace {

bool decode_hex(std::string_view text, char* to) {
  const auto digit = [](char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
  };
  if (text.size() % 2 != 0) return false;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = digit(text[i]), low = digit(text[i + 1]);
    if (high < 0 || low < 0) return false;
    *to++ = static_cast<char>(high * 16 + low);
  }
  return true;
}

}  // namespace

const char* decode_text(ops::Piece::As as, std::string_view text, record::Arena& arena, record::Bytes* to) {
  if (as == ops::Piece::As::plain) return *to = record::Bytes(text), nullptr;
  char* const bytes = arena.allocate(text.size() + 1);  // never null, which would be no key
  if (as == ops::Piece::As::hex) {
    if (!decode_hex(text, bytes)) return "expected pairs of hexadecimal digits";
    *to = {bytes, text.size() / 2};
    return nullptr;
  }
  const char* const end = record::base64_decode(text, bytes);
  if (end == nullptr) return "expected base64";
  *to = {bytes, static_cast<std::size_t>(end - bytes)};
  return nullptr;
}

}  // namespace weir::produce
