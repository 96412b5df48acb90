#include "ops/watermarks.h"

#include <utility>

namespace weir::ops {
namespace {

// The rows from `from` up to `to`, with what keeps them alive.
stream::Batch slice(const stream::Batch& batch, std::size_t from, std::size_t to) {
  const auto at = [](const auto& rows, std::size_t row) {
    return rows.begin() + static_cast<std::ptrdiff_t>(row);
  };
  stream::Batch part;
  part.blocks = batch.blocks;
  part.form = batch.form;
  part.input = batch.input;
  part.first_line = batch.first_line;
  part.lines.assign(at(batch.lines, from), at(batch.lines, to));
  part.records.assign(at(batch.records, from), at(batch.records, to));
  part.origins.assign(at(batch.origins, from), at(batch.origins, to));
  return part;
}

}  // namespace

stream::Flow Watermarks::on_batch(stream::Batch& batch, stream::Context& context) {
  if (batch.form != stream::Batch::Form::records || batch.origins.empty()) return stream::Flow::more;
  std::size_t sent = 0;
  for (std::size_t row = 0; row < batch.lines.size(); ++row) {
    std::optional<stream::Mark> mark = mark_after(batch, row);
    if (!mark) continue;
    stream::Batch part = slice(batch, sent, row + 1);
    part.mark = std::move(mark);
    sent = row + 1;
    if (context.out.write(part) == stream::Flow::stop) break;
  }
  if (sent > 0) batch.retain([&](std::size_t row) { return row >= sent; });
  return stream::Flow::more;
}

std::optional<stream::Mark> Watermarks::mark_after(const stream::Batch& batch, std::size_t row) {
  const base::EventTime time = batch.records[row].ts;
  if (time == base::kNoTime) return std::nullopt;
  const stream::Origin& origin = batch.origins[row];
  Partition& partition = partition_of(origin);
  if (partition.announced && time.ms - *partition.announced < step_ms_) return std::nullopt;
  if (partition.announced && time.ms <= *partition.announced) return std::nullopt;
  partition.announced = time.ms;

  stream::Mark mark;
  mark.kind = stream::Mark::Kind::watermark;
  mark.watermark = time;
  const std::string topic = batch.input != nullptr && origin.topic < batch.input->topics.size()
                                ? batch.input->topics[origin.topic]
                                : std::string();
  mark.line = "{\"_weir\":\"wm\",\"t\":" + std::to_string(time.ms) + ",\"p\":\"" + topic + "/" +
              std::to_string(origin.partition.value) + "\"}";
  return mark;
}

Watermarks::Partition& Watermarks::partition_of(const stream::Origin& origin) {
  const auto is = [&](const Partition& each) {
    return each.topic == origin.topic && each.number == origin.partition;
  };
  if (last_ < partitions_.size() && is(partitions_[last_])) return partitions_[last_];
  for (last_ = 0; last_ < partitions_.size(); ++last_)
    if (is(partitions_[last_])) return partitions_[last_];
  partitions_.push_back({origin.topic, origin.partition, std::nullopt});
  return partitions_.back();
}

}  // namespace weir::ops
