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
      store_(store),
      pairs_(store, "pairs") {}

stream::Flow TablesJoin::on_batch(stream::Batch& batch, stream::Context& context) {
  const stream::Flow flow = each_event(
      reader_, batch, context,
      [&](std::size_t) {
        if (reader_.key().empty()) return;
        ++context.taken;
        change(context);
        store_.relieve();
      },
      [](std::size_t) {});
  rows_.flush(context);
  return flow;
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
