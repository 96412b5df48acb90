// SIZE := NUMBER [B | K KiB | M MiB | G GiB | kB MB GB]. K, M, G are powers of 1024; kB, MB, GB of 1000.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace weir::base {

struct Size {
  std::uint64_t bytes = 0;
  friend auto operator<=>(Size, Size) = default;
};

// NUMBER may have a fraction ("1.5GiB") as long as whole bytes come out. Throws Error(Kind::usage) whose text
// begins with `text`.
Size parse_size(std::string_view text);

// The shortest exact text: 67108864 gives "64MiB", 1000 gives "1000B".
std::string format_size(Size size);

}  // namespace weir::base
