// A JSON value as the reference models see it, in the plainest way. Nothing here is shared with the library.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace weir::model {

__extension__ using Int = __int128;  // sums of 64-bit integers are exact

struct Value;
struct Between {  // a number of which only the bounds are known: what an approximate aggregate may say
  double low, high;
};
using Array = std::vector<Value>;
using Object = std::vector<std::pair<std::string, Value>>;  // in the order in which it is written

struct Value {
  std::variant<std::monostate, bool, Int, double, std::string, Array, Object, Between> is;

  Value() = default;
  Value(bool value) : is(value) {}
  Value(int value) : is(Int{value}) {}
  Value(std::int64_t value) : is(Int{value}) {}
  Value(Int value) : is(value) {}
  Value(double value) : is(value) {}
  Value(const char* value) : is(std::string(value)) {}
  Value(std::string value) : is(std::move(value)) {}
  Value(Between value) : is(value) {}
  Value(Array value) : is(std::move(value)) {}
  Value(Object value) : is(std::move(value)) {}

  bool null() const { return std::holds_alternative<std::monostate>(is); }
  bool integer() const { return std::holds_alternative<Int>(is); }
  bool number() const { return integer() || std::holds_alternative<double>(is); }
  long double as_number() const;                // of a number
  const Value& member(std::string_view) const;  // of an object; null when it has none or this is null
};

// The canonical order: null, false, true, numbers, strings by bytes, arrays, objects.
int compare(const Value& a, const Value& b);
inline bool operator<(const Value& a, const Value& b) {
  return compare(a, b) < 0;
}
inline bool operator==(const Value& a, const Value& b) {
  return compare(a, b) == 0;
}

std::string text(const Value& value);  // compact JSON; of Between <low,high>

}  // namespace weir::model
