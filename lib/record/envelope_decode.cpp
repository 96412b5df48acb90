#include <array>
#include <cmath>
#include <cstring>
#include <utility>

#include <boost/container/small_vector.hpp>

#include "json/canonical.h"
#include "json/chars.h"
#include "json/cursor.h"
#include "json/number.h"
#include "json/text.h"
#include "json/validate.h"
#include "record/base64.h"
#include "record/envelope.h"
#include "record/varint.h"

namespace weir::record {
namespace {

using json::Kind;
using json::Value;

enum Slot {
  kTopic,
  kPartition,
  kOffset,
  kTs,
  kTsType,
  kKcatTsType,
  kKey,
  kKeyBase64,
  kHeaders,
  kValue,
  kValueText,
  kValueBase64,
  kPayload,
  kSlots
};

constexpr std::array<std::string_view, kSlots> kNames = {
    "topic",      "partition", "offset", "ts",         "ts_type",      "tstype", "key",
    "key_base64", "headers",   "value",  "value_text", "value_base64", "payload"};

int slot_of(std::string_view name) {
  for (int slot = 0; slot < kSlots; ++slot) {
    if (kNames[static_cast<std::size_t>(slot)] == name) return slot;
  }
  return kSlots;
}

bool given(const Value& value) {
  return value.kind != Kind::missing && value.kind != Kind::null;
}

// Does a string hold \ud800 to \udfff without its other half? No bytes stand for that.
bool has_lone_surrogate(std::string_view text) {
  const auto code_at = [&](std::size_t at) -> unsigned {
    unsigned code = 0;
    for (std::size_t i = at; i < at + 4; ++i) {
      const char c = text[i];
      code = code * 16 + static_cast<unsigned>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    }
    return code;
  };
  const auto escape_at = [&](std::size_t at) {
    return at + 6 <= text.size() && text[at] == '\\' && text[at + 1] == 'u';
  };
  for (std::size_t at = text.find('\\'); at != std::string_view::npos; at = text.find('\\', at)) {
    if (!escape_at(at)) {
      at += 2;
      continue;
    }
    const unsigned code = code_at(at + 2);
    at += 6;
    if (code < 0xd800 || code > 0xdfff) continue;
    if (code > 0xdbff || !escape_at(at)) return true;
    const unsigned low = code_at(at + 2);
    if (low < 0xdc00 || low > 0xdfff) return true;
    at += 6;
  }
  return false;
}

class Decoder {
 public:
  Decoder(std::string_view line, Arena& arena, Envelope& to, const KnownOfLine& known)
      : line_(line), arena_(arena), to_(to), known_(known) {}

  EnvelopeFault run() {
    to_ = {};
    collect() && read_origin() && read_time() && read_key() && read_value() && read_headers();
    return std::move(fault_);
  }

 private:
  bool fail(const Value& value, std::string what, std::string_view code = "bad_envelope") {
    fault_.code = code;
    fault_.what = std::move(what);
    fault_.at = value.data == nullptr ? 0 : static_cast<std::size_t>(value.data - line_.data());
    return false;
  }
  bool fail_member(const Value& value, std::string_view name, const char* what) {
    return fail(value, std::string(name) + what);
  }

  const Value& at(int slot) const { return values_[static_cast<std::size_t>(slot)]; }

  // Sorts the members into their slots and keeps the others together.
  bool collect() {
    json::Error error;
    if (!known_.valid && !json::validate(line_, error)) {
      fault_ = {"bad_json", json::describe(error), error.column, {}};
      return false;
    }
    const Value whole = object_of_line();
    if (whole.kind != Kind::object) {
      fail(json::parse_value(line_), "line is no envelope: not an object");
      fault_.hint = "lines that are the events themselves need no -J";
      return false;
    }
    boost::container::small_vector<std::string_view, 8> others;
    std::string unescaped;
    json::Member member;
    for (json::Members members(whole, known_.value); members.next(member);) {
      const int slot = slot_of(json::text_of(member.name, unescaped));
      if (slot < kSlots) {
        values_[static_cast<std::size_t>(slot)] = member.value;
      } else {
        const char* const end = member.value.data + member.value.size;
        others.push_back({member.name.data, static_cast<std::size_t>(end - member.name.data)});
      }
    }
    if (!others.empty()) keep(others);
    return true;
  }

