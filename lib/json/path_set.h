// The paths that a tool wants from every line, compiled once: `.price`, `.user.id`, `.items[0].sku`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weir::json {

struct Step {
  std::string name;        // a member's name, unescaped UTF-8
  std::int64_t index = 0;  // or an element's index from 0; negative: from the end
  bool is_index = false;

  static Step member(std::string_view name) { return {std::string(name), 0, false}; }
  static Step element(std::int64_t index) { return {{}, index, true}; }
  friend bool operator==(const Step&, const Step&) = default;
};

using Path = std::vector<Step>;  // empty: the whole value

class PathSet {
 public:
  PathSet();

  // Returns the path's slot: its place in what a Scanner hands out. The same path gets the same slot again.
  std::size_t add(std::span<const Step> path);
  std::size_t size() const { return slots_.size(); }

  // What follows is for the scanner. Leading member names make a tree of nodes; steps from the first index on
  // are left over (`rest`) and walked inside the value that the names led to.
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};
  struct Node {
    std::string name;  // as in the path

    std::uint32_t parent = kNone;
    std::vector<std::uint32_t> children;
    unsigned depth = 0;  // names from the root
  };
  struct Slot {
    Path path;
    std::uint32_t node = 0;
    std::size_t rest = 0;  // steps of `path` from here on are the rest
  };
  const std::vector<Node>& nodes() const {
    return nodes_;
  }  // nodes()[0] is the root; parents come before children
  const std::vector<Slot>& slots() const { return slots_; }

 private:
  std::uint32_t child(std::uint32_t parent, std::string_view name);

  std::vector<Node> nodes_;
  std::vector<Slot> slots_;
};

}  // namespace weir::json
