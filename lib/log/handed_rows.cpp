#include "log/handed_rows.h"

#include <algorithm>

namespace weir::log {

void HandedRows::add(stream::Batch& batch, std::uint64_t limit) {
  Handed& handed = handed_.emplace_back(Handed{{++tickets_}, batch.ticket, {}});
  if (batch.lines.size() > limit) {
    // The merge's ticket may stand for rows that are cut off here: only what the rows themselves say counts.
    batch.lines.resize(limit);
    batch.records.resize(limit);
    batch.origins.resize(limit);
    handed.merged = merged_before_newest();
  }
  origins_ = batch.origins;
  input_ = batch.input;
  note(&handed);
  batch.ticket = handed.ours;
}

void HandedRows::note(Handed* to) const {
  to->next.clear();
  for (std::size_t i = 0; i < origins_.size(); ++i) {
    const stream::Origin& origin = origins_[i];
    const bool run_ends = i + 1 == origins_.size() || origins_[i + 1].partition != origin.partition ||
                          origins_[i + 1].topic != origin.topic;
    if (!run_ends) continue;
    const std::string& topic = input_->topics[origin.topic];
    const auto at = std::find_if(to->next.begin(), to->next.end(), [&](const auto& each) {
      return each.first.partition == origin.partition && each.first.topic == topic;
    });
    if (at == to->next.end()) {
      to->next.emplace_back(TopicPartition{topic, origin.partition}, origin.offset + 1);
    } else {
      at->second = origin.offset + 1;
    }
  }
}

stream::Ticket HandedRows::merged_before_newest() const {
  return handed_.size() < 2 ? stream::Ticket{} : handed_[handed_.size() - 2].merged;
}

stream::Ticket HandedRows::cut(std::size_t rows, stream::Ticket before) {
  if (handed_.empty() || origins_.size() <= rows) return before;
  origins_.resize(rows);
  Handed& newest = handed_.back();
  newest.merged = merged_before_newest();
  note(&newest);
  return newest.ours;
}

stream::Ticket HandedRows::commit(stream::Ticket ticket, const Tell& tell) {
  stream::Ticket merged{};
  for (; !handed_.empty() && handed_.front().ours <= ticket; handed_.pop_front()) {
    merged = handed_.front().merged;
    for (const auto& [partition, next] : handed_.front().next) tell(partition, next);
  }
  return merged;
}

void HandedRows::forget(const TopicPartition& partition) {
  for (Handed& each : handed_)
    std::erase_if(each.next, [&](const auto& one) { return one.first == partition; });
}

void HandedRows::each_of_newest(const Tell& tell) const {
  if (handed_.empty()) return;
  for (const auto& [partition, next] : handed_.back().next) tell(partition, next);
}

}  // namespace weir::log
