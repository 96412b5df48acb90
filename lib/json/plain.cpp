#include "json/plain.h"

#include <bit>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace weir::json {

#ifdef __SSE2__

namespace {

unsigned mask(__m128i bytes) {
  return static_cast<unsigned>(_mm_movemask_epi8(bytes));
}

bool take_number(const char* at, __m128i bytes, Value& value) {
  const __m128i digit = _mm_sub_epi8(bytes, _mm_set1_epi8('0'));
  const unsigned digits = mask(_mm_cmpeq_epi8(_mm_min_epu8(digit, _mm_set1_epi8(9)), digit));
  const unsigned sign = *at == '-';
  unsigned others = ~digits & ~sign;
  auto end = static_cast<unsigned>(std::countr_zero(others));
  if (end == sign || (at[sign] == '0' && end > sign + 1)) return false;
  value.integer = at[end & 15] != '.';
  if (!value.integer) {
    const unsigned point = end;
    others &= others - 1;
    end = static_cast<unsigned>(std::countr_zero(others));
    if (end == point + 1) return false;
  }
  if (end > 15 || (at[end] != ',' && (at[end] | 0x20) != '}')) return false;
  value.data = at;
  value.size = end;
  value.kind = Kind::number;
  value.escaped = false;
  return true;
}

}  // namespace

bool take_plain(const char* at, Value& value) noexcept {
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  if (*at != '"') return take_number(at, bytes, value);
  const unsigned quotes = mask(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'))) & ~1u;
  // As signed bytes, what is no ASCII is below the blank too.
  const unsigned special = mask(
      _mm_or_si128(_mm_cmplt_epi8(bytes, _mm_set1_epi8(' ')), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'))));
  const unsigned behind = quotes ^ (quotes - 1);  // up to the closing quote
  if (quotes == 0 || (special & behind) != 0) return false;
  value.data = at;
  value.size = static_cast<unsigned>(std::countr_zero(quotes)) + 1;
  value.kind = Kind::string;
  value.escaped = false;
  value.integer = false;
  return true;
}

#else

bool take_plain(const char*, Value&) noexcept {
  return false;
}

#endif

}  // namespace weir::json
