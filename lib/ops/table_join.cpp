#include "ops/table_join.h"

namespace weir::ops {
namespace {

constexpr std::int64_t kAllTime = 0;  // the one bucket

}  // namespace

TableJoin::TableJoin(const JoinSettings& settings, state::Store& store)
    : type_(settings.type),
      reader_(settings.reader),
      rows_(settings.rows),
      time_(settings, ForwardedTime::Of::left),
      store_(store),
      table_(store, "table") {
  store.keep("join", time_);
}

stream::Flow TableJoin::on_batch(stream::Batch& batch, stream::Context& context) {
  const auto move = [&](std::size_t row) {
    if (!time_.event(batch, row, reader_)) return;
    take_ahead(context);
    time_.write(rows_.rows(), context);
  };
  const stream::Flow flow = each_event(
      reader_, batch, context,
      [&](std::size_t row) {
        move(row);
        ahead_.add(reader_, batch.lines[row].view());
        if (ahead_.full()) take_ahead(context);
      },
      [&] { take_ahead(context); }, move);
  take_ahead(context);
  rows_.flush(context);
  return flow;
}

void TableJoin::take_ahead(stream::Context& context) {
  table_.fetch(kAllTime, ahead_.keys());
  for (const ReadAhead::Event& event : ahead_.events()) {
    event.side == Side::left ? look_up(event, context) : change(event, context);
    store_.relieve();
  }
  ahead_.clear();
}

stream::Flow TableJoin::on_mark(const stream::Mark& mark, stream::Context& context) {
  context.mark_taken = true;
  if (time_.mark(mark, reader_)) time_.write(rows_.rows(), context);
  return stream::Flow::more;
}

stream::Flow TableJoin::on_end(stream::Context& context) {
  if (time_.end()) time_.write(rows_.rows(), context);
  return stream::Flow::more;
}

void TableJoin::tell_chances(stream::Chances& to) const {
  reader_.tell_chances(to);
  if (time_.passed_an_idle_one()) to.add("--idle");
}

void TableJoin::change(const ReadAhead::Event& event, stream::Context& context) {
  if (event.key.empty()) return;
  ++context.taken;
  if (event.value.empty()) {
    table_.erase(kAllTime, event.key);
    return;
  }
  TableRow& row = table_.at(kAllTime, event.key);
  row.value.assign(event.value);
  table_.changed(kAllTime, row);
}

void TableJoin::look_up(const ReadAhead::Event& event, stream::Context& context) {
  if (event.value.empty()) return;
  const TableRow* const row = event.key.empty() ? nullptr : table_.find(kAllTime, event.key);
  if (row == nullptr && !type_.keeps_left) return;
  ++context.taken;
  rows_.put({event.key, event.ts}, event.value, row == nullptr ? std::string_view() : row->value, context);
}

}  // namespace weir::ops
