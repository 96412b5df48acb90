#include "json/canonical.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "json/compact.h"
#include "json/cursor.h"
#include "json/number.h"
#include "json/text.h"

namespace weir::json {

namespace {

// A member with its name unescaped. Names that hold escapes live in `owned`.
struct Entry {
  std::string_view name;
  Value value;
  std::size_t place;  // in the text
  std::string owned;
};

// The members of an object, sorted by name (bytes of UTF-8 sort as code points do), the last of duplicates
// kept.
class SortedMembers {
 public:
  explicit SortedMembers(const Value& object) {
    Member member;
    for (Members members(object); members.next(member);) {
      Entry& entry = entries_.emplace_back();
      entry.value = member.value;
      entry.place = entries_.size();
      if (member.name.escaped)
        text_of(member.name, entry.owned);
      else
        entry.name = member.name.text();
    }
    // Only now do entries stay where they are, and short strings hold their bytes in themselves.
    const auto by_name = [](const Entry& a, const Entry& b) {
      const int order = name_of(a).compare(name_of(b));
      return order != 0 ? order < 0 : a.place < b.place;
    };
    std::sort(entries_.begin(), entries_.end(), by_name);
    std::size_t kept = 0;
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      if (i + 1 < entries_.size() && name_of(entries_[i]) == name_of(entries_[i + 1])) {
        entries_[i + 1].place = entries_[i].place;  // the first place, the last value
        continue;
      }
      if (kept != i) entries_[kept] = std::move(entries_[i]);
      ++kept;
    }
    entries_.resize(kept);
  }

  static std::string_view name_of(const Entry& entry) {
    return entry.name.data() != nullptr ? entry.name : std::string_view(entry.owned);
  }
  std::vector<Entry>& entries() { return entries_; }

 private:
  std::vector<Entry> entries_;
};

enum class Form { canonical, compact };

void append(std::string& out, const Value& value, Form form);

void append_string(std::string& out, const Value& string) {
  std::string buffer;
  append_quoted(out, text_of(string, buffer));
}

void append_object(std::string& out, const Value& object, Form form) {
  SortedMembers members(object);
  auto& entries = members.entries();
  if (form == Form::compact) {
    std::sort(entries.begin(), entries.end(),
              [](const Entry& a, const Entry& b) { return a.place < b.place; });
  }
  char before = '{';
  for (const Entry& entry : entries) {
    out += before;
    before = ',';
    append_quoted(out, SortedMembers::name_of(entry));
    out += ':';
    append(out, entry.value, form);
  }
  if (before == '{') out += '{';
  out += '}';
}

void append_array(std::string& out, const Value& array, Form form) {
  char before = '[';
  Value element;
  for (Elements elements(array); elements.next(element);) {
    out += before;
    before = ',';
    append(out, element, form);
  }
  if (before == '[') out += '[';
  out += ']';
}

// Recursion is bounded by kMaxDepth: the text is valid.
void append(std::string& out, const Value& value, Form form) {
  switch (value.kind) {
    case Kind::missing:
    case Kind::null:
      out += "null";
      break;
    case Kind::false_:
      out += "false";
      break;
    case Kind::true_:
      out += "true";
      break;
    case Kind::number:
      if (form == Form::canonical)
        append_canonical_number(out, value.raw());
      else
        append_number(out, value.raw());
      break;
    case Kind::string:
      append_string(out, value);
      break;
    case Kind::array:
      if (form != Form::compact || !copy_compact(out, value)) append_array(out, value, form);
      break;
    case Kind::object:
      if (form != Form::compact || !copy_compact(out, value)) append_object(out, value, form);
      break;
    case Kind::misfit:
      append(out, parse_value(value.raw()), form);
      break;
  }
}

enum class Rule { keys, jq };

std::strong_ordering compare(const Value& a, const Value& b, Rule rule);

std::strong_ordering compare_strings(const Value& a, const Value& b) {
  std::string left, right;
  return text_of(a, left).compare(text_of(b, right)) <=> 0;
}

std::strong_ordering compare_arrays(const Value& a, const Value& b, Rule rule) {
  Elements left(a), right(b);
  for (;;) {
    Value x, y;
    const bool more_left = left.next(x);
    const bool more_right = right.next(y);
    if (!more_left || !more_right) return more_left <=> more_right;
    if (const auto order = compare(x, y, rule); order != 0) return order;
  }
}

std::strong_ordering compare_objects(const Value& a, const Value& b, Rule rule) {
  SortedMembers left(a), right(b);
  const auto& x = left.entries();
  const auto& y = right.entries();
  const std::size_t both = std::min(x.size(), y.size());
  const auto names = [&](std::size_t i) {
    return SortedMembers::name_of(x[i]).compare(SortedMembers::name_of(y[i])) <=> 0;
  };
  if (rule == Rule::jq) {
    for (std::size_t i = 0; i < both; ++i) {
      if (const auto order = names(i); order != 0) return order;
    }
    if (x.size() != y.size()) return x.size() <=> y.size();
  }
  for (std::size_t i = 0; i < both; ++i) {
    if (const auto order = names(i); order != 0) return order;
    if (const auto order = compare(x[i].value, y[i].value, rule); order != 0) return order;
  }
  return x.size() <=> y.size();
}

std::strong_ordering compare(const Value& a, const Value& b, Rule rule) {
  const auto kind = [](const Value& value) { return value.kind == Kind::missing ? Kind::null : value.kind; };
  if (kind(a) != kind(b)) return kind(a) <=> kind(b);
  switch (kind(a)) {
    case Kind::number:
      return compare_numbers(a.raw(), b.raw());
    case Kind::string:
      return compare_strings(a, b);
    case Kind::array:
      return compare_arrays(a, b, rule);
    case Kind::object:
      return compare_objects(a, b, rule);
    default:
      return std::strong_ordering::equal;
  }
}

}  // namespace

void append_canonical(std::string& out, const Value& value) {
  append(out, value, Form::canonical);
}

void append_compact(std::string& out, const Value& value) {
  if (value.compact) {
    out += value.raw();
    return;
  }
  append(out, value, Form::compact);
}

std::strong_ordering compare_keys(const Value& a, const Value& b) {
  return compare(a, b, Rule::keys);
}

std::strong_ordering compare_jq(const Value& a, const Value& b) {
  return compare(a, b, Rule::jq);
}

}  // namespace weir::json
