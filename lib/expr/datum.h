// A value of the tree engine: 16 bytes that own what they point to by a count of references, and copy it only when it
// is changed while somebody else holds it too. So `. + [$x]` in a loop is an append in place.
//
// Numbers  a double, or an integer as it was typed: its digits are kept until it is computed on.
// Strings  UTF-8; either owned, or borrowed from text that outlives the value (the event's line, the program).
// Objects  keep the order in which names came; a name given twice has its first place and its last value.
// Errors   throws LimitReached for a value nested deeper than kMaxDatumDepth, or when the pool's budget is used up.
// Threads  counts are not atomic: a value stays on the thread that made it.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "json/value.h"

namespace weir::expr {

using Kind = json::Kind;

// Twice what a line may have; what walks a value recurses so deep, also in a build whose frames are ten times as large.
inline constexpr std::uint32_t kMaxDatumDepth = 1'000;

struct Field;

class Datum {
 public:
  Datum() noexcept = default;  // null
  static Datum missing() noexcept { return Datum(Kind::missing); }
  static Datum boolean(bool value) noexcept { return Datum(value ? Kind::true_ : Kind::false_); }
  static Datum number(double value) noexcept;
  static Datum integer(std::int64_t value) noexcept;
  // A number as JSON writes it: an integer keeps its digits, others become a double.
  static Datum typed_number(std::string_view text);
  static Datum string(std::string_view text);             // copies
  static Datum borrowed(std::string_view text) noexcept;  // `text` outlives every copy of the value
  static Datum array(std::size_t capacity = 0);
  static Datum object(std::size_t capacity = 0);

  Datum(const Datum& other) noexcept
      : kind_(other.kind_), form_(other.form_), size_(other.size_), of_(other.of_) {
    if (form_ == Form::owned) ++of_.body->references;
  }
  Datum(Datum&& other) noexcept : kind_(other.kind_), form_(other.form_), size_(other.size_), of_(other.of_) {
    other.forget();
  }
  Datum& operator=(const Datum& other) noexcept {
    Datum copy(other);
    swap(copy);
    return *this;
  }
  Datum& operator=(Datum&& other) noexcept {
    Datum taken(std::move(other));
    swap(taken);
    return *this;
  }
  ~Datum() {
    if (form_ == Form::owned && --of_.body->references == 0) destroy();
  }
  void swap(Datum& other) noexcept {
    std::swap(kind_, other.kind_);
    std::swap(form_, other.form_);
    std::swap(size_, other.size_);
    std::swap(of_, other.of_);
  }

  Kind kind() const noexcept { return kind_; }
  bool is(Kind kind) const noexcept { return kind_ == kind; }
  bool is_null() const noexcept { return kind_ <= Kind::null; }
  bool is_container() const noexcept { return kind_ == Kind::array || kind_ == Kind::object; }
  bool truthy() const noexcept { return kind_ >= Kind::true_; }
  // The same thing, not just an equal one: what keeps a path intact (numbers by value, containers by place).
  bool identical(const Datum& other) const noexcept;

  // ---- numbers
  double to_double() const noexcept;
  // An integer that is kept as typed and fits.
  bool is_int64() const noexcept { return kind_ == Kind::number && form_ == Form::integer; }
  std::int64_t int64() const noexcept { return of_.integer; }
  bool is_double() const noexcept { return kind_ == Kind::number && form_ == Form::plain; }

  // ---- strings
  std::string_view text() const noexcept {
    return form_ == Form::owned ? std::string_view(owned_text(), size_) : std::string_view(of_.text, size_);
  }
  bool is_borrowed() const noexcept { return form_ == Form::borrowed; }
  void append(std::string_view text);  // in place when nobody else holds the string

  // ---- arrays; size() counts elements, members, or a string's bytes
  std::size_t size() const noexcept {
    return form_ == Form::owned && kind_ != Kind::string ? body_size() : size_;
  }
  std::span<const Datum> items() const noexcept;
  // To be changed at will; what others hold stays as it is. Do not put a container into the span: use set().
  std::span<Datum> own_items();
  void push(Datum value);
  void set(std::size_t place, Datum value);  // beyond the end: nulls fill the gap
  Datum take(std::size_t place);  // moves an element out (null stays) when nobody else holds the array
  void truncate(std::size_t size);

  // ---- objects
  std::span<const Field> fields() const noexcept;
  const Datum* find(std::string_view name) const;  // null: no such member
  void set(Datum name, Datum value);               // name: a string
  void set_new(Datum name, Datum value);           // the same of a name that is known not to be there
  Datum take(std::string_view name);    // moves a member's value out (null stays); missing if there is none
  Datum take_field(std::size_t place);  // the same of the field at that place
  bool erase(
      std::string_view name);  // one after the other in constant time, if nobody looks at fields() between

  // Throw LimitReached for values that hold so much, many times over, that they could not be compared in time.
  // jq's order over all values: null false true numbers strings arrays objects; objects by their sorted names first.
  friend std::strong_ordering compare(const Datum& a, const Datum& b);
  friend bool equal(const Datum& a, const Datum& b);

 private:
  enum class Form : std::uint8_t {
    plain,     // null, booleans, a double
    integer,   // a number in `integer`
    borrowed,  // a string in `text`, or the digits of a long integer
    owned,     // in `body`
  };
  struct Body {
    std::uint32_t references;
    std::uint32_t depth;  // levels of containers from here down
    std::size_t bytes;    // of the block
  };
  struct StringBody;
  struct ArrayBody;
  struct ObjectBody;
  union Of {
    double number;
    std::int64_t integer;
    const char* text;
    Body* body;
  };

  explicit Datum(Kind kind) noexcept : kind_(kind) {}
  void forget() noexcept {
    kind_ = Kind::null;
    form_ = Form::plain;
  }
  void destroy() noexcept;
  const char* owned_text() const noexcept;
  std::size_t body_size() const noexcept;
  ArrayBody* array_body() const noexcept;
  ObjectBody* object_body() const noexcept;
  bool alone() const noexcept { return of_.body->references == 1; }
  // Makes the body this value's own, with room for `capacity`.
  ArrayBody* own_array(std::size_t capacity);
  ObjectBody* own_object(std::size_t capacity);
  std::uint32_t place_to_change(std::string_view name) const;
  void deepen(const Datum& inner);

  Kind kind_ = Kind::null;
  Form form_ = Form::plain;
  std::uint32_t size_ = 0;
  Of of_{};
};

struct Field {
  Datum name;
  Datum value;
};

std::strong_ordering compare(const Datum& a, const Datum& b);
bool equal(const Datum& a, const Datum& b);

// "null", "boolean", "number", ...: as messages and `type` call a value.
std::string_view kind_name(const Datum& value) noexcept;

// The members sorted by name, as `keys` and tojson's order of comparison want them.
std::vector<const Field*> sorted_fields(const Datum& object);

}  // namespace weir::expr
