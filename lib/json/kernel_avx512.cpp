// The kernel for x86-64 with AVX-512 as Ice Lake and Zen 4 have it: masks come straight out of comparisons.
#include "json/kernel_table.h"

#ifdef __x86_64__

#include <immintrin.h>

#include <cstring>
#include <iterator>
#include <string_view>
#include <type_traits>

#include "json/chars.h"
#include "json/error.h"

// As in kernel_avx2.cpp: no header of others below this line.
#ifdef __clang__
#pragma clang attribute push(                                                                 \
    __attribute__((target("avx2,bmi,bmi2,lzcnt,popcnt,pclmul,avx512f,avx512bw,avx512vbmi"))), \
    apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,bmi,bmi2,lzcnt,popcnt,pclmul,avx512f,avx512bw,avx512vbmi")
#endif

namespace weir::json {
namespace {

class Block {
 public:
  explicit Block(const char* at) : bytes_(_mm512_loadu_si512(at)) {}
  explicit Block(__m512i bytes) : bytes_(bytes) {}

  std::uint64_t equal(char c) const { return general(_mm512_cmpeq_epi8_mask(bytes_, _mm512_set1_epi8(c))); }
  std::uint64_t equal_any_case(char c) const {
    return general(
        _mm512_cmpeq_epi8_mask(_mm512_or_si512(bytes_, _mm512_set1_epi8(0x20)), _mm512_set1_epi8(c)));
  }
  std::uint64_t control() const { return general(_mm512_cmplt_epu8_mask(bytes_, _mm512_set1_epi8(0x20))); }
  std::uint64_t digits() const {
    return general(
        _mm512_cmplt_epu8_mask(_mm512_sub_epi8(bytes_, _mm512_set1_epi8('0')), _mm512_set1_epi8(10)));
  }
  std::uint64_t high() const { return general(_mm512_movepi8_mask(bytes_)); }

  // Logic is cheaper on general registers than on those for masks, but compilers like to do some of it there.
  static std::uint64_t general(std::uint64_t mask) {
    asm("" : "+r"(mask));
    return mask;
  }

  static unsigned count(std::uint64_t bits) { return static_cast<unsigned>(_mm_popcnt_u64(bits)); }
  // Number of the lowest set bit; of no bits, any number.
  static unsigned lowest(std::uint64_t bits) { return static_cast<unsigned>(_tzcnt_u64(bits)); }
  static std::uint64_t prefix_xor(std::uint64_t bits) {
    const __m128i product =
        _mm_clmulepi64_si128(_mm_set_epi64x(0, static_cast<std::int64_t>(bits)), _mm_set1_epi8(-1), 0);
    return static_cast<std::uint64_t>(_mm_cvtsi128_si64(product));
  }

 private:
  __m512i bytes_;
};

#include "json/kernel_utf8.inc"
#include "json/kernel_walk.inc"

#include "json/kernel_pairs.inc"

#include "json/kernel_entry.inc"

}  // namespace

constinit const Kernel kKernelAvx512 = make_kernel<ByPairs>("avx512");

}  // namespace weir::json

#ifdef __clang__
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#endif
