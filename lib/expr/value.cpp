#include "expr/value.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "json/cursor.h"
#include "json/text.h"

namespace weir::expr {
namespace {

constexpr std::size_t kBlockBytes = 4096;
constexpr std::size_t kKeptBytes = 1u << 20;  // one huge event must not hold its memory for ever

}  // namespace

std::string_view kind_name(const Value& value) {
  switch (value.kind) {
    case ValueKind::false_:
    case ValueKind::true_:
      return "boolean";
    case ValueKind::number:
      return "number";
    case ValueKind::string:
      return "string";
    case ValueKind::array:
      return "array";
    case ValueKind::object:
      return "object";
    default:
      return "null";
  }
}

char* Scratch::allocate(std::size_t size) {
  while (block_ < blocks_.size() && blocks_[block_].size - used_ < size) {
    ++block_;
    used_ = 0;
  }
  if (block_ == blocks_.size()) {
    const std::size_t bytes = std::max(size, kBlockBytes << std::min<std::size_t>(block_, 8));
    blocks_.push_back({std::make_unique_for_overwrite<char[]>(bytes), bytes});
  }
  char* const at = blocks_[block_].bytes.get() + used_;
  used_ += size;
  return at;
}

std::string_view Scratch::keep(std::string_view text) {
  if (text.empty()) return {"", 0};
  char* const at = allocate(text.size());
  std::memcpy(at, text.data(), text.size());
  return {at, text.size()};
}

void Scratch::reset() {
  std::size_t kept = 0;
  std::size_t bytes = 0;
  while (kept < blocks_.size() && kept <= block_ && (bytes += blocks_[kept].size) <= kKeptBytes) ++kept;
  if (block_ > 0 && kept < blocks_.size()) blocks_.resize(kept);
  block_ = 0;
  used_ = 0;
}

std::string_view text_of(const Value& string, Scratch& scratch) {
  const std::string_view raw = string.text();
  if (!string.escaped) return raw;
  char* const at = scratch.allocate(raw.size());
  return {at, json::unescape(raw, at)};
}

Value value_of(std::string_view json) {
  return json::parse_value(json);
}

Value number_value(std::int64_t number, Scratch& scratch) {
  constexpr std::size_t kDigits = 20;
  char* const at = scratch.allocate(kDigits);
  const char* const end = std::to_chars(at, at + kDigits, number).ptr;
  return {at, static_cast<std::uint32_t>(end - at), ValueKind::number, false, true};
}

Value string_value(std::string_view text, Scratch& scratch) {
  std::string quoted;
  json::append_quoted(quoted, text);
  const std::string_view kept = scratch.keep(quoted);
  const bool escaped = kept.find('\\') != std::string_view::npos;
  return {kept.data(), static_cast<std::uint32_t>(kept.size()), ValueKind::string, escaped, false};
}

}  // namespace weir::expr
