// The values an expression computes with: json::Value everywhere, so that what stands in the line is used where it
// stands, and what is made is written as JSON text into a Scratch. Only a number that was computed has no text: its
// double stands where the text's place would be, so that no sum is written and read again on its way.
#pragma once

#include <bit>
#include <compare>
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

inline constexpr Value kNull{"null", 4, ValueKind::null, false, false, true};
inline constexpr Value kFalse{"false", 5, ValueKind::false_, false, false, true};
inline constexpr Value kTrue{"true", 4, ValueKind::true_, false, false, true};
inline constexpr Value boolean(bool value) {
  return value ? kTrue : kFalse;
}

// jq's truth: everything but null and false.
inline bool truthy(const Value& value) {
  return value.kind >= ValueKind::true_;
}

// A computed number: raw() of it is empty.
inline Value number_value(double number) {
  return {std::bit_cast<const char*>(number), 0, ValueKind::number, false, false, false};
}
inline bool is_computed(const Value& value) {
  return value.kind == ValueKind::number && value.size == 0;
}
double to_double(const Value& number);

// jq's order and equality, of computed numbers too.
std::strong_ordering compare(const Value& a, const Value& b);
bool equal(const Value& a, const Value& b);

// Appends the compact text of any value, as json::append_compact does.
void append_value(std::string& out, const Value& value);
// The same of a string, without its quotes.
void append_string_inside(std::string& out, const Value& string);
void append_text_inside(std::string& out, std::string_view text);  // of a text that is no JSON yet

// "null", "boolean", "number", ...: as messages call a value.
std::string_view kind_name(const Value& value);

// What one event may make; what is nearly done counts too.
inline constexpr std::size_t kMaxScratchBytes = 256u << 20;

// Room for what one evaluation makes; nothing is freed before reset(). Memory is kept from one event to the next, up to
// a limit, so that an ordinary event allocates nothing.
// Errors: throws LimitReached when an event has made more than kMaxScratchBytes.
class Scratch {
 public:
  // At least `size` bytes.
  char* allocate(std::size_t size);
  std::string_view keep(std::string_view text);
  // May so many bytes still be made? Throws if not.
  void expect(std::size_t bytes) const;
  void reset();

 private:
  struct Block {
    std::unique_ptr<char[]> bytes;
    std::size_t size = 0;
  };
  std::vector<Block> blocks_;
  std::size_t block_ = 0;  // the one in use
  std::size_t used_ = 0;   // bytes of it
  std::size_t full_ = 0;   // bytes of those before it
};

// A string's text: a view of the line where it holds no escape, else unescaped into `scratch`.
std::string_view text_of(const Value& string, Scratch& scratch);

Value value_of(std::string_view json);                        // as json::parse_value
Value string_value(std::string_view text, Scratch& scratch);  // quotes and escapes it
// Of text that is compact JSON of that kind, and lasts.
Value made_value(std::string_view json, ValueKind kind);
// The value with a text, for whoever knows nothing of computed numbers.
Value with_text(const Value& value, Scratch& scratch);

}  // namespace weir::expr
