#include "cli/seen_offsets.h"

#include "base/error.h"
#include "record/envelope.h"

namespace weir::cli {

using base::Error;
using base::Kind;

stream::Flow SeenOffsets::on_batch(stream::Batch& batch, stream::Context&) {
  if (batch.input_number >= of_inputs_.size() || !of_inputs_[batch.input_number]) return stream::Flow::more;
  next_.resize(of_inputs_.size());
  batch.retain([&](std::size_t row) { return is_new(batch, row); });
  return stream::Flow::more;
}

bool SeenOffsets::is_new(const stream::Batch& batch, std::size_t row) {
  const std::string_view line = batch.lines[row].view();
  record::Envelope envelope;
  arena_.clear();
  // What is wrong with a line is told by whoever reads it next.
  if (record::decode(line, arena_, envelope)) return true;
  if (envelope.topic.empty() || envelope.partition == base::kNoPartition ||
      envelope.offset == base::kNoOffset) {
    throw Error(Kind::usage, "--state cannot go on with lines that have no topic, partition and offset")
        .at(batch.input->name + ":" + std::to_string(batch.first_line + batch.lines[row].index))
        .hint("consume -J writes them; or read a FILE or topic:NAME")
        .code("state_input");
  }
  std::int64_t& next = next_of(batch.input_number, envelope.topic, envelope.partition);
  if (envelope.offset.value < next) return false;
  if (!drained_.empty()) {
    throw Error(Kind::usage, "there is new input, and the state in " + drained_ +
                                 " is that of its end: what was open then has been closed")
        .hint("start again with another directory")
        .code("state_drained");
  }
  next = envelope.offset.value + 1;
  return true;
}

std::int64_t& SeenOffsets::next_of(std::uint32_t input, std::string_view topic, base::Partition partition) {
  if (last_ != nullptr && last_input_ == input && last_->second == partition.value && last_->first == topic)
    return *last_next_;
  const auto at = next_[input].try_emplace(Key{topic, partition.value}, 0).first;
  last_input_ = input;
  last_ = &at->first;
  return *(last_next_ = &at->second);
}

void SeenOffsets::save(state::Writer& to) const {
  to.number(next_.size());
  for (const auto& input : next_) {
    to.number(input.size());
    for (const auto& [key, next] : input) {
      to.text(key.first);
      to.integer(key.second);
      to.integer(next);
    }
  }
}

void SeenOffsets::load(state::Reader& from) {
  last_ = nullptr;
  next_.assign(of_inputs_.size(), {});
  for (std::uint64_t inputs = from.number(), i = 0; i < inputs && !from.failed(); ++i) {
    for (std::uint64_t left = from.number(); left > 0 && !from.failed(); --left) {
      std::string topic(from.text());
      const auto partition = static_cast<std::int32_t>(from.integer());
      const std::int64_t next = from.integer();
      if (i < next_.size()) next_[i][{std::move(topic), partition}] = next;
    }
  }
}

}  // namespace weir::cli
