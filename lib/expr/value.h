// The values an expression computes with: json::Value everywhere, so that what stands in the line is used where it
// stands, and what is made is written as JSON text into a Scratch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"

namespace weir::expr {

using json::Value;
using ValueKind = json::Kind;

inline constexpr Value kNull{"null", 4, ValueKind::null, false, false};
inline constexpr Value kFalse{"false", 5, ValueKind::false_, false, false};
inline constexpr Value kTrue{"true", 4, ValueKind::true_, false, false};
inline constexpr Value boolean(bool value) {
  return value ? kTrue : kFalse;
}

// jq's truth: everything but null and false.
inline bool truthy(const Value& value) {
  return value.kind >= ValueKind::true_;
}

// "null", "boolean", "number", ...: as messages call a value.
std::string_view kind_name(const Value& value);

// Room for what one evaluation makes; nothing is freed before reset(). Memory is kept from one event to the next, up to
// a limit, so that an ordinary event allocates nothing.
class Scratch {
 public:
  // At least `size` bytes.
  char* allocate(std::size_t size);
  std::string_view keep(std::string_view text);
  void reset();

 private:
  struct Block {
    std::unique_ptr<char[]> bytes;
    std::size_t size = 0;
  };
  std::vector<Block> blocks_;
  std::size_t block_ = 0;  // the one in use
  std::size_t used_ = 0;   // bytes of it
};

// A string's text: a view of the line where it holds no escape, else unescaped into `scratch`.
std::string_view text_of(const Value& string, Scratch& scratch);

// Values made of text that is already JSON, or of numbers.
Value value_of(std::string_view json);  // as json::parse_value
Value number_value(std::int64_t number, Scratch& scratch);
Value string_value(std::string_view text, Scratch& scratch);  // quotes and escapes it

}  // namespace weir::expr
