// Joins two tables where rows of the left one refer to rows of the right one: many to one. The result has the keys of the
// left table.
//
// Left change   the joined row of that key is made anew; a changed reference lets go of the old right row.
// Right change  the joined rows of all left rows that refer to it are made anew, in canonical order of their keys.
// Written       the row as it is now, or that it is deleted, where it was in the result. Time: the larger one of both rows
//               and the event.
// Null          a reference that is null refers to nothing; else as TablesJoin.
// Memory        all keys of both tables, and for each right key those of the left that refer to it. Threads: the loop's.
#pragma once

#include <string>
#include <string_view>

#include "ops/foreign_rows.h"
#include "ops/forwarded_time.h"
#include "ops/join_settings.h"
#include "ops/table_row.h"
#include "state/buckets.h"
#include "state/store.h"

namespace weir::ops {

class ForeignJoin final : public Join {
 public:
  // Borrows `store`.
  ForeignJoin(const JoinSettings& settings, state::Store& store);

  stream::Flow on_batch(stream::Batch& batch, stream::Context& context) override;
  stream::Flow on_mark(const stream::Mark& mark, stream::Context& context) override;
  stream::Flow on_end(stream::Context& context) override;
  void tell_chances(stream::Chances& to) const override;

 private:
  void change_left(stream::Context& context);
  void change_right(stream::Context& context);
  void refer(const std::string& reference, std::string_view key);
  void let_go(const std::string& reference, std::string_view key);
  void show(std::string_view key, ReferringRow& left, stream::Context& context);
  JoinRows::About about(std::string_view key, const TableRow& left, const TableRow* right) const;

  const JoinType type_;
  JoinReader reader_;
  JoinRows rows_;
  ForwardedTime time_;
  state::Store& store_;
  state::Buckets<ReferringRow> lefts_;
  state::Buckets<TableRow> rights_;
  state::Buckets<ReferringKeys> referring_;
  base::Buffer order_;
};

}  // namespace weir::ops
