// Aggregates over the rows of a table: one row per group, kept right while rows change, move from group to group and go.
// A group is there as long as a row is of it.
// State: Buckets "groups" of the store, bucket 0. Threads: one.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/buffer.h"
#include "ops/aggregates.h"
#include "ops/row_fields.h"
#include "ops/table_output.h"
#include "state/buckets.h"

namespace weir::ops {

// What is known of one group. Fits state::Buckets.
struct TableGroup {
  std::uint64_t rows = 0;
  base::EventTime ts;  // of its last change
  AggregateState state;

  void encode(base::Buffer& to) const;
  static bool decode(std::string_view from, TableGroup& to);
  std::size_t bytes() const { return state.bytes(); }
};

class TableGroups {
 public:
  // `row`: reads rows that are taken back; made with the same settings as the one that reads those that come.
  TableGroups(RowFields& row, state::Store& store);

  // A row of a group before and after a change. Views are good until the next call.
  struct Change {
    std::string_view group;
    std::optional<RowText> old, now;
  };
  // Texts cost; without them `old` and `now` are none.
  enum class Texts { no, yes };
  // `old`: the row before, which was added. `now`: what has looked at the row after. Null: there is none, or it is not
  // shown. Of two groups the one that loses the row comes first.
  std::span<const Change> change(const RowFields::Row* old, const RowFields* now, base::EventTime ts,
                                 Texts texts);

  // write(group, RowText, ts), in key order.
  template <typename Write>
  void each(Write write) {
    groups_.each_sorted(kBucket, [&](std::string_view key, const TableGroup& group) {
      write_row(key, group, scratch_);
      write(key, RowText{scratch_, true}, group.ts);
    });
  }
  template <typename Write>
  void one(std::string_view key, Write write) {
    const TableGroup* const group = groups_.find(kBucket, key);
    if (group == nullptr) return;
    write_row(key, *group, scratch_);
    write(key, RowText{scratch_, true}, group->ts);
  }
  // Rows of groups with a null for a result that no double can hold.
  std::uint64_t beyond_doubles() const { return beyond_doubles_; }

 private:
  static constexpr std::int64_t kBucket = 0;
  struct Texted {  // room for a change
    std::string group, old, now;
  };
  void write_row(std::string_view key, const TableGroup& group, std::string& to);
  std::optional<RowText> text(std::string_view key, const TableGroup* group, std::string& room, Texts texts);

  RowFields& row_;
  state::Buckets<TableGroup> groups_;
  Texted texted_[2];
  Change changes_[2];
  std::string scratch_;
  std::uint64_t beyond_doubles_ = 0;
};

}  // namespace weir::ops
