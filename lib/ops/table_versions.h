// The versions that a row of a table has had, by their event time: an entry of state::Buckets.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/buffer.h"
#include "ops/table_row.h"
#include "state/codec.h"

namespace weir::ops {

class TableVersions {
 public:
  // Behind those of equal time, which it replaces for everybody who looks.
  void add(TableRow version) {
    text_bytes_ += version.bytes();
    versions_.insert(behind(version.ts), std::move(version));
  }
  // The version as of a time, one that says that the row was deleted included; null: there is none, or none any more.
  const TableRow* as_of(std::int64_t ts, std::int64_t line) {
    forget(line);
    const auto at = behind(ts);
    return at == versions_.begin() ? nullptr : &*(at - 1);
  }
  // Leaves what is later than the line, and the newest of those that are not.
  void forget(std::int64_t line) {
    const auto at = behind(line);
    if (at == versions_.begin() || at - 1 == versions_.begin()) return;
    for (auto each = versions_.begin(); each != at - 1; ++each) text_bytes_ -= each->bytes();
    versions_.erase(versions_.begin(), at - 1);
  }

  std::size_t bytes() const { return versions_.capacity() * sizeof(TableRow) + text_bytes_; }
  void encode(base::Buffer& out) const {
    state::Writer to(out);
    to.number(versions_.size());
    for (const TableRow& version : versions_) version.write(to);
  }
  static bool decode(std::string_view bytes, TableVersions& entry) {
    state::Reader from(bytes);
    for (std::uint64_t count = from.number(); count > 0 && !from.failed(); --count) {
      TableRow version;
      version.read(from);
      entry.text_bytes_ += version.bytes();
      entry.versions_.push_back(std::move(version));
    }
    return from.done();
  }

 private:
  std::vector<TableRow>::iterator behind(std::int64_t ts) {
    return std::upper_bound(versions_.begin(), versions_.end(), ts,
                            [](std::int64_t time, const TableRow& version) { return time < version.ts; });
  }

  std::vector<TableRow> versions_;  // by time, then arrival
  std::size_t text_bytes_ = 0;
};

}  // namespace weir::ops
