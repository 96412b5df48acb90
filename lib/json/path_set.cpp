#include "json/path_set.h"

#include <algorithm>

#include "json/kernel.h"

namespace weir::json {

PathSet::PathSet() : nodes_(1) {}

std::size_t PathSet::add(std::span<const Step> path) {
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    if (std::equal(path.begin(), path.end(), slots_[i].path.begin(), slots_[i].path.end())) return i;
  }
  Slot slot{Path(path.begin(), path.end()), 0, 0};
  while (slot.rest < path.size() && !path[slot.rest].is_index && slot.rest < Plan::kMaxLevels) {
    slot.node = child(slot.node, path[slot.rest].name);
    ++slot.rest;
  }
  slots_.push_back(std::move(slot));
  return slots_.size() - 1;
}

std::uint32_t PathSet::child(std::uint32_t parent, std::string_view name) {
  for (const std::uint32_t i : nodes_[parent].children) {
    if (nodes_[i].name == name) return i;
  }
  const auto index = static_cast<std::uint32_t>(nodes_.size());
  Node node;
  node.name = name;
  node.parent = parent;
  node.depth = nodes_[parent].depth + 1;
  nodes_.push_back(std::move(node));
  nodes_[parent].children.push_back(index);
  return index;
}

}  // namespace weir::json
