// Appends compact JSON to a string: commas and colons come by themselves. Nothing checks that begin and end
// match but an assertion on depth; names are not checked for duplicates.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace weir::json {

class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}  // borrows `out` and appends to it

  Writer& begin_object();
  Writer& end_object();
  Writer& begin_array();
  Writer& end_array();
  Writer& name(std::string_view text);  // a member's name, unescaped
  Writer& null();
  Writer& boolean(bool value);
  Writer& number(std::int64_t value);
  Writer& number(double value);
  Writer& string(std::string_view text);
  Writer& raw(std::string_view json);  // one value, written as it is

 private:
  void separate();
  Writer& open(char bracket);
  Writer& close(char bracket);
  Writer& end_value();

  std::string& out_;
  std::uint32_t depth_ = 0;
  bool comma_ = false;  // the next name, or value of an array, needs one before it
};

}  // namespace weir::json
