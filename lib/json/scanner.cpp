#include "json/scanner.h"

#include <algorithm>
#include <cstring>

#include "json/chars.h"
#include "json/cursor.h"
#include "json/judge.h"
#include "json/kernel.h"
#include "json/plain.h"

namespace weir::json {

namespace {

bool needs_escape(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte >= 0x7F || c == '"' || c == '\\' || c == '/';
}

void add_look(Plan& plan, std::string_view quoted) {
  const Plan::Look look{quoted[1], static_cast<std::uint8_t>(std::min<std::size_t>(quoted.size() - 1, 63))};
  const auto end = plan.looks + std::min<std::size_t>(plan.look_count, std::size(plan.looks));
  if (std::find(std::begin(plan.looks), end, look) != end) return;
  if (plan.look_count < std::size(plan.looks)) plan.looks[plan.look_count] = look;
  ++plan.look_count;
}

Plan make_plan(const PathSet& paths) {
  Plan plan;
  const auto& nodes = paths.nodes();
  plan.nodes.resize(nodes.size());
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    Plan::Node& node = plan.nodes[i];
    std::uint16_t* link = &node.first_child;
    for (const std::uint32_t child : nodes[i].children) {
      *link = static_cast<std::uint16_t>(child);
      link = &plan.nodes[child].next_sibling;
    }
    plan.levels = std::max(plan.levels, nodes[i].depth + 1);
    if (i == 0) continue;
    // Not append_quoted's form: a line may hold what we would escape, DEL, as it is.
    node.quoted = '"' + nodes[i].name + '"';
    const std::size_t head = std::min<std::size_t>(8, node.quoted.size());
    std::memcpy(&node.head, node.quoted.data(), head);
    std::memset(&node.head_mask, 0xFF, head);
    add_look(plan, node.quoted);
    for (const char c : nodes[i].name) plan.plain_names &= !needs_escape(c);
  }
  return plan;
}

// Of a trusted line nobody has looked at the values yet: what is no valid value makes the line a bad one.
bool well_formed(const Value& value) {
  return value.data == nullptr || judge(value.raw()).fault == Fault::none;
}

}  // namespace

Scanner::Scanner(const PathSet& paths, Check check, const Kernel* kernel)
    : paths_(paths), check_(check), kernel_(kernel), plan_(std::make_unique<Plan>(make_plan(paths))) {
  values_.resize(paths_.size());
  // More names than a plan can number: not worth a plan.
  if (paths_.nodes().size() >= Plan::kNone) kernel_ = nullptr;
}

Scanner::Scanner(const PathSet& paths, Check check)
    : Scanner(paths, check, kernels().empty() ? nullptr : kernels().front()) {}

Scanner::Scanner(Scanner&&) noexcept = default;
Scanner& Scanner::operator=(Scanner&&) noexcept = default;
Scanner::~Scanner() = default;

bool Scanner::scan(std::string_view line, Error& error) {
  if (kernel_ != nullptr && scan_fast(line)) return true;
  return scan_slowly(line, error);
}

bool Scanner::scan_fast(std::string_view line) {
  bool ascii = true;
  const bool trust = check_ == Check::read_values;
  Plan& plan = *plan_;
  const auto walk = trust ? kernel_->trust : kernel_->extract;
  if (!walk(line.data(), line.size(), &ascii, plan)) return false;
  if (!trust && !ascii && !kernel_->utf8(line.data(), line.size())) return false;
  if (plan.escaped_name) {
    find_all(parse_value(line));
    return !trust || std::all_of(values_.begin(), values_.end(), well_formed);
  }
  const char* const end = line.data() + line.size();
  for (std::size_t i = 0; i < values_.size(); ++i) {
    const PathSet::Slot& slot = paths_.slots()[i];
    const char* const begin = plan.nodes[slot.node].begin;
    const bool to_node = slot.rest == slot.path.size();
    if (to_node && begin != nullptr && take_plain(begin, values_[i])) continue;
    Value value = value_of(slot.node, end);
    if (!to_node) value = find(value, std::span<const Step>(slot.path).subspan(slot.rest));
    if (trust && !well_formed(value)) return false;
    values_[i] = value;
  }
  return true;
}

// A node's value; where the line has none, `missing` or `misfit` as the nearest ancestor that it has decides.
Value Scanner::value_of(std::uint32_t index, const char* end) const {
  const Plan::Node& node = plan_->nodes[index];
  if (node.begin != nullptr) {
    if (*node.begin != '{' && *node.begin != '[')
      return parse_value({node.begin, static_cast<std::size_t>(end - node.begin)});
    Value value;
    value.kind = *node.begin == '{' ? Kind::object : Kind::array;
    value.data = node.begin;
    value.size = static_cast<std::uint32_t>((node.end == nullptr ? end : node.end) - node.begin);
    return value;
  }
  Value parent = value_of(paths_.nodes()[index].parent, end);
  if (parent.kind == Kind::object || parent.kind == Kind::null) return {};
  if (parent.kind != Kind::missing) parent.kind = Kind::misfit;
  return parent;
}

void Scanner::find_all(const Value& root) {
  for (std::size_t i = 0; i < values_.size(); ++i) {
    values_[i] = find(root, std::span<const Step>(paths_.slots()[i].path));
  }
}

bool Scanner::scan_slowly(std::string_view line, Error& error) {
  error = judge(line);
  if (error.fault != Fault::none) return false;
  find_all(parse_value(line));
  return true;
}

}  // namespace weir::json
