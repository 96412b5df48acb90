// Joins two tables by their keys: every change of either side changes the joined row of that key, and is written: the row
// as it is now, or that it is deleted. Last arrival wins, whatever its time.
//
// A row  exists where both sides have one, or a side that is kept has. Nothing is written where none was and none is.
// Time   of a row: the larger one of the event's and the other side's row.
// Null   without a value an event deletes its side's row; without a key it is dropped.
// Memory all keys of both tables. Threads: the loop's.
#pragma once

#include <cstddef>
#include <string_view>

#include "ops/forwarded_time.h"
#include "ops/join_settings.h"
#include "ops/table_row.h"
#include "state/buckets.h"
#include "state/store.h"

namespace weir::ops {

// Both rows of a key: an entry of state::Buckets.
struct PairOfRows {
  TableRow left, right;
  TableRow& of(Side side) { return side == Side::left ? left : right; }

  std::size_t bytes() const { return left.bytes() + right.bytes(); }
  void encode(base::Buffer& out) const {
    state::Writer to(out);
    left.write(to);
    right.write(to);
  }
  static bool decode(std::string_view bytes, PairOfRows& entry) {
    state::Reader from(bytes);
    entry.left.read(from);
    entry.right.read(from);
    return from.done();
  }
};

class TablesJoin final : public Join {
 public:
  // Borrows `store`.
  TablesJoin(const JoinSettings& settings, state::Store& store);

  stream::Flow on_batch(stream::Batch& batch, stream::Context& context) override;
  stream::Flow on_mark(const stream::Mark& mark, stream::Context& context) override;
  stream::Flow on_end(stream::Context& context) override;
  void tell_chances(stream::Chances& to) const override;

 private:
  void change(stream::Context& context);
  bool exists(const PairOfRows& pair) const;

  const JoinType type_;
  JoinReader reader_;
  JoinRows rows_;
  ForwardedTime time_;
  state::Store& store_;
  state::Buckets<PairOfRows> pairs_;
};

}  // namespace weir::ops
