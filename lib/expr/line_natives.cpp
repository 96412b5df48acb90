#include "expr/line_natives.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <vector>

#include "expr/formats.h"
#include "expr/text_ops.h"
#include "json/cursor.h"
#include "json/number.h"

namespace weir::expr {
namespace {

using Args = std::span<const Value>;

// A string whose text stands in the line as it is.
bool verbatim(const Value& value) {
  return value.kind == ValueKind::string && !value.escaped;
}

// May text between quotes be written as it stands?
bool writes_as_is(const Value& string) {
  return string.compact || string.text().find('\x7F') == std::string_view::npos;
}

bool give(std::string_view json, ValueKind kind, Scratch& scratch, Value& out) {
  out = made_value(scratch.keep(json), kind);
  return true;
}

// ---- rows and joined texts

using Escape = void (*)(std::string&, std::string_view);

// `quote` goes around a text, `between` between two fields, both as a JSON string holds them.
bool row(const Value& fields, std::string_view quote, std::string_view between, Escape escape,
         Scratch& scratch, std::string& room, Value& out) {
  if (fields.kind != ValueKind::array) return false;
  room = "\"";
  bool first = true;
  json::Elements elements(fields);
  for (Value field; elements.next(field); first = false) {
    if (!first) room += between;
    if (field.kind >= ValueKind::array) return false;
    if (field.kind <= ValueKind::null) continue;
    if (verbatim(field)) {
      room += quote;
      append_string_inside(room, field);
      room += quote;
    } else if (field.kind == ValueKind::string) {
      std::string escaped;
      escape(escaped, text_of(field, scratch));
      append_text_inside(room, escaped);
    } else {
      append_value(room, field);
    }
    scratch.expect(room.size());
  }
  room += '"';
  return give(room, ValueKind::string, scratch, out);
}

bool csv(Args args, Scratch& scratch, std::string& room, Value& out) {
  return row(args[0], "\\\"", ",", append_csv, scratch, room, out);
}
bool tsv(Args args, Scratch& scratch, std::string& room, Value& out) {
  return row(args[0], "", "\\t", append_tsv, scratch, room, out);
}

bool join(Args args, Scratch& scratch, std::string& room, Value& out) {
  if (args[0].kind != ValueKind::array || args[1].kind != ValueKind::string) return false;
  room = "\"";
  bool first = true;
  json::Elements elements(args[0]);
  for (Value element; elements.next(element); first = false) {
    if (!first) append_string_inside(room, args[1]);
    if (element.kind >= ValueKind::array) return false;
    if (element.kind == ValueKind::string) {
      append_string_inside(room, element);
    } else if (element.kind > ValueKind::null) {
      append_value(room, element);
    }
    scratch.expect(room.size());
  }
  room += '"';
  return give(room, ValueKind::string, scratch, out);
}

// ---- parts of texts

bool split(Args args, Scratch& scratch, std::string& room, Value& out) {
  if (!verbatim(args[0]) || args[1].kind != ValueKind::string) return false;
  room = "[";
  split_text(args[0].text(), text_of(args[1], scratch), [&](std::string_view part) {
    room += room.size() > 1 ? ",\"" : "\"";
    room += part;
    room += '"';
    scratch.expect(room.size());
  });
  room += ']';
  give(room, ValueKind::array, scratch, out);
  out.compact = writes_as_is(args[0]);
  return true;
}

// The string's text from `from` on, of `size` bytes.
bool part(const Value& string, std::size_t from, std::size_t size, Scratch& scratch, Value& out) {
  char* const at = scratch.allocate(size + 2);
  at[0] = '"';
  std::memcpy(at + 1, string.data + 1 + from, size);
  at[size + 1] = '"';
  out = string;
  out.data = at;
  out.size = static_cast<std::uint32_t>(size + 2);
  return true;
}

bool ltrimstr(Args args, Scratch& scratch, std::string&, Value& out) {
  if (!verbatim(args[0]) || !verbatim(args[1])) return false;
  const std::string_view text = args[0].text();
  const std::string_view prefix = args[1].text();
  if (text.starts_with(prefix))
    return part(args[0], prefix.size(), text.size() - prefix.size(), scratch, out);
  out = args[0];
  return true;
}

bool rtrimstr(Args args, Scratch& scratch, std::string&, Value& out) {
  if (!verbatim(args[0]) || !verbatim(args[1])) return false;
  const std::string_view text = args[0].text();
  const std::string_view suffix = args[1].text();
  if (text.ends_with(suffix)) return part(args[0], 0, text.size() - suffix.size(), scratch, out);
  out = args[0];
  return true;
}

// Letters from `first` on become those that differ from them in case.
bool changed_case(const Value& string, char first, Scratch& scratch, Value& out) {
  if (!verbatim(string)) return false;
  char* const at = scratch.allocate(string.size);
  for (std::size_t i = 0; i < string.size; ++i) {
    const auto letter = static_cast<unsigned char>(string.data[i] - first);
    at[i] = static_cast<char>(string.data[i] ^ (letter < 26 ? 0x20 : 0));
  }
  out = string;
  out.data = at;
  return true;
}

bool downcase(Args args, Scratch& scratch, std::string&, Value& out) {
  return changed_case(args[0], 'A', scratch, out);
}
bool upcase(Args args, Scratch& scratch, std::string&, Value& out) {
  return changed_case(args[0], 'a', scratch, out);
}

// ---- from one kind to another

bool tojson(Args args, Scratch& scratch, std::string& room, Value& out) {
  std::string text;
  append_value(text, args[0]);
  room = "\"";
  append_text_inside(room, text);
  room += '"';
  return give(room, ValueKind::string, scratch, out);
}

bool tostring(Args args, Scratch& scratch, std::string& room, Value& out) {
  if (args[0].kind != ValueKind::string) return tojson(args, scratch, room, out);
  out = args[0];
  return true;
}

bool tonumber(Args args, Scratch&, std::string&, Value& out) {
  if (args[0].kind == ValueKind::number) {
    out = args[0];
    return true;
  }
  if (!verbatim(args[0])) return false;
  const std::string_view text = args[0].text();
  if (!json::is_number(text) || text.starts_with("-0")) return false;
  out = {
      text.data(), static_cast<std::uint32_t>(text.size()), ValueKind::number, false, json::is_integer(text),
      false};
  return true;
}

bool type(Args args, Scratch& scratch, std::string& room, Value& out) {
  room = "\"";
  room += kind_name(args[0]);
  room += '"';
  return give(room, ValueKind::string, scratch, out);
}

// ---- objects and arrays

// The object's names, sorted; false: some are escaped, or given twice.
bool sorted_names(const Value& object, std::vector<std::string_view>& names) {
  json::Members members(object);
  for (json::Member member; members.next(member);) {
    if (member.name.escaped) return false;
    names.push_back(member.name.text());
  }
  std::sort(names.begin(), names.end());
  return std::adjacent_find(names.begin(), names.end()) == names.end();
}

bool keys(Args args, Scratch& scratch, std::string& room, Value& out) {
  std::vector<std::string_view> names;
  if (args[0].kind != ValueKind::object || !sorted_names(args[0], names)) return false;
  room = "[";
  for (const std::string_view name : names) {
    room += room.size() > 1 ? ",\"" : "\"";
    room += name;
    room += '"';
  }
  room += ']';
  give(room, ValueKind::array, scratch, out);
  out.compact = false;
  return true;
}

bool to_entries(Args args, Scratch& scratch, std::string& room, Value& out) {
  std::vector<std::string_view> names;
  if (args[0].kind != ValueKind::object || !sorted_names(args[0], names)) return false;
  room = "[";
  json::Members members(args[0]);
  for (json::Member member; members.next(member);) {
    room += room.size() > 1 ? ",{\"key\":" : "{\"key\":";
    room += member.name.raw();
    room += ",\"value\":";
    room += member.value.raw();
    room += '}';
  }
  room += ']';
  give(room, ValueKind::array, scratch, out);
  out.compact = false;
  return true;
}

// Of entries that name their member by "key" and hold its value as "value".
bool from_entries(Args args, Scratch& scratch, std::string& room, Value& out) {
  if (args[0].kind != ValueKind::array) return false;
  room = "{";
  json::Elements entries(args[0]);
  for (Value entry; entries.next(entry);) {
    Value key, value;
    json::Members members(entry);
    for (json::Member member; members.next(member);) {
      if (member.name.escaped) return false;
      if (member.name.text() == "key") key = member.value;
      if (member.name.text() == "value") value = member.value;
    }
    if (key.kind != ValueKind::string || value.kind == ValueKind::missing) return false;
    if (room.size() > 1) room += ',';
    room += key.raw();
    room += ':';
    room += value.raw();
  }
  room += '}';
  give(room, ValueKind::object, scratch, out);
  out.compact = false;  // of names that are the same, the last counts
  return true;
}

bool add_numbers(json::Elements elements, const Value& first, Value& out) {
  double sum = to_double(first);
  bool computed = false;
  for (Value element; elements.next(element);) {
    if (element.kind <= ValueKind::null) continue;
    if (element.kind != ValueKind::number) return false;
    sum += to_double(element);
    computed = true;
  }
  out = computed ? number_value(sum) : first;
  return true;
}

bool add_texts(json::Elements elements, const Value& first, Scratch& scratch, std::string& room, Value& out) {
  room = "\"";
  append_string_inside(room, first);
  for (Value element; elements.next(element);) {
    if (element.kind <= ValueKind::null) continue;
    if (element.kind != ValueKind::string) return false;
    append_string_inside(room, element);
    scratch.expect(room.size());
  }
  room += '"';
  return give(room, ValueKind::string, scratch, out);
}

bool add(Args args, Scratch& scratch, std::string& room, Value& out) {
  if (args[0].kind != ValueKind::array) return false;
  json::Elements elements(args[0]);
  Value first = kNull;
  while (elements.next(first) && first.kind <= ValueKind::null) {
  }
  if (first.kind == ValueKind::number) return add_numbers(elements, first, out);
  if (first.kind == ValueKind::string) return add_texts(elements, first, scratch, room, out);
  if (first.kind > ValueKind::null) return false;
  out = kNull;
  return true;
}

struct Row {
  std::string_view name;
  std::size_t arity;
  LineNative run;
};

constexpr auto kRows = std::to_array<Row>({
    {"@csv", 0, csv},
    {"@json", 0, tojson},
    {"@text", 0, tostring},
    {"@tsv", 0, tsv},
    {"add", 0, add},
    {"ascii_downcase", 0, downcase},
    {"ascii_upcase", 0, upcase},
    {"from_entries", 0, from_entries},
    {"join", 1, join},
    {"keys", 0, keys},
    {"ltrimstr", 1, ltrimstr},
    {"rtrimstr", 1, rtrimstr},
    {"split", 1, split},
    {"to_entries", 0, to_entries},
    {"tojson", 0, tojson},
    {"tonumber", 0, tonumber},
    {"tostring", 0, tostring},
    {"type", 0, type},
});

}  // namespace

LineNative find_line_native(std::string_view name, std::size_t arity) {
  const auto found = std::find_if(kRows.begin(), kRows.end(),
                                  [&](const Row& row) { return row.name == name && row.arity == arity; });
  return found != kRows.end() ? found->run : nullptr;
}

}  // namespace weir::expr
