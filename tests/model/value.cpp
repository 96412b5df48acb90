#include "model/value.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>

namespace weir::model {
namespace {

int sign(bool less, bool greater) {
  return less ? -1 : greater ? 1 : 0;
}

// null, false, true, number, string, array, object
int class_of(const Value& value) {
  if (const bool* truth = std::get_if<bool>(&value.is)) return *truth ? 2 : 1;
  if (value.null()) return 0;
  if (value.number()) return 3;
  return std::holds_alternative<std::string>(value.is) ? 4 : std::holds_alternative<Array>(value.is) ? 5 : 6;
}

Object sorted(Object object) {
  std::sort(object.begin(), object.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  return object;
}

int compare_objects(const Object& one, const Object& other) {
  const Object a = sorted(one), b = sorted(other);
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    if (a[i].first != b[i].first) return a[i].first < b[i].first ? -1 : 1;
    if (const int order = compare(a[i].second, b[i].second)) return order;
  }
  return sign(a.size() < b.size(), a.size() > b.size());
}

std::string digits(Int value) {
  if (value == 0) return "0";
  std::string text;
  for (Int rest = value < 0 ? -value : value; rest != 0; rest /= 10)
    text += static_cast<char>('0' + int(rest % 10));
  if (value < 0) text += '-';
  return {text.rbegin(), text.rend()};
}

// The shortest digits that read back as the number, with zeros up to the point and no exponent.
std::string shortest(double value) {
  if (value == 0) return "0";
  char buffer[64];
  const auto end =
      std::to_chars(buffer, buffer + sizeof buffer, std::abs(value), std::chars_format::scientific).ptr;
  const std::string scientific(buffer, end);
  const std::size_t e = scientific.find('e');
  const int exponent = std::atoi(scientific.c_str() + e + 1);
  const std::string sign = value < 0 ? "-" : "";
  if (exponent < -5 || exponent > 20) return sign + scientific;
  std::string all = scientific.substr(0, 1) + (e > 1 ? scientific.substr(2, e - 2) : "");
  if (exponent < 0) return sign + "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + all;
  const std::size_t whole = static_cast<std::size_t>(exponent) + 1;
  if (all.size() <= whole) return sign + all + std::string(whole - all.size(), '0');
  return sign + all.substr(0, whole) + "." + all.substr(whole);
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

}  // namespace

long double Value::as_number() const {
  if (const Int* whole = std::get_if<Int>(&is)) return static_cast<long double>(*whole);
  return std::get<double>(is);
}

const Value& Value::member(std::string_view name) const {
  static const Value none;
  const Object* object = std::get_if<Object>(&is);
  if (object == nullptr) return none;
  for (const auto& [known, value] : *object) {
    if (known == name) return value;
  }
  return none;
}

int compare(const Value& a, const Value& b) {
  const int kind = class_of(a);
  if (kind != class_of(b)) return sign(kind<class_of(b), kind> class_of(b));
  switch (kind) {
    case 3: {
      const long double x = a.as_number(), y = b.as_number();
      return sign(x<y, x> y);
    }
    case 4:
      return std::get<std::string>(a.is).compare(std::get<std::string>(b.is));
    case 5: {
      const Array &x = std::get<Array>(a.is), &y = std::get<Array>(b.is);
      for (std::size_t i = 0; i < std::min(x.size(), y.size()); ++i) {
        if (const int order = compare(x[i], y[i])) return order;
      }
      return sign(x.size() < y.size(), x.size() > y.size());
    }
    case 6:
      return compare_objects(std::get<Object>(a.is), std::get<Object>(b.is));
    default:
      return 0;
  }
}

std::string text(const Value& value) {
  if (value.null()) return "null";
  if (const bool* truth = std::get_if<bool>(&value.is)) return *truth ? "true" : "false";
  if (const Int* whole = std::get_if<Int>(&value.is)) return digits(*whole);
  if (const double* number = std::get_if<double>(&value.is)) return shortest(*number);
  if (const std::string* string = std::get_if<std::string>(&value.is)) return quoted(*string);
  if (const Between* bounds = std::get_if<Between>(&value.is))
    return "<" + shortest(bounds->low) + "," + shortest(bounds->high) + ">";
  std::string out;
  if (const Array* array = std::get_if<Array>(&value.is)) {
    for (const Value& element : *array) out += (out.empty() ? "" : ",") + text(element);
    return "[" + out + "]";
  }
  for (const auto& [name, member] : std::get<Object>(value.is)) {
    out += (out.empty() ? "" : ",") + quoted(name) + ":" + text(member);
  }
  return "{" + out + "}";
}

}  // namespace weir::model
