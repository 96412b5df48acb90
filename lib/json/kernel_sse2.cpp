// The kernel that every x86-64 machine can run.
#include "json/kernel_table.h"

#ifdef __x86_64__

#include <emmintrin.h>

#include <cstring>
#include <iterator>
#include <string_view>
#include <type_traits>

#include "json/chars.h"
#include "json/error.h"
#include "json/utf8.h"

namespace weir::json {
namespace {

class Block {
 public:
  explicit Block(const char* at) {
    for (int i = 0; i < 4; ++i) part_[i] = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at + 16 * i));
  }

  std::uint64_t equal(char c) const {
    const __m128i wanted = _mm_set1_epi8(c);
    return mask([&](__m128i part) { return _mm_cmpeq_epi8(part, wanted); });
  }
  std::uint64_t equal_any_case(char c) const {
    const __m128i wanted = _mm_set1_epi8(c);
    const __m128i bit = _mm_set1_epi8(0x20);
    return mask([&](__m128i part) { return _mm_cmpeq_epi8(_mm_or_si128(part, bit), wanted); });
  }
  std::uint64_t control() const {
    const __m128i most = _mm_set1_epi8(0x1F);
    return mask([&](__m128i part) { return _mm_cmpeq_epi8(_mm_min_epu8(part, most), part); });
  }
  std::uint64_t digits() const {
    const __m128i zero = _mm_set1_epi8('0');
    const __m128i most = _mm_set1_epi8(9);
    return mask([&](__m128i part) {
      const __m128i value = _mm_sub_epi8(part, zero);
      return _mm_cmpeq_epi8(_mm_min_epu8(value, most), value);
    });
  }
  std::uint64_t high() const {
    return mask([](__m128i part) { return part; });
  }

  static unsigned count(std::uint64_t bits) { return static_cast<unsigned>(__builtin_popcountll(bits)); }
  // Number of the lowest set bit; of no bits, any number.
  static unsigned lowest(std::uint64_t bits) {
    return static_cast<unsigned>(__builtin_ctzll(bits | (std::uint64_t{1} << 63)));
  }
  static std::uint64_t prefix_xor(std::uint64_t bits) {
    for (unsigned shift = 1; shift < 64; shift *= 2) bits ^= bits << shift;
    return bits;
  }

 private:
  template <typename Compare>
  std::uint64_t mask(Compare compare) const {
    std::uint64_t bits = 0;
    for (int i = 0; i < 4; ++i) {
      bits |= static_cast<std::uint64_t>(static_cast<std::uint32_t>(_mm_movemask_epi8(compare(part_[i]))))
              << (16 * i);
    }
    return bits;
  }
  __m128i part_[4];
};

// Without a byte shuffle the plain check is as good as any.
bool utf8(const char* data, std::size_t size) {
  return valid_utf8({data, size});
}

#include "json/kernel_walk.inc"

#include "json/kernel_entry.inc"

}  // namespace

constinit const Kernel kKernelSse2 = make_kernel<ByMasks>("sse2");

}  // namespace weir::json

#endif
