#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "expr/datum_text.h"
#include "expr/formats.h"
#include "expr/json_reader.h"
#include "expr/native_tables.h"
#include "expr/native_words.h"
#include "expr/wording.h"

namespace weir::expr {
namespace {

using Args = std::span<Datum>;

std::string json_of(const Datum& value) {
  std::string text;
  append_compact(text, value);
  return text;
}

// A string's own text, of all else its JSON, which is put into `buffer`.
std::string_view text_of(const Datum& value, std::string& buffer) {
  if (value.is(Kind::string)) return value.text();
  buffer = json_of(value);
  return buffer;
}

bool tojson(Args args, Natives&, Datum& out) {
  out = Datum::string(json_of(args[0]));
  return true;
}

bool tostring(Args args, Natives&, Datum& out) {
  out = args[0].is(Kind::string) ? std::move(args[0]) : Datum::string(json_of(args[0]));
  return true;
}

bool fromjson(Args args, Natives& natives, Datum& out) {
  if (!args[0].is(Kind::string)) return type_error(natives, args[0], "only strings can be parsed");
  std::string error;
  Datum read;
  if (!read_json(args[0].text(), read, error)) return natives.fail(error);
  out = std::move(read);
  return true;
}

bool tonumber(Args args, Natives& natives, Datum& out) {
  if (args[0].is(Kind::number)) {
    out = std::move(args[0]);
    return true;
  }
  if (!args[0].is(Kind::string)) return type_error(natives, args[0], "cannot be parsed as a number");
  std::string error;
  Datum read;
  if (!read_json(args[0].text(), read, error)) return natives.fail(error);
  if (!read.is(Kind::number)) return type_error(natives, args[0], "cannot be parsed as a number");
  out = std::move(read);
  return true;
}

template <void (*append)(std::string&, std::string_view)>
bool by_text(Args args, Natives&, Datum& out) {
  std::string buffer;
  std::string made;
  append(made, text_of(args[0], buffer));
  out = Datum::string(made);
  return true;
}

bool base64d(Args args, Natives& natives, Datum& out) {
  std::string buffer;
  std::string bytes;
  const Decoded result = append_from_base64(bytes, text_of(args[0], buffer));
  if (result != Decoded::fine) {
    const Datum text = args[0].is(Kind::string) ? args[0] : Datum::string(buffer);
    return type_error(
        natives, text,
        result == Decoded::lone_byte ? "trailing base64 byte found" : "is not valid base64 data");
  }
  out = Datum::string(mended_utf8(bytes));
  return true;
}

// @csv and @tsv: what stands between the fields, and how a text is written.
bool row(const Datum& fields, char between, void (*append)(std::string&, std::string_view),
         std::string_view complaint, Natives& natives, Datum& out) {
  if (!fields.is(Kind::array)) return type_error(natives, fields, complaint);
  std::string line;
  bool first = true;
  for (const Datum& field : fields.items()) {
    if (!std::exchange(first, false)) line += between;
    switch (field.kind()) {
      case Kind::missing:
      case Kind::null:
        break;
      case Kind::string:
        append(line, field.text());
        break;
      case Kind::number:
        if (field.to_double() == field.to_double()) append_compact(line, field);  // nothing for not-a-number
        break;
      case Kind::true_:
      case Kind::false_:
        append_compact(line, field);
        break;
      default:
        return type_error(natives, field, "is not valid in a csv row");
    }
  }
  out = Datum::string(line);
  return true;
}

bool csv(Args args, Natives& natives, Datum& out) {
  return row(args[0], ',', append_csv, "cannot be csv-formatted, only array", natives, out);
}
bool tsv(Args args, Natives& natives, Datum& out) {
  return row(args[0], '\t', append_tsv, "cannot be tsv-formatted, only array", natives, out);
}

bool sh(Args args, Natives& natives, Datum& out) {
  const std::span<const Datum> words =
      args[0].is(Kind::array) ? args[0].items() : std::span<const Datum>(args.data(), 1);
  std::string line;
  bool first = true;
  for (const Datum& word : words) {
    if (!std::exchange(first, false)) line += ' ';
    if (word.is(Kind::array) || word.is(Kind::object))
      return type_error(natives, word, "can not be escaped for shell");
    if (word.is(Kind::string)) {
      append_sh(line, word.text());
    } else {
      append_compact(line, word);
    }
  }
  out = Datum::string(line);
  return true;
}

// By the name behind the @; format/1 looks here as well.
constexpr auto kFormats = std::to_array<NativeRow>({
    {"@base64", 0, by_text<append_base64>},
    {"@base64d", 0, base64d},
    {"@csv", 0, csv},
    {"@html", 0, by_text<append_html>},
    {"@json", 0, tojson},
    {"@sh", 0, sh},
    {"@text", 0, tostring},
    {"@tsv", 0, tsv},
    {"@uri", 0, by_text<append_uri>},
});

bool format(Args args, Natives& natives, Datum& out) {
  if (!args[1].is(Kind::string)) return type_error(natives, args[1], "is not a valid format");
  for (const NativeRow& one : kFormats) {
    if (one.name.substr(1) == args[1].text()) return one.run(args.first(1), natives, out);
  }
  return natives.fail(std::string(args[1].text()) + " is not a valid format");
}

constexpr auto kRows = [] {
  constexpr auto kOthers = std::to_array<NativeRow>({
      {"format", 1, format},
      {"fromjson", 0, fromjson},
      {"tojson", 0, tojson},
      {"tonumber", 0, tonumber},
      {"tostring", 0, tostring},
  });
  std::array<NativeRow, kFormats.size() + kOthers.size()> rows{};
  std::copy(kOthers.begin(), kOthers.end(), std::copy(kFormats.begin(), kFormats.end(), rows.begin()));
  return rows;
}();

}  // namespace

std::span<const NativeRow> format_natives() {
  return kRows;
}

}  // namespace weir::expr
