#include "json/judge.h"

#include <bitset>
#include <cstring>

#include "json/chars.h"
#include "json/utf8.h"

namespace weir::json {

namespace {

class Judge {
 public:
  explicit Judge(std::string_view text) : begin_(text.data()), at_(begin_), end_(begin_ + text.size()) {}

  Error run() {
    if (end_ - at_ >= 3 && std::memcmp(at_, "\xEF\xBB\xBF", 3) == 0) return fail(Fault::byte_order_mark);
    skip_space();
    if (at_ == end_) return {Fault::empty, 0};
    Fault fault = walk();
    if (fault != Fault::none) return fail(fault);
    skip_space();
    return at_ == end_ ? Error{} : fail(Fault::trailing_bytes);
  }

 private:
  Error fail(Fault fault) const { return {fault, static_cast<std::uint32_t>(at_ - begin_)}; }
  Fault open_container() const { return object_[depth_] ? Fault::open_object : Fault::open_array; }
  bool at(char c) const { return at_ < end_ && *at_ == c; }
  void skip_space() {
    while (at_ < end_ && is_space(*at_)) ++at_;
  }

  // Every function leaves at_ on the first byte that it did not accept.
  Fault walk() {
    for (;;) {
      Fault fault = Fault::none;
      if (at('{') || at('[')) {
        if (depth_ == kMaxDepth) return Fault::too_deep;
        object_[++depth_] = *at_++ == '{';
        skip_space();
        if (!at(object_[depth_] ? '}' : ']')) {
          if (at_ == end_) return open_container();
          if (object_[depth_] && (fault = name()) != Fault::none) return fault;
          continue;
        }
      } else if ((fault = scalar()) != Fault::none) {
        return fault;
      }
      // Behind a value, or on the bracket that closes an empty container.
      for (;;) {
        if (depth_ == 0) return Fault::none;
        skip_space();
        if (at_ == end_) return open_container();
        if (*at_ == ',') break;
        if (*at_ != (object_[depth_] ? '}' : ']')) {
          return object_[depth_] ? Fault::expected_comma_object : Fault::expected_comma_array;
        }
        ++at_;
        if (--depth_ == 0) return Fault::none;
      }
      ++at_;
      skip_space();
      if (at_ == end_) return open_container();
      if (object_[depth_] && (fault = name()) != Fault::none) return fault;
    }
  }

  // A member's name, its colon and the space up to the value.
  Fault name() {
    if (!at('"')) return Fault::expected_name;
    if (const Fault fault = string(); fault != Fault::none) return fault;
    skip_space();
    if (at_ == end_) return Fault::open_object;
    if (*at_ != ':') return Fault::expected_colon;
    ++at_;
    skip_space();
    return at_ == end_ ? Fault::open_object : Fault::none;
  }

  Fault scalar() {
    switch (*at_) {
      case '"':
        return string();
      case 't':
        return literal("true");
      case 'f':
        return literal("false");
      case 'n':
        return literal("null");
      default:
        return *at_ == '-' || is_digit(*at_) ? number() : Fault::expected_value;
    }
  }

  Fault literal(std::string_view word) {
    for (const char c : word) {
      if (!at(c)) return Fault::bad_literal;
      ++at_;
    }
    return at_ == end_ || !continues_word(*at_) ? Fault::none : Fault::bad_literal;
  }

  Fault number() {
    if (at('-')) ++at_;
    if (at('0')) {
      ++at_;
      if (at_ < end_ && is_digit(*at_)) return Fault::leading_zero;
    } else if (!digits()) {
      return Fault::bad_number;
    }
    if (at('.')) {
      ++at_;
      if (!digits()) return Fault::bad_number;
    }
    if (at('e') || at('E')) {
      ++at_;
      if (at('+') || at('-')) ++at_;
      if (!digits()) return Fault::bad_number;
    }
    return at_ == end_ || !continues_word(*at_) ? Fault::none : Fault::bad_number;
  }

  // "1x" and "truey" are better called a bad number and a bad literal than a missing comma.
  static bool continues_word(char c) {
    const char lower = static_cast<char>(c | 0x20);
    return is_digit(c) || (lower >= 'a' && lower <= 'z') || c == '.' || c == '+' || c == '-' || c == '_';
  }

  bool digits() {
    const char* const first = at_;
    while (at_ < end_ && is_digit(*at_)) ++at_;
    return at_ != first;
  }

  Fault string() {
    for (++at_; at_ < end_;) {
      const auto c = static_cast<unsigned char>(*at_);
      if (c == '"') {
        ++at_;
        return Fault::none;
      }
      if (c < 0x20) return Fault::control_character;
      if (c == '\\') {
        if (const Fault fault = escape(); fault != Fault::none) return fault;
      } else if (c < 0x80) {
        ++at_;
      } else if (const std::size_t length = utf8_sequence(at_, end_); length != 0) {
        at_ += length;
      } else {
        return Fault::bad_utf8;
      }
    }
    return Fault::open_string;
  }

  Fault escape() {
    if (++at_ == end_) return Fault::open_string;
    if (!is_escape(*at_)) return Fault::bad_escape;
    if (*at_++ != 'u') return Fault::none;
    for (int i = 0; i < 4; ++i, ++at_) {
      if (at_ == end_) return Fault::open_string;
      if (hex_value(*at_) < 0) return Fault::bad_unicode_escape;
    }
    return Fault::none;
  }

  const char* const begin_;
  const char* at_;
  const char* const end_;
  unsigned depth_ = 0;
  std::bitset<kMaxDepth + 1> object_;  // by depth from 1: is it an object?
};

}  // namespace

Error judge(std::string_view text) noexcept {
  return Judge(text).run();
}

}  // namespace weir::json
