#include "model/record.h"

#include <algorithm>
#include <numeric>

namespace weir::model {

std::vector<Arrival> merged(const std::vector<std::vector<Record>>& inputs,
                            const std::vector<std::size_t>& tie_order) {
  std::vector<std::size_t> next(inputs.size());
  std::vector<Arrival> all;
  for (;;) {
    const std::vector<Record>* chosen = nullptr;
    std::size_t* position = nullptr;
    for (const std::size_t input : tie_order) {
      if (next[input] == inputs[input].size()) continue;
      if (chosen != nullptr && *inputs[input][next[input]].ts >= *(*chosen)[*position].ts) continue;
      chosen = &inputs[input];
      position = &next[input];
      if (inputs.size() == 1) break;
    }
    if (chosen == nullptr) return all;
    const Record& record = (*chosen)[(*position)++];
    all.push_back({record, *position == chosen->size()});
  }
}

std::vector<std::size_t> in_order(const std::vector<std::vector<Record>>& inputs) {
  std::vector<std::size_t> order(inputs.size());
  std::iota(order.begin(), order.end(), 0);
  return order;
}

Watermark::Watermark(const std::vector<std::vector<Record>>& inputs, Time bound) : bound_(bound) {
  for (const std::vector<Record>& records : inputs) inputs_.push_back({.ended = records.empty()});
}

Time Watermark::advance(const Record& record) {
  const std::pair<std::string, int> name =
      record.partition ? std::pair(record.topic, *record.partition) : std::pair(std::string(), -1);
  Input& input = inputs_[record.input];
  Source& source = input.sources[name];
  source.idle = record.kind == Record::Kind::idle;
  if (record.kind == Record::Kind::watermark) {
    source.watermark = source.marked ? std::max(source.watermark, *record.ts) : *record.ts;
    source.marked = true;
    input.names = input.names || record.partition;
  } else if (record.kind == Record::Kind::event && !source.marked) {
    source.watermark = std::max(source.watermark, *record.ts - bound_);
  }
  return combined();
}

Time Watermark::end(std::size_t input) {
  inputs_[input].ended = true;
  return combined();
}

Time Watermark::combined() {
  Time least = kForever;
  bool all_ended = true, all_idle = true;
  for (const Input& input : inputs_) {
    if (input.ended) continue;
    all_ended = false;
    if (input.sources.empty()) least = kNever;
    for (const auto& [name, source] : input.sources) {
      if (source.idle || (input.names && name.second == -1)) continue;
      all_idle = false;
      least = std::min(least, source.watermark);
    }
  }
  if (all_idle && !all_ended) return now_;
  return now_ = std::max(now_, least);
}

}  // namespace weir::model
