#include "json/compact.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "json/chars.h"
#include "json/cursor.h"
#include "json/error.h"
#include "json/number.h"
#include "json/text.h"

namespace weir::json {

namespace {

// The names of one object so far.
class Names {
 public:
  // False: it was there before, or there are too many.
  bool add(std::string_view name) {
    const std::uint64_t bit = bit_of(name);
    if ((bits_ & bit) != 0) {
      for (std::size_t i = 0; i < count_; ++i) {
        if (std::string_view(names_[i].data, names_[i].size) == name) return false;
      }
    }
    if (count_ == kMost) return false;
    bits_ |= bit;
    names_[count_++] = {name.data(), name.size()};
    return true;
  }

 private:
  static constexpr std::size_t kMost = 64;

  // Different for most names that differ.
  static std::uint64_t bit_of(std::string_view name) {
    if (name.empty()) return 1;
    const auto first = static_cast<unsigned char>(name.front());
    const auto last = static_cast<unsigned char>(name.back());
    return std::uint64_t{1} << ((name.size() * 7 + first * 5u + last) % 64);
  }

  std::uint64_t bits_ = 0;
  std::size_t count_ = 0;
  struct Name {
    const char* data;
    std::size_t size;
  };
  Name names_[kMost];  // set up to count_
};

class Copier {
 public:
  Copier(std::string& out, std::string_view text) : out_(out), at_(text.data()), end_(at_ + text.size()) {}

  // The value that begins at `at_`. False: not by us.
  bool value() {
    if (at_ == end_) return false;
    switch (*at_) {
      case '{':
        return nested(&Copier::object);
      case '[':
        return nested(&Copier::array);
      case '"':
        return string();
      default:
        return scalar();
    }
  }
  bool ended() const { return at_ == end_; }

 private:
  bool nested(bool (Copier::*body)()) {
    if (depth_ == kMaxDepth) return false;
    ++depth_;
    const bool good = (this->*body)();
    --depth_;
    return good;
  }

  bool object() {
    Names names;
    out_ += *at_++;
    if (next_is('}')) return close();
    for (;;) {
      if (!next_is('"')) return false;
      const char* const quote = at_;
      const char* const behind = plain_end(quote);
      if (behind == nullptr || !names.add({quote + 1, static_cast<std::size_t>(behind - quote - 2)}))
        return false;
      at_ = behind;
      if (!next_is(':')) return false;
      ++at_;
      if (at_ == behind + 1) {
        out_.append(quote, static_cast<std::size_t>(at_ - quote));
      } else {
        out_.append(quote, static_cast<std::size_t>(behind - quote)) += ':';
      }
      skip_space();
      if (!value()) return false;
      if (next_is('}')) return close();
      if (!next_is(',')) return false;
      out_ += *at_++;
    }
  }

  bool array() {
    out_ += *at_++;
    if (next_is(']')) return close();
    for (;;) {
      skip_space();
      if (!value()) return false;
      if (next_is(']')) return close();
      if (!next_is(',')) return false;
      out_ += *at_++;
    }
  }

  bool string() {
    const char* const quote = at_;
    if (const char* const behind = plain_end(quote)) {
      out_.append(quote, static_cast<std::size_t>(behind - quote));
      at_ = behind;
      return true;
    }
    const Value value = parse_value({quote, static_cast<std::size_t>(end_ - quote)});
    if (value.kind != Kind::string) return false;
    std::string buffer;
    append_quoted(out_, text_of(value, buffer));
    at_ = quote + value.size;
    return true;
  }

  bool scalar() {
    const char* const begin = at_;
    while (at_ < end_ && !ends_scalar(*at_) && *at_ != ':') ++at_;
    const std::string_view text(begin, static_cast<std::size_t>(at_ - begin));
    if (text.empty()) return false;
    if (*begin == '-' || is_digit(*begin)) {
      append_number(out_, text);
    } else {
      out_ += text;
    }
    return true;
  }

  // Behind the string that opens at `quote` if it is written as it stands; else null.
  const char* plain_end(const char* quote) const {
    const char* const behind = skip_plain(quote + 1, end_);
    return behind < end_ && *behind == '"' ? behind + 1 : nullptr;
  }

  bool close() { return out_ += *at_++, true; }
  bool next_is(char c) {
    skip_space();
    return at_ < end_ && *at_ == c;
  }
  void skip_space() {
    while (at_ < end_ && is_space(*at_)) ++at_;
  }

  std::string& out_;
  const char* at_;
  const char* end_;
  unsigned depth_ = 0;
};

}  // namespace

bool copy_compact(std::string& out, const Value& value) {
  const std::size_t before = out.size();
  Copier copier(out, value.raw());
  if (copier.value() && copier.ended()) return true;
  out.resize(before);
  return false;
}

}  // namespace weir::json
