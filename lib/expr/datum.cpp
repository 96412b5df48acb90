#include "expr/datum.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <new>
#include <optional>

#include "expr/meter.h"
#include "expr/pool.h"
#include "json/number.h"

namespace weir::expr {
namespace {

// Objects with more members than this are looked up by a hash table.
constexpr std::size_t kLinear = 12;
constexpr std::uint32_t kNoPlace = ~std::uint32_t{0};

std::size_t hash_of(std::string_view text) {
  std::uint64_t hash = text.size() * 0x9E3779B97F4A7C15u;
  const char* at = text.data();
  std::size_t left = text.size();
  const auto mix = [&](std::uint64_t word) {
    hash = (hash ^ word) * 0xFF51AFD7ED558CCDu;
    hash ^= hash >> 32;
  };
  for (; left >= 8; at += 8, left -= 8) {
    std::uint64_t word;
    std::memcpy(&word, at, 8);
    mix(word);
  }
  std::uint64_t word = 0;
  std::memcpy(&word, at, left);
  mix(word);
  return static_cast<std::size_t>(hash);
}

bool same(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

struct Datum::StringBody : Body {
  char* text() { return reinterpret_cast<char*>(this + 1); }
  std::size_t capacity() const { return bytes - sizeof(StringBody); }
};

struct Datum::ArrayBody : Body {
  std::size_t count;

  Datum* items() { return reinterpret_cast<Datum*>(this + 1); }
  std::size_t capacity() const { return (bytes - sizeof(ArrayBody)) / sizeof(Datum); }
};

struct Datum::ObjectBody : Body {
  // Open addressing; a slot holds the place of a field.
  struct Index {
    std::size_t bytes;
    std::size_t mask;
    std::uint32_t* slots() { return reinterpret_cast<std::uint32_t*>(this + 1); }
  };
  std::size_t count;  // of the places, holes among them
  std::size_t holes;  // fields that were erased: nameless until close_holes()
  Index* index;       // made when a large object is first looked up

  Field* fields() { return reinterpret_cast<Field*>(this + 1); }
  bool is_named(std::uint32_t place, std::string_view name) {
    return same(fields()[place].name.text(), name) && !fields()[place].name.is(Kind::missing);
  }
  void close_holes() noexcept;
  std::size_t capacity() const { return (bytes - sizeof(ObjectBody)) / sizeof(Field); }

  std::uint32_t place_of(std::string_view name);
  void make_index();
  void add_to_index(std::uint32_t place);
  void drop_index() noexcept {
    if (index != nullptr) Pool::mine().free(index, index->bytes);
    index = nullptr;
  }
};

std::uint32_t Datum::ObjectBody::place_of(std::string_view name) {
  if (count <= kLinear) {
    for (std::uint32_t i = 0; i < count; ++i) {
      if (is_named(i, name)) return i;
    }
    return kNoPlace;
  }
  if (index == nullptr) make_index();
  for (std::size_t slot = hash_of(name) & index->mask;; slot = (slot + 1) & index->mask) {
    const std::uint32_t place = index->slots()[slot];
    if (place == kNoPlace || is_named(place, name)) return place;
  }
}

void Datum::ObjectBody::make_index() {
  const std::size_t slots = std::bit_ceil(std::max(capacity(), count) * 2);
  const Block block = Pool::mine().allocate(sizeof(Index) + slots * sizeof(std::uint32_t));
  index = new (block.at) Index{block.bytes, slots - 1};
  std::fill_n(index->slots(), slots, kNoPlace);
  for (std::uint32_t i = 0; i < count; ++i) {
    if (!fields()[i].name.is(Kind::missing)) add_to_index(i);
  }
}

void Datum::ObjectBody::add_to_index(std::uint32_t place) {
  std::size_t slot = hash_of(fields()[place].name.text()) & index->mask;
  while (index->slots()[slot] != kNoPlace) slot = (slot + 1) & index->mask;
  index->slots()[slot] = place;
}

void Datum::ObjectBody::close_holes() noexcept {
  if (holes == 0) return;
  drop_index();
  Field* const end = std::remove_if(fields(), fields() + count,
                                    [](const Field& field) { return field.name.is(Kind::missing); });
  std::destroy(end, fields() + count);
  count -= holes;
  holes = 0;
}

// ---- making values

Datum Datum::number(double value) noexcept {
  Datum made(Kind::number);
  made.of_.number = value;
  return made;
}

Datum Datum::integer(std::int64_t value) noexcept {
  Datum made(Kind::number);
  made.form_ = Form::integer;
  made.of_.integer = value;
  return made;
}

Datum Datum::typed_number(std::string_view text) {
  if (!json::is_integer(text) || text == "-0") return number(json::to_double(text));
  if (const auto small = json::to_int64(text)) return integer(*small);
  Datum made = string(text);
  made.kind_ = Kind::number;
  return made;
}

Datum Datum::borrowed(std::string_view text) noexcept {
  Datum made(Kind::string);
  made.form_ = Form::borrowed;
  made.size_ = static_cast<std::uint32_t>(text.size());
  made.of_.text = text.data();
  return made;
}

Datum Datum::string(std::string_view text) {
  Datum made = borrowed({"", 0});
  made.append(text);
  return made;
}

Datum Datum::array(std::size_t capacity) {
  Datum made(Kind::array);
  if (capacity > 0) made.own_array(capacity);
  return made;
}

Datum Datum::object(std::size_t capacity) {
  Datum made(Kind::object);
  if (capacity > 0) made.own_object(capacity);
  return made;
}

void Datum::destroy() noexcept {
  Body* const body = of_.body;
  if (kind_ == Kind::array) {
    std::destroy_n(array_body()->items(), array_body()->count);
  } else if (kind_ == Kind::object) {
    std::destroy_n(object_body()->fields(), object_body()->count);
    object_body()->drop_index();
  }
  Pool::mine().free(body, body->bytes);
}

bool Datum::identical(const Datum& other) const noexcept {
  if (kind_ != other.kind_) return false;
  if (kind_ == Kind::number) return to_double() == other.to_double();
  if (form_ != other.form_) return false;
  if (form_ == Form::owned) return of_.body == other.of_.body && size_ == other.size_;
  return form_ != Form::borrowed || (of_.text == other.of_.text && size_ == other.size_);
}

// ---- numbers and strings

double Datum::to_double() const noexcept {
  if (form_ == Form::plain) return of_.number;
  if (form_ == Form::integer) return static_cast<double>(of_.integer);
  return json::to_double(text());
}

const char* Datum::owned_text() const noexcept {
  return static_cast<StringBody*>(of_.body)->text();
}

void Datum::append(std::string_view more) {
  if (more.empty()) return;
  const std::size_t size = size_ + more.size();
  if (size > std::numeric_limits<std::uint32_t>::max()) throw LimitReached{Failure::What::memory};
  const bool mine = form_ == Form::owned && alone();
  if (!mine || static_cast<StringBody*>(of_.body)->capacity() < size) {
    // Twice the size when it has grown before; a first text is rarely added to.
    const Block block = Pool::mine().allocate(sizeof(StringBody) + (mine ? 2 * size : size));
    auto* const body = new (block.at) StringBody{{1, 0, block.bytes}};
    std::memcpy(body->text(), text().data(), size_);
    // `more` may be a part of the old text: that is let go last.
    std::memcpy(body->text() + size_, more.data(), more.size());
    Datum old(std::move(*this));
    kind_ = old.kind_;
    form_ = Form::owned;
    of_.body = body;
  } else {
    std::memmove(static_cast<StringBody*>(of_.body)->text() + size_, more.data(), more.size());
  }
  size_ = static_cast<std::uint32_t>(size);
}

// ---- arrays

Datum::ArrayBody* Datum::array_body() const noexcept {
  return static_cast<ArrayBody*>(of_.body);
}
Datum::ObjectBody* Datum::object_body() const noexcept {
  return static_cast<ObjectBody*>(of_.body);
}

std::size_t Datum::body_size() const noexcept {
  if (kind_ == Kind::array) return array_body()->count;
  return kind_ == Kind::object ? object_body()->count - object_body()->holes : size_;
}

std::span<const Datum> Datum::items() const noexcept {
  if (form_ != Form::owned || kind_ != Kind::array) return {};
  return {array_body()->items(), array_body()->count};
}

Datum::ArrayBody* Datum::own_array(std::size_t capacity) {
  const bool owned = form_ == Form::owned;
  if (owned && alone() && array_body()->capacity() >= capacity) return array_body();
  const std::size_t count = size();
  // Grow by half, so that appending one by one is linear.
  const std::size_t room = std::max({capacity, owned && alone() ? count + count / 2 : count, std::size_t{2}});
  const Block block = Pool::mine().allocate(sizeof(ArrayBody) + room * sizeof(Datum));
  auto* const body = new (block.at) ArrayBody{{1, owned ? of_.body->depth : 1, block.bytes}, count};
  if (owned && alone()) {
    std::memcpy(static_cast<void*>(body->items()), static_cast<const void*>(array_body()->items()),
                count * sizeof(Datum));
    Pool::mine().free(of_.body, of_.body->bytes);
  } else {
    std::uninitialized_copy_n(items().data(), count, body->items());
    if (owned) --of_.body->references;
  }
  form_ = Form::owned;
  of_.body = body;
  return body;
}

void Datum::deepen(const Datum& inner) {
  if (inner.kind_ < Kind::array || inner.form_ != Form::owned) return;
  if (inner.of_.body->depth >= kMaxDatumDepth) throw LimitReached{Failure::What::value_depth};
  of_.body->depth = std::max(of_.body->depth, inner.of_.body->depth + 1);
}

std::span<Datum> Datum::own_items() {
  if (form_ != Form::owned) return {};
  ArrayBody* const body = own_array(0);
  return {body->items(), body->count};
}

void Datum::push(Datum value) {
  ArrayBody* const body = own_array(size() + 1);
  deepen(value);
  new (body->items() + body->count) Datum(std::move(value));
  ++body->count;
}

void Datum::set(std::size_t place, Datum value) {
  ArrayBody* const body = own_array(std::max(size(), place + 1));
  deepen(value);
  for (; body->count <= place; ++body->count) new (body->items() + body->count) Datum();
  body->items()[place] = std::move(value);
}

Datum Datum::take(std::size_t place) {
  if (place >= size()) return {};
  Datum& item = array_body()->items()[place];
  return alone() ? std::exchange(item, Datum()) : item;
}

void Datum::truncate(std::size_t size) {
  if (size >= this->size()) return;
  ArrayBody* const body = own_array(0);
  std::destroy_n(body->items() + size, body->count - size);
  body->count = size;
}

// ---- objects

std::span<const Field> Datum::fields() const noexcept {
  if (form_ != Form::owned || kind_ != Kind::object) return {};
  object_body()->close_holes();
  return {object_body()->fields(), object_body()->count};
}

Datum::ObjectBody* Datum::own_object(std::size_t capacity) {
  const bool owned = form_ == Form::owned;
  if (owned && alone() && object_body()->capacity() >= capacity + object_body()->holes) return object_body();
  if (owned) object_body()->close_holes();
  const std::size_t count = size();
  const std::size_t room = std::max({capacity, owned && alone() ? count * 2 : count, std::size_t{2}});
  const Block block = Pool::mine().allocate(sizeof(ObjectBody) + room * sizeof(Field));
  auto* const body =
      new (block.at) ObjectBody{{1, owned ? of_.body->depth : 1, block.bytes}, count, 0, nullptr};
  if (owned && alone()) {
    object_body()->drop_index();
    std::memcpy(static_cast<void*>(body->fields()), static_cast<const void*>(object_body()->fields()),
                count * sizeof(Field));
    Pool::mine().free(of_.body, of_.body->bytes);
  } else {
    std::uninitialized_copy_n(fields().data(), count, body->fields());
    if (owned) --of_.body->references;
  }
  form_ = Form::owned;
  of_.body = body;
  return body;
}

const Datum* Datum::find(std::string_view name) const {
  if (form_ != Form::owned || kind_ != Kind::object) return nullptr;
  const std::uint32_t place = object_body()->place_of(name);
  return place == kNoPlace ? nullptr : &object_body()->fields()[place].value;
}

// Stays right when own_object(0) copies.
std::uint32_t Datum::place_to_change(std::string_view name) const {
  if (form_ != Form::owned) return kNoPlace;
  if (!alone()) object_body()->close_holes();
  return object_body()->place_of(name);
}

void Datum::set(Datum name, Datum value) {
  const std::uint32_t place = place_to_change(name.text());
  if (place != kNoPlace) {
    ObjectBody* const body = own_object(0);
    deepen(value);
    body->fields()[place].value = std::move(value);
    return;
  }
  set_new(std::move(name), std::move(value));
}

void Datum::set_new(Datum name, Datum value) {
  ObjectBody* const made = own_object(size() + 1);
  deepen(value);
  new (made->fields() + made->count) Field{std::move(name), std::move(value)};
  ++made->count;
  if (made->index != nullptr) made->add_to_index(static_cast<std::uint32_t>(made->count - 1));
}

Datum Datum::take(std::string_view name) {
  const std::uint32_t place = form_ == Form::owned ? object_body()->place_of(name) : kNoPlace;
  if (place == kNoPlace) return missing();
  Datum& value = object_body()->fields()[place].value;
  return alone() ? std::exchange(value, Datum()) : value;
}

Datum Datum::take_field(std::size_t place) {
  object_body()->close_holes();
  Datum& value = object_body()->fields()[place].value;
  return alone() ? std::exchange(value, Datum()) : value;
}

bool Datum::erase(std::string_view name) {
  const std::uint32_t place = place_to_change(name);
  if (place == kNoPlace) return false;
  ObjectBody* const body = own_object(0);
  if (body->count <= kLinear) {
    body->drop_index();
    std::move(body->fields() + place + 1, body->fields() + body->count, body->fields() + place);
    std::destroy_at(body->fields() + --body->count);
    return true;
  }
  body->fields()[place] = {missing(), Datum()};
  ++body->holes;
  return true;
}

// ---- order

std::vector<const Field*> sorted_fields(const Datum& object) {
  std::vector<const Field*> sorted;
  sorted.reserve(object.size());
  for (const Field& field : object.fields()) sorted.push_back(&field);
  std::sort(sorted.begin(), sorted.end(),
            [](const Field* a, const Field* b) { return a->name.text() < b->name.text(); });
  return sorted;
}

namespace {

std::strong_ordering compare_doubles(double a, double b) {
  // As in jq, no number is below not-a-number, not even itself.
  if (std::isnan(a) || a < b) return std::strong_ordering::less;
  return a == b ? std::strong_ordering::equal : std::strong_ordering::greater;
}

// Integers count with all their digits; only long ones are neither an int64 nor a double.
std::strong_ordering compare_numbers(const Datum& a, const Datum& b) {
  if (a.is_int64()) {
    if (b.is_int64()) return a.int64() <=> b.int64();
    if (!b.is_double()) return 0 <=> json::compare_numbers(b.text(), a.int64());
    return std::isnan(b.to_double()) ? std::strong_ordering::greater
                                     : json::compare_numbers(a.int64(), b.to_double());
  }
  if (a.is_double()) {
    if (b.is_double() || std::isnan(a.to_double())) return compare_doubles(a.to_double(), b.to_double());
    return 0 <=> (b.is_int64() ? json::compare_numbers(b.int64(), a.to_double())
                               : json::compare_numbers(b.text(), a.to_double()));
  }
  if (b.is_int64()) return json::compare_numbers(a.text(), b.int64());
  if (!b.is_double()) return json::compare_numbers(a.text(), b.text());
  return std::isnan(b.to_double()) ? std::strong_ordering::greater
                                   : json::compare_numbers(a.text(), b.to_double());
}

// One comparison. It goes into the same value as often as that is held, which may be without end: so it counts.
class Comparer {
 public:
  std::strong_ordering order(const Datum& a, const Datum& b) {
    const Kind left = std::max(a.kind(), Kind::null), right = std::max(b.kind(), Kind::null);
    if (left != right) return left <=> right;
    switch (left) {
      case Kind::number:
        return compare_numbers(a, b);
      case Kind::string:
        return order_strings(a, b);
      case Kind::array:
        return order_arrays(a, b);
      case Kind::object:
        return order_objects(a, b);
      default:
        return std::strong_ordering::equal;
    }
  }

  bool equal(const Datum& a, const Datum& b) {
    if (a.kind() != b.kind()) return a.is_null() && b.is_null();
    switch (a.kind()) {
      case Kind::number:
        return compare_numbers(a, b) == 0;
      case Kind::string:
        return a.size() == b.size() && order_strings(a, b) == 0;
      case Kind::array:
        return equal_arrays(a, b);
      case Kind::object:
        return equal_objects(a, b);
      default:
        return true;
    }
  }

  // Takes what was looked at from the steps of the run.
  void pay() {
    if (values_ >= kValuesPerStep) Meter::spend(values_ / kValuesPerStep);
    seen_ += values_;
    values_ = 0;
  }

 private:
  // More than what an event's memory holds when everything is held once.
  static constexpr std::size_t kMostValues = std::size_t{1} << 25;
  static constexpr std::size_t kValuesAtOnce = 1u << 12;
  static constexpr std::size_t kValuesPerStep = 2;

  static bool same_place(const Datum& a, const Datum& b) {
    return a.text().data() == b.text().data() && a.size() == b.size();
  }

  void count(std::size_t values) {
    values_ += values + 1;
    if (values_ < kValuesAtOnce) return;
    pay();
    if (seen_ > kMostValues) throw LimitReached{Failure::What::steps};
  }

  std::strong_ordering order_strings(const Datum& a, const Datum& b) {
    if (same_place(a, b)) return std::strong_ordering::equal;
    const std::size_t shorter = std::min(a.size(), b.size());
    if (shorter >= kBytesPerStep) count(shorter / kBytesPerStep);
    return a.text().compare(b.text()) <=> 0;
  }

  std::strong_ordering order_arrays(const Datum& a, const Datum& b) {
    const std::span<const Datum> left = a.items(), right = b.items();
    for (std::size_t i = 0; i < std::min(left.size(), right.size()); ++i) {
      count(0);
      const auto found = order(left[i], right[i]);
      if (found != 0) return found;
    }
    return left.size() <=> right.size();
  }

  std::strong_ordering order_objects(const Datum& a, const Datum& b) {
    constexpr std::size_t kSorting = 4;
    count(kSorting * (a.size() + b.size()));
    const std::vector<const Field*> left = sorted_fields(a), right = sorted_fields(b);
    for (std::size_t i = 0; i < std::min(left.size(), right.size()); ++i) {
      const int found = left[i]->name.text().compare(right[i]->name.text());
      if (found != 0) return found <=> 0;
    }
    if (left.size() != right.size()) return left.size() <=> right.size();
    for (std::size_t i = 0; i < left.size(); ++i) {
      const auto found = order(left[i]->value, right[i]->value);
      if (found != 0) return found;
    }
    return std::strong_ordering::equal;
  }

  bool equal_objects(const Datum& a, const Datum& b) {
    if (a.size() != b.size()) return false;
    for (const Field& field : a.fields()) {
      count(0);
      const Datum* const other = b.find(field.name.text());
      if (other == nullptr || !equal(field.value, *other)) return false;
    }
    return true;
  }

  bool equal_arrays(const Datum& a, const Datum& b) {
    const std::span<const Datum> left = a.items(), right = b.items();
    if (left.size() != right.size()) return false;
    for (std::size_t i = 0; i < left.size(); ++i) {
      count(0);
      if (!equal(left[i], right[i])) return false;
    }
    return true;
  }

  std::size_t values_ = 0;  // seen since the last were paid for
  std::size_t seen_ = 0;
};

}  // namespace

std::strong_ordering compare(const Datum& a, const Datum& b) {
  Comparer comparer;
  const std::strong_ordering found = comparer.order(a, b);
  comparer.pay();
  return found;
}

bool equal(const Datum& a, const Datum& b) {
  Comparer comparer;
  const bool same = comparer.equal(a, b);
  comparer.pay();
  return same;
}

std::string_view kind_name(const Datum& value) noexcept {
  switch (value.kind()) {
    case Kind::false_:
    case Kind::true_:
      return "boolean";
    case Kind::number:
      return "number";
    case Kind::string:
      return "string";
    case Kind::array:
      return "array";
    case Kind::object:
      return "object";
    default:
      return "null";
  }
}

}  // namespace weir::expr
