#include "expr/value.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "expr/pool.h"
#include "json/canonical.h"
#include "json/cursor.h"
#include "json/number.h"
#include "json/short_decimal.h"
#include "json/text.h"

namespace weir::expr {
namespace {

constexpr std::size_t kBlockBytes = 4096;
constexpr std::size_t kKeptBytes = 1u << 20;  // one huge event must not hold its memory for ever

// A computed number against any other.
std::strong_ordering compare_numbers(const Value& a, const Value& b) {
  if (is_computed(a) && is_computed(b)) {
    const double left = to_double(a);
    const double right = to_double(b);
    // As in jq, not-a-number is less than every number, itself included.
    return left < right || std::isnan(left) ? std::strong_ordering::less
           : left == right                  ? std::strong_ordering::equal
                                            : std::strong_ordering::greater;
  }
  if (is_computed(a)) {
    if (std::isnan(to_double(a))) return std::strong_ordering::less;
    return 0 <=> json::compare_numbers(b.raw(), to_double(a));
  }
  if (std::isnan(to_double(b))) return std::strong_ordering::greater;
  return json::compare_numbers(a.raw(), to_double(b));
}

bool plain(std::string_view text) {
  return std::memchr(text.data(), 0x7F, text.size()) == nullptr;
}

}  // namespace

double to_double(const Value& number) {
  constexpr std::uint32_t kSafeDigits = 15;
  if (number.size == 0) return std::bit_cast<double>(number.data);
  if (!number.integer || number.size > kSafeDigits) return json::to_double(number.raw());
  const bool negative = *number.data == '-';
  std::int64_t whole = 0;
  for (std::size_t at = negative ? 1 : 0; at < number.size; ++at)
    whole = whole * 10 + (number.data[at] - '0');
  const auto value = static_cast<double>(whole);
  return negative ? -value : value;
}

std::strong_ordering compare(const Value& a, const Value& b) {
  if (a.kind == ValueKind::number && b.kind == ValueKind::number && (a.size == 0 || b.size == 0)) {
    return compare_numbers(a, b);
  }
  return json::compare_jq(a, b);
}

bool equal(const Value& a, const Value& b) {
  if (a.kind != b.kind) return false;
  if (a.kind == ValueKind::string && !a.escaped && !b.escaped) return a.raw() == b.raw();
  return compare(a, b) == 0;
}

void append_value(std::string& out, const Value& value) {
  if (value.compact) {
    out += value.raw();
    return;
  }
  switch (value.kind) {
    case ValueKind::number:
      if (value.size == 0) {
        json::append_number(out, to_double(value));
      } else if (value.integer || json::is_shortest_decimal(value.raw())) {
        out += value.raw();
      } else {
        json::append_number(out, value.raw());
      }
      return;
    case ValueKind::string:
      if (!value.escaped && plain(value.text())) {
        out += value.raw();
        return;
      }
      break;
    case ValueKind::null:
    case ValueKind::false_:
    case ValueKind::true_:
      out += value.raw();
      return;
    default:
      break;
  }
  json::append_compact(out, value);
}

void append_string_inside(std::string& out, const Value& string) {
  if (string.compact || (!string.escaped && plain(string.text()))) {
    out += string.text();
    return;
  }
  std::string buffer;
  append_text_inside(out, json::text_of(string, buffer));
}

void append_text_inside(std::string& out, std::string_view text) {
  const std::size_t start = out.size();
  json::append_quoted(out, text);
  out.erase(start, 1);
  out.pop_back();
}

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
    full_ += blocks_[block_].size;
    ++block_;
    used_ = 0;
  }
  if (block_ == blocks_.size()) {
    expect(size);
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

void Scratch::expect(std::size_t bytes) const {
  if (bytes > kMaxScratchBytes || full_ + used_ > kMaxScratchBytes - bytes)
    throw LimitReached{Failure::What::memory};
}

void Scratch::reset() {
  std::size_t kept = 0;
  std::size_t bytes = 0;
  while (kept < blocks_.size() && kept <= block_ && (bytes += blocks_[kept].size) <= kKeptBytes) ++kept;
  if (block_ > 0 && kept < blocks_.size()) blocks_.resize(kept);
  block_ = 0;
  used_ = 0;
  full_ = 0;
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

Value string_value(std::string_view text, Scratch& scratch) {
  std::string quoted;
  json::append_quoted(quoted, text);
  return made_value(scratch.keep(quoted), ValueKind::string);
}

Value made_value(std::string_view json, ValueKind kind) {
  const bool escaped = kind == ValueKind::string && json.find('\\') != std::string_view::npos;
  return {json.data(), static_cast<std::uint32_t>(json.size()), kind, escaped, false, true};
}

Value with_text(const Value& value, Scratch& scratch) {
  if (!is_computed(value)) return value;
  std::string text;
  append_value(text, value);
  if (text == "null") return kNull;  // not-a-number
  Value made = made_value(scratch.keep(text), ValueKind::number);
  made.integer = json::is_integer(text);
  return made;
}

}  // namespace weir::expr