  // A valid line is one value: where an object begins it reaches to the end.
  Value object_of_line() const {
    std::string_view text = line_;
    while (!text.empty() && json::is_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && json::is_space(text.back())) text.remove_suffix(1);
    Value object;
    if (!text.starts_with('{')) return object;
    object.data = text.data();
    object.size = static_cast<std::uint32_t>(text.size());
    object.kind = Kind::object;
    return object;
  }

  template <typename Views>
  void keep(const Views& others) {
    if (others.size() == 1) {
      to_.extra = others[0];
      return;
    }
    std::size_t size = others.size() - 1;
    for (const std::string_view other : others) size += other.size();
    char* const begin = arena_.allocate(size);
    char* end = begin;
    for (const std::string_view other : others) {
      if (end != begin) *end++ = ',';
      end = std::copy(other.begin(), other.end(), end);
    }
    to_.extra = {begin, size};
  }

  // The text of a string: a view of the line where nothing is escaped.
  bool text(const Value& value, std::string_view name, Bytes* to) {
    if (value.kind != Kind::string) return fail_member(value, name, " is no string");
    const std::string_view raw = value.text();
    if (!value.escaped) {
      *to = Bytes(raw);
      return true;
    }
    if (has_lone_surrogate(raw))
      return fail_member(value, name, " holds half of a surrogate pair, which no bytes stand for");
    char* const begin = arena_.allocate(raw.size());
    const std::size_t size = json::unescape(raw, begin);
    arena_.shrink_to(begin + size);
    *to = {begin, size};
    return true;
  }

  bool base64(const Value& value, std::string_view name, Bytes* to) {
    Bytes digits;
    if (!text(value, name, &digits)) return false;
    char* const begin = arena_.allocate(digits.size / 4 * 3 + 1);
    char* const end = base64_decode(digits.view(), begin);
    if (end == nullptr) return fail_member(value, name, " is not base64");
    arena_.shrink_to(end);
    *to = {begin, static_cast<std::size_t>(end - begin)};
    return true;
  }

  bool whole_number(const Value& value, std::string_view name, std::int64_t most, std::int64_t* to) {
    const auto number =
        value.kind == Kind::number && value.integer ? json::to_int64(value.raw()) : std::nullopt;
    if (!number || *number < -1 || *number > most)
      return fail_member(value, name, " is no whole number in its range");
    *to = *number;
    return true;
  }

  bool read_origin() {
    if (given(at(kTopic))) {
      Bytes topic;
      if (!text(at(kTopic), "topic", &topic)) return false;
      to_.topic = topic.view();
    }
    if (given(at(kPartition))) {
      std::int64_t partition = 0;
      if (!whole_number(at(kPartition), "partition", INT32_MAX, &partition)) return false;
      to_.partition.value = static_cast<std::int32_t>(partition);
    }
    return !given(at(kOffset)) || whole_number(at(kOffset), "offset", INT64_MAX, &to_.offset.value);
  }

  bool read_time() {
    const Value& ts = at(kTs);
    to_.has_ts = ts.kind != Kind::missing;
    if (given(ts)) {
      const auto ms = milliseconds(ts);
      if (!ms) return fail(ts, "ts is no whole number of milliseconds", "bad_time");
      if (*ms == base::kNoTime.ms)
        return fail(ts, "ts is -1, which stands for no time: null says that", "bad_time");
      to_.record.ts.ms = *ms;
    }
    return read_time_type(at(kTsType), "ts_type", "append") &&
           read_time_type(at(kKcatTsType), "tstype", "logappend");
  }

  bool read_time_type(const Value& value, std::string_view name, std::string_view append) {
    if (!given(value)) return true;
    if (value.kind != Kind::string) return fail_member(value, name, " is no string");
    if (json::text_equals(value, append)) to_.record.append_time = true;
    return true;
  }

  static std::optional<std::int64_t> milliseconds(const Value& value) {
    if (value.kind != Kind::number) return std::nullopt;
    if (value.integer) return json::to_int64(value.raw());
    // 1.7e12 is a whole number too. Above 2^53 a double no longer says which.
    const double number = json::to_double(value.raw());
    if (number != std::floor(number) || std::fabs(number) > 9007199254740992.0) return std::nullopt;
    return static_cast<std::int64_t>(number);
  }

