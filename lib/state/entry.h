// What can be kept in Buckets.
#pragma once

#include <concepts>
#include <cstddef>
#include <string_view>
#include <type_traits>

#include "base/buffer.h"

namespace weir::state {

// encode   appends the whole entry; decode takes exactly that back and says whether the bytes were such.
// bytes    memory beyond sizeof(Entry), in bytes; asked after every change, so it has to be cheap. An entry that never
//          has any makes it `static constexpr`.
template <typename Entry>
concept Storable = std::default_initializable<Entry> && std::is_nothrow_move_constructible_v<Entry> &&
    requires(const Entry& entry, Entry& to, base::Buffer& out, std::string_view from) {
  entry.encode(out);
  { Entry::decode(from, to) } -> std::same_as<bool>;
  { entry.bytes() } -> std::convertible_to<std::size_t>;
};

// Appends bytes for a key; keys are in the order of these bytes. Different keys have different ones.
using SortKey = void (*)(std::string_view key, base::Buffer& to);

inline void sort_by_bytes(std::string_view key, base::Buffer& to) {
  to.append(key);
}

}  // namespace weir::state
