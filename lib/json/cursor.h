// Walks the members of an object or the elements of an array, one level, without building a tree. For text
// that has been validated; on other text the walk ends early or yields nonsense, but stays inside the bytes
// it was given. Threads: value types over bytes that the caller keeps alive.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "json/path_set.h"
#include "json/value.h"

namespace weir::json {

// The value that `text` holds, white space around it left out; kind `missing` when there is none.
Value parse_value(std::string_view text) noexcept;

struct Member {
  Value name;  // kind string
  Value value;
};

class Members {
 public:
  explicit Members(const Value& object) noexcept;  // any other kind than object has no members
  // `known`: the value of some member, which need not be walked to find its end.
  Members(const Value& object, const Value& known) noexcept;
  bool next(Member& member) noexcept;  // in the order of the text, duplicates too

 private:
  const char* at_;
  const char* end_;
  Value known_;
};

class Elements {
 public:
  explicit Elements(const Value& array) noexcept;  // any other kind than array has no elements
  bool next(Value& element) noexcept;

 private:
  const char* at_;
  const char* end_;
};

// One step or a whole path down from `from`, by the scanner's rules: last of duplicates, `missing`, `misfit`.
Value find(const Value& from, std::string_view name) noexcept;  // `name` unescaped
Value find(const Value& from, std::int64_t index) noexcept;
Value find(const Value& from, std::span<const Step> path) noexcept;

}  // namespace weir::json
