#include "ops/latest_row.h"

#include "state/codec.h"

namespace weir::ops {
namespace {

// A row that was large once does not keep its room.
constexpr std::size_t kIdleBytes = 256;

}  // namespace

void LatestRow::set_value(std::string_view value) {
  if (value_.capacity() > 2 * value.size() + kIdleBytes) value_ = base::Buffer();
  value_.clear();
  value_.append(value);
}

void LatestRow::encode(base::Buffer& to) const {
  state::Writer writer(to);
  writer.integer(ts.ms);
  writer.number(arrival);
  writer.flag(timer != INT64_MAX);
  if (timer != INT64_MAX) writer.integer(timer);
  writer.flag(there);
  writer.flag(shown);
  writer.flag(json);
  writer.text(value());
}

bool LatestRow::decode(std::string_view from, LatestRow& to) {
  state::Reader reader(from);
  to.ts.ms = reader.integer();
  to.arrival = reader.number();
  to.timer = reader.flag() ? reader.integer() : INT64_MAX;
  to.there = reader.flag();
  to.shown = reader.flag();
  to.json = reader.flag();
  to.set_value(reader.text());
  return reader.done();
}

}  // namespace weir::ops
