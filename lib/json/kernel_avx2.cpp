// The kernel for x86-64 with AVX2, BMI and carry-less multiplication: Intel since 2013, AMD since 2015.
#include "json/kernel_table.h"

#ifdef __x86_64__

#include <immintrin.h>

#include <cstring>
#include <iterator>
#include <type_traits>

#include "json/chars.h"
#include "json/error.h"

// From here on only: headers above must not be compiled with these options, or their functions could end up
// in code that runs on older machines.
#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx2,bmi,bmi2,lzcnt,popcnt,pclmul"))), \
                             apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,bmi,bmi2,lzcnt,popcnt,pclmul")
#endif

namespace weir::json {
namespace {

class Block {
 public:
  explicit Block(const char* at)
      : low_(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(at))),
        high_(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(at + 32))) {}

  std::uint64_t equal(char c) const {
    const __m256i wanted = _mm256_set1_epi8(c);
    return mask(_mm256_cmpeq_epi8(low_, wanted), _mm256_cmpeq_epi8(high_, wanted));
  }
  // Letters in either case; '{' finds '[' too and '}' finds ']'.
  std::uint64_t equal_any_case(char c) const {
    const __m256i wanted = _mm256_set1_epi8(c);
    const __m256i bit = _mm256_set1_epi8(0x20);
    return mask(_mm256_cmpeq_epi8(_mm256_or_si256(low_, bit), wanted),
                _mm256_cmpeq_epi8(_mm256_or_si256(high_, bit), wanted));
  }
  std::uint64_t control() const { return at_most(low_, high_, 0x1F); }
  std::uint64_t digits() const {
    const __m256i zero = _mm256_set1_epi8('0');
    return at_most(_mm256_sub_epi8(low_, zero), _mm256_sub_epi8(high_, zero), 9);
  }
  std::uint64_t high() const { return mask(low_, high_); }

  static unsigned count(std::uint64_t bits) { return static_cast<unsigned>(_mm_popcnt_u64(bits)); }
  // Number of the lowest set bit; of no bits, any number.
  static unsigned lowest(std::uint64_t bits) { return static_cast<unsigned>(_tzcnt_u64(bits)); }
  static std::uint64_t prefix_xor(std::uint64_t bits) {
    const __m128i product =
        _mm_clmulepi64_si128(_mm_set_epi64x(0, static_cast<std::int64_t>(bits)), _mm_set1_epi8(-1), 0);
    return static_cast<std::uint64_t>(_mm_cvtsi128_si64(product));
  }

 private:
  static std::uint64_t at_most(__m256i low, __m256i high, char limit) {
    const __m256i most = _mm256_set1_epi8(limit);
    return mask(_mm256_cmpeq_epi8(_mm256_min_epu8(low, most), low),
                _mm256_cmpeq_epi8(_mm256_min_epu8(high, most), high));
  }
  static std::uint64_t mask(__m256i low, __m256i high) {
    return static_cast<std::uint32_t>(_mm256_movemask_epi8(low)) |
           static_cast<std::uint64_t>(static_cast<std::uint32_t>(_mm256_movemask_epi8(high))) << 32;
  }
  __m256i low_, high_;
};

#include "json/kernel_utf8.inc"
#include "json/kernel_walk.inc"

#include "json/kernel_entry.inc"

}  // namespace

constinit const Kernel kKernelAvx2 = make_kernel<ByMasks>("avx2");

}  // namespace weir::json

#ifdef __clang__
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#endif
