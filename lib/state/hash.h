// The hash of a key: fast for short keys, and seeded, so that nobody who chooses the keys of a public stream can make
// them collide. What it says never shows in a result.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace weir::state {

namespace detail {

inline std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

template <typename Word>
std::uint64_t word_at(const char* from) {
  Word word;
  std::memcpy(&word, from, sizeof word);
  return word;
}

}  // namespace detail

inline std::uint64_t hash_key(std::string_view key, std::uint64_t seed) {
  using detail::fold, detail::word_at;
  constexpr std::uint64_t kOdd = 0x9e3779b97f4a7c15u, kOther = 0xd6e8feb86659fd93u;
  const char* at = key.data();
  std::size_t left = key.size();
  std::uint64_t state = seed ^ kOdd;
  std::uint64_t first = 0, last = 0;
  while (left > 16) {
    state = fold(word_at<std::uint64_t>(at) ^ kOther, word_at<std::uint64_t>(at + 8) ^ state);
    at += 16;
    left -= 16;
  }
  // What is left is read from both ends; in the middle the two may overlap.
  if (left >= 8) {
    first = word_at<std::uint64_t>(at);
    last = word_at<std::uint64_t>(at + left - 8);
  } else if (left >= 4) {
    first = word_at<std::uint32_t>(at);
    last = word_at<std::uint32_t>(at + left - 4);
  } else if (left > 0) {
    first = static_cast<unsigned char>(at[0]) | word_at<unsigned char>(at + left / 2) << 8;
    last = static_cast<unsigned char>(at[left - 1]);
  }
  return fold(kOdd ^ key.size(), fold(first ^ kOther, last ^ state));
}

}  // namespace weir::state
