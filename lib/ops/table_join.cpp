#include "ops/table_join.h"

namespace weir::ops {
namespace {

constexpr std::int64_t kAllTime = 0;  // the one bucket

}  // namespace

TableJoin::TableJoin(const JoinSettings& settings, state::Store& store)
    : type_(settings.type),
      reader_(settings.reader),
      rows_(settings.rows),
      store_(store),
      table_(store, "table") {}

stream::Flow TableJoin::on_batch(stream::Batch& batch, stream::Context& context) {
  const stream::Flow flow = each_event(
      reader_, batch, context,
      [&](std::size_t) {
        reader_.side() == Side::left ? look_up(context) : change(context);
        store_.relieve();
      },
      [](std::size_t) {});
  rows_.flush(context);
  return flow;
}

// How far the table's time has come says nothing of the rows.
stream::Flow TableJoin::on_mark(const stream::Mark& mark, stream::Context& context) {
  context.mark_taken = mark.input != 0;
  return stream::Flow::more;
}

void TableJoin::change(stream::Context& context) {
  if (reader_.key().empty()) return;
  ++context.taken;
  if (reader_.value().empty()) {
    table_.erase(kAllTime, reader_.key());
    return;
  }
  TableRow& row = table_.at(kAllTime, reader_.key());
  row.value.assign(reader_.value());
  table_.changed(kAllTime, row);
}

void TableJoin::look_up(stream::Context& context) {
  if (reader_.value().empty()) return;
  const TableRow* const row = reader_.key().empty() ? nullptr : table_.find(kAllTime, reader_.key());
  if (row == nullptr && !type_.keeps_left) return;
  ++context.taken;
  JoinRows::About about{reader_.key(), {}};
  if (reader_.timed()) about.ts = reader_.ts();
  rows_.put(about, reader_.value(), row == nullptr ? std::string_view() : row->value, context);
}

}  // namespace weir::ops
