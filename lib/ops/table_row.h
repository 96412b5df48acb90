// What joins keep of a table: entries of state::Buckets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/buffer.h"
#include "state/codec.h"

namespace weir::ops {

// The latest row of a key. Without a value there is none.
struct TableRow {
  std::string value;
  std::int64_t ts = 0;

  bool exists() const { return !value.empty(); }
  std::size_t bytes() const { return value.capacity(); }
  void fetch() const {
    __builtin_prefetch(value.data());
    __builtin_prefetch(value.data() + 64);
  }
  void write(state::Writer& to) const {
    to.text(value);
    to.integer(ts);
  }
  void read(state::Reader& from) {
    value = from.text();
    ts = from.integer();
  }
  void encode(base::Buffer& out) const {
    state::Writer to(out);
    write(to);
  }
  static bool decode(std::string_view bytes, TableRow& entry) {
    state::Reader from(bytes);
    entry.read(from);
    return from.done();
  }
};

}  // namespace weir::ops