  bool read_key() {
    const Value& key = at(kKey);
    if (given(at(kKeyBase64))) {
      if (given(key)) return fail(key, "both key and key_base64 are given");
      return base64(at(kKeyBase64), "key_base64", &to_.record.key);
    }
    if (!given(key)) return true;
    if (key.kind == Kind::string) return text(key, "key", &to_.record.key);
    std::string canonical;
    json::append_canonical(canonical, key);
    char* const begin = arena_.allocate(canonical.size());
    std::copy(canonical.begin(), canonical.end(), begin);
    to_.record.key = {begin, canonical.size()};
    return true;
  }

  bool read_value() {
    constexpr int kForms[] = {kValue, kValueText, kValueBase64, kPayload};
    int found = kSlots;
    bool any = false;
    for (const int form : kForms) {
      any = any || at(form).kind != Kind::missing;
      if (!given(at(form))) continue;
      if (found != kSlots) {
        return fail(at(form), "both " + std::string(kNames[static_cast<std::size_t>(found)]) + " and " +
                                  std::string(kNames[static_cast<std::size_t>(form)]) + " are given");
      }
      found = form;
    }
    if (!any) {
      fail(json::parse_value(line_), "line is no envelope: it has no value");
      fault_.hint = "lines that are the events themselves need no -J; a tombstone is \"value\":null";
      return false;
    }
    Bytes* const value = &to_.record.value;
    switch (found) {
      case kSlots:  // only nulls: a tombstone
        return true;
      case kValueText:
        return text(at(kValueText), "value_text", value);
      case kValueBase64:
        return base64(at(kValueBase64), "value_base64", value);
      case kPayload:
        if (at(kPayload).kind == Kind::string) return text(at(kPayload), "payload", value);
        break;  // kcat unpacks Avro to JSON
      default:
        break;
    }
    *value = Bytes(at(found).raw());
    to_.value_is_json = true;
    return true;
  }

  bool header_text(const Value& value, const char* part, Bytes* to) {
    if (value.kind != Kind::object) return text(value, part, to);
    json::Members members(value);
    json::Member member;
    if (!members.next(member) || !json::text_equals(member.name, "base64")) {
      return fail_member(value, part, " is neither text nor {\"base64\":...}");
    }
    return base64(member.value, part, to);
  }

  bool put_header(const Value& name, const Value& value) {
    Bytes name_bytes, value_bytes;
    if (!header_text(name, "header name", &name_bytes)) return false;
    if (given(value) && !header_text(value, "header value", &value_bytes)) return false;
    char length[kMaxVarlongBytes];
    encoded_.append(length, put_varint(length, name_bytes.size));
    encoded_ += name_bytes.view();
    encoded_.append(length, put_varint(length, value_bytes.null() ? -1 : std::int64_t{value_bytes.size}));
    encoded_ += value_bytes.view();
    ++to_.record.headers.count;
    return true;
  }

  bool read_headers() {
    const Value& headers = at(kHeaders);
    if (!given(headers)) return true;
    if (headers.kind != Kind::array) return fail(headers, "headers are no array of [name, value] pairs");
    json::Elements elements(headers);
    for (Value first; elements.next(first);) {
      Value name = first, value;
      if (first.kind == Kind::array) {
        json::Elements pair(first);
        Value more;
        if (!pair.next(name) || !pair.next(value) || pair.next(more))
          return fail(first, "header is no [name, value] pair");
      } else if (!elements.next(value)) {  // as kcat writes them: names and values in turn
        return fail(first, "header is no [name, value] pair");
      }
      if (!put_header(name, value)) return false;
    }
    if (to_.record.headers.count == 0) return true;
    char* const begin = arena_.allocate(encoded_.size());
    std::copy(encoded_.begin(), encoded_.end(), begin);
    to_.record.headers.data = begin;
    to_.record.headers.size = static_cast<std::uint32_t>(encoded_.size());
    return true;
  }

  std::string_view line_;
  Arena& arena_;
  Envelope& to_;
  const KnownOfLine& known_;
  std::array<Value, kSlots> values_;
  std::string encoded_;
  EnvelopeFault fault_;
};

}  // namespace

EnvelopeFault decode(std::string_view line, Arena& arena, Envelope& to, const KnownOfLine& known) {
  return Decoder(line, arena, to, known).run();
}

}  // namespace weir::record
