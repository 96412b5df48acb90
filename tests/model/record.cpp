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
  for (const std::vector<Record>& records : inputs)
    inputs_.push_back({.ended = records.empty(), .newest = {}});
}

Time Watermark::advance(const Record& record) {
  const std::pair<std::string, int> name =
      record.partition ? std::pair(record.topic, *record.partition) : std::pair(std::string(), -1);
  const auto [source, fresh] = inputs_[record.input].newest.emplace(name, *record.ts);
  source->second = std::max(source->second, *record.ts);
  return combined();
}

Time Watermark::end(std::size_t input) {
  inputs_[input].ended = true;
  return combined();
}

Time Watermark::combined() {
  Time least = kForever;
  for (const Input& input : inputs_) {
    if (input.ended) continue;
    if (input.newest.empty()) least = kNever;
    for (const auto& [source, newest] : input.newest) least = std::min(least, minus(newest, bound_));
  }
  return now_ = std::max(now_, least);
}

}  // namespace weir::model
