#include "ops/foreign_join.h"

#include <algorithm>
#include <vector>

#include "ops/group_key.h"

namespace weir::ops {
namespace {

constexpr std::int64_t kAllTime = 0;  // the one bucket

}  // namespace

ForeignJoin::ForeignJoin(const JoinSettings& settings, state::Store& store)
    : type_(settings.type),
      reader_(settings.reader),
      rows_(settings.rows),
      time_(settings, ForwardedTime::Of::both),
      store_(store),
      lefts_(store, "left"),
      rights_(store, "right"),
      referring_(store, "referring") {
  store.keep("join", time_);
}

stream::Flow ForeignJoin::on_batch(stream::Batch& batch, stream::Context& context) {
  const auto move = [&](std::size_t row) {
    if (time_.event(batch, row, reader_)) time_.write(rows_.rows(), context);
  };
  const stream::Flow flow = each_event(
      reader_, batch, context,
      [&](std::size_t row) {
        move(row);
        if (reader_.key().empty()) return;
        ++context.taken;
        reader_.side() == Side::left ? change_left(context) : change_right(context);
        store_.relieve();
      },
      move);
  rows_.flush(context);
  return flow;
}

stream::Flow ForeignJoin::on_mark(const stream::Mark& mark, stream::Context& context) {
  context.mark_taken = true;
  if (time_.mark(mark, reader_)) time_.write(rows_.rows(), context);
  return stream::Flow::more;
}

stream::Flow ForeignJoin::on_end(stream::Context& context) {
  if (time_.end()) time_.write(rows_.rows(), context);
  return stream::Flow::more;
}

void ForeignJoin::tell_chances(stream::Chances& to) const {
  reader_.tell_chances(to);
  if (time_.passed_an_idle_one()) to.add("--idle");
}

void ForeignJoin::change_left(stream::Context& context) {
  ReferringRow* const found = lefts_.find(kAllTime, reader_.key());
  if (found == nullptr && reader_.value().empty()) return;
  ReferringRow& left = found != nullptr ? *found : lefts_.at(kAllTime, reader_.key());
  const std::string_view reference = reader_.value().empty() ? std::string_view() : reader_.foreign_key();
  left.row.value.assign(reader_.value());
  left.row.ts = reader_.ts();
  const std::string before = left.reference;
  left.reference.assign(reference);
  lefts_.changed(kAllTime, left);
  if (before != reference) {
    if (!before.empty()) let_go(before, reader_.key());
    if (!reference.empty()) refer(left.reference, reader_.key());
  }
  show(reader_.key(), left, context);
  if (!left.row.exists()) lefts_.erase(kAllTime, reader_.key());
}

void ForeignJoin::change_right(stream::Context& context) {
  if (reader_.value().empty()) {
    if (!rights_.erase(kAllTime, reader_.key())) return;
  } else {
    TableRow& right = rights_.at(kAllTime, reader_.key());
    right.value.assign(reader_.value());
    right.ts = reader_.ts();
    rights_.changed(kAllTime, right);
  }
  const ReferringKeys* const referring = referring_.find(kAllTime, reader_.key());
  if (referring == nullptr) return;
  for (const auto& [order, key] : referring->all()) show(key, *lefts_.find(kAllTime, key), context);
}

void ForeignJoin::refer(const std::string& reference, std::string_view key) {
  order_.clear();
  sort_by_json(key, order_);
  ReferringKeys& referring = referring_.at(kAllTime, reference);
  referring.add(order_.view(), key);
  referring_.changed(kAllTime, referring);
}

void ForeignJoin::let_go(const std::string& reference, std::string_view key) {
  order_.clear();
  sort_by_json(key, order_);
  ReferringKeys* const referring = referring_.find(kAllTime, reference);
  if (referring == nullptr) return;
  referring->remove(order_.view(), key);
  referring_.changed(kAllTime, *referring);
  if (referring->empty()) referring_.erase(kAllTime, reference);
}

// Writes the joined row of a left key as it is now.
void ForeignJoin::show(std::string_view key, ReferringRow& left, stream::Context& context) {
  const TableRow* const right = left.reference.empty() ? nullptr : rights_.find(kAllTime, left.reference);
  const bool exists = left.row.exists() && (right != nullptr || type_.keeps_left);
  if (exists) {
    rows_.put(about(key, left.row, right), left.row.value,
              right == nullptr ? std::string_view() : std::string_view(right->value), context);
  } else if (left.shown) {
    rows_.put_deleted(about(key, left.row, right), context);
  }
  if (left.shown == exists) return;
  left.shown = exists;
  lefts_.changed(kAllTime, left);
}

JoinRows::About ForeignJoin::about(std::string_view key, const TableRow& left, const TableRow* right) const {
  if (!reader_.timed()) return {key, {}};
  std::int64_t ts = std::max(reader_.ts(), left.ts);
  if (right != nullptr) ts = std::max(ts, right->ts);
  return {key, ts};
}

}  // namespace weir::ops
