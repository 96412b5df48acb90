// Where a string may end: found sixteen bytes at a time where the machine can.
#pragma once

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace weir::json {

// The first byte at or behind `at` that is a quote or a backslash; else `end`. Reads nothing from `end` on.
inline const char* string_stop(const char* at, const char* end) noexcept {
#if defined(__SSE2__)
  const __m128i quote = _mm_set1_epi8('"');
  const __m128i slash = _mm_set1_epi8('\\');
  for (; end - at >= 16; at += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const int found =
        _mm_movemask_epi8(_mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, slash)));
    if (found != 0) return at + __builtin_ctz(static_cast<unsigned>(found));
  }
#endif
  while (at < end && *at != '"' && *at != '\\') ++at;
  return at;
}

}  // namespace weir::json
