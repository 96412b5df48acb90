#include "ops/tables_join.h"

#include <algorithm>

namespace weir::ops {
namespace {

constexpr std::int64_t kAllTime = 0;  // the one bucket

}  // namespace

TablesJoin::TablesJoin(const JoinSettings& settings, state::Store& store)
    : type_(settings.type),
      reader_(settings.reader),
      rows_(settings.rows),
      time_(settings, ForwardedTime::Of::both),
      store_(store),
      pairs_(store, "pairs") {
  store.keep("join", time_);
}

stream::Flow TablesJoin::on_batch(stream::Batch& batch, stream::Context& context) {
  const auto move = [&](std::size_t row) {
    if (time_.event(batch, row, reader_)) time_.write(rows_.rows(), context);
  };
  const stream::Flow flow = each_event(
      reader_, batch, context,
      [&](std::size_t row) {
        move(row);
        if (reader_.key().empty()) return;
        ++context.taken;
        change(context);
        store_.relieve();
      },
      move);
  rows_.flush(context);
  return flow;
}

stream::Flow TablesJoin::on_mark(const stream::Mark& mark, stream::Context& context) {
  context.mark_taken = true;
  if (time_.mark(mark, reader_)) time_.write(rows_.rows(), context);
  return stream::Flow::more;
}

stream::Flow TablesJoin::on_end(stream::Context& context) {
  if (time_.end()) time_.write(rows_.rows(), context);
  return stream::Flow::more;
}

void TablesJoin::tell_chances(stream::Chances& to) const {
  reader_.tell_chances(to);
  if (time_.passed_an_idle_one()) to.add("--idle");
}

bool TablesJoin::exists(const PairOfRows& pair) const {
  const bool left = pair.left.exists(), right = pair.right.exists();
  return (left && right) || (left && type_.keeps_left) || (right && type_.keeps_right);
}

void TablesJoin::change(stream::Context& context) {
  PairOfRows* const found = pairs_.find(kAllTime, reader_.key());
  if (found == nullptr && reader_.value().empty()) return;
  PairOfRows& pair = found != nullptr ? *found : pairs_.at(kAllTime, reader_.key());
  const bool existed = exists(pair);
  TableRow& row = pair.of(reader_.side());
  if (reader_.value().empty() && !row.exists()) return;  // deleted once more: the joined row is as it was
  row.value.assign(reader_.value());
  row.ts = reader_.ts();
  pairs_.changed(kAllTime, pair);

  const TableRow& partner = pair.of(other(reader_.side()));
  JoinRows::About about{reader_.key(), {}};
  if (reader_.timed()) about.ts = partner.exists() ? std::max(row.ts, partner.ts) : row.ts;
  if (exists(pair)) {
    rows_.put(about, pair.left.value, pair.right.value, context);
  } else if (existed) {
    rows_.put_deleted(about, context);
  }
  if (!pair.left.exists() && !pair.right.exists()) pairs_.erase(kAllTime, reader_.key());
}

}  // namespace weir::ops
