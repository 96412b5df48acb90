// Joins a stream (left) with a table (right), by arrival: a left event meets the row that its key has now. Right events
// change the table and have no rows of their own.
// Null: a left event without a value is dropped; without a key it has no partner. A right one without a key is dropped, and
// without a value deletes the row. Memory: all keys of the table. Threads: the loop's.
#pragma once

#include <string_view>
#include <vector>

#include "ops/forwarded_time.h"
#include "ops/join_settings.h"
#include "ops/read_ahead.h"
#include "ops/table_row.h"
#include "state/buckets.h"
#include "state/store.h"

namespace weir::ops {

class TableJoin final : public Join {
 public:
  // Borrows `store`.
  TableJoin(const JoinSettings& settings, state::Store& store);

  stream::Flow on_batch(stream::Batch& batch, stream::Context& context) override;
  stream::Flow on_mark(const stream::Mark& mark, stream::Context& context) override;
  stream::Flow on_end(stream::Context& context) override;
  void tell_chances(stream::Chances& to) const override;

 private:
  void take_ahead(stream::Context& context);
  void change(const ReadAhead::Event& event, stream::Context& context);
  void look_up(const ReadAhead::Event& event, stream::Context& context);

  const JoinType type_;
  JoinReader reader_;
  ReadAhead ahead_;
  JoinRows rows_;
  ForwardedTime time_;
  state::Store& store_;
  state::Buckets<TableRow> table_;
};

}  // namespace weir::ops
