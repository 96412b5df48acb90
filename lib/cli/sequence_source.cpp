#include "cli/sequence_source.h"

#include <algorithm>

#include "base/assert.h"

namespace weir::cli {

using stream::Pull;

SequenceSource::SequenceSource(std::vector<std::unique_ptr<stream::Source>> parts) {
  WEIR_ASSERT(!parts.empty());
  for (auto& part : parts) parts_.push_back({std::move(part)});
}

Pull SequenceSource::next(stream::Batch& batch) {
  for (;;) {
    Part& part = parts_[current_];
    const Pull pull = part.source->next(batch);
    if (pull == Pull::batch) {
      batch.ticket.value += part.first;
      part.last = std::max(part.last, batch.ticket.value);
      return pull;
    }
    if (pull != Pull::end || draining_ || current_ + 1 == parts_.size()) return pull;
    const std::uint64_t handed_out = std::max(part.last, part.first);
    ++current_;
    parts_[current_].first = handed_out;
  }
}

int SequenceSource::wait_fd() const {
  return parts_[current_].source->wait_fd();
}

void SequenceSource::commit(stream::Ticket ticket) {
  for (std::size_t i = 0; i <= current_; ++i) {
    const Part& part = parts_[i];
    const std::uint64_t reached = std::min(ticket.value, part.last);
    if (reached > part.first) part.source->commit({reached - part.first});
  }
}

stream::Ticket SequenceSource::cut(std::size_t rows, stream::Ticket before) {
  Part& part = parts_[current_];
  const stream::Ticket own = part.source->cut(rows, {std::max(before.value, part.first) - part.first});
  part.last = part.first + own.value;
  return {part.last};
}

bool SequenceSource::drain() {
  // What the current part has read still comes; the parts after it have read nothing. They stay, since one may be a member
  // of a group, which is to leave it.
  draining_ = true;
  return parts_[current_].source->drain();
}

bool SequenceSource::behind() const {
  return current_ < parts_.size() && parts_[current_].source->behind();
}

bool SequenceSource::needs_attention() const {
  return std::any_of(parts_.begin(), parts_.end(),
                     [](const Part& part) { return part.source->needs_attention(); });
}

void SequenceSource::attend() {
  for (std::size_t i = 0; i <= current_; ++i) parts_[i].source->attend();
}

stream::Source::Meter SequenceSource::meter() const {
  Meter sum{0, 0};
  for (const Part& part : parts_) {
    const Meter meter = part.source->meter();
    sum.bytes += meter.bytes;
    sum.size = sum.size && meter.size ? std::optional(*sum.size + *meter.size) : std::nullopt;
  }
  return sum;
}

}  // namespace weir::cli
