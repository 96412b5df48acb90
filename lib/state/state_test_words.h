// What the tests of lib/state share.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "base/buffer.h"

namespace weir::state {

// An entry with a number, and a text that lies beyond its size.
struct Note {
  std::int64_t count = 0;
  std::string text;

  void encode(base::Buffer& out) const {
    out.append(&count, sizeof count);
    out.append(text);
  }
  static bool decode(std::string_view from, Note& to) {
    if (from.size() < sizeof to.count) return false;
    std::memcpy(&to.count, from.data(), sizeof to.count);
    to.text = from.substr(sizeof to.count);
    return true;
  }
  std::size_t bytes() const { return text.capacity() > 15 ? text.capacity() + 1 : 0; }

  friend bool operator==(const Note&, const Note&) = default;
};

// An entry that has nothing beyond its size.
struct Count {
  std::int64_t count = 0;

  void encode(base::Buffer& out) const { out.append(&count, sizeof count); }
  static bool decode(std::string_view from, Count& to) {
    if (from.size() != sizeof to.count) return false;
    std::memcpy(&to.count, from.data(), sizeof to.count);
    return true;
  }
  static constexpr std::size_t bytes() { return 0; }
};

}  // namespace weir::state
