#include "stream/mark.h"

#include <cstdint>
#include <limits>

#include "json/cursor.h"
#include "json/number.h"
#include "json/text.h"
#include "json/validate.h"

namespace weir::stream {
namespace {

Mark::Kind kind_of(const json::Value& name) {
  using Kind = Mark::Kind;
  if (json::text_equals(name, "wm")) return Kind::watermark;
  if (json::text_equals(name, "idle")) return Kind::idle;
  if (json::text_equals(name, "barrier")) return Kind::barrier;
  if (json::text_equals(name, "begin")) return Kind::begin;
  if (json::text_equals(name, "end")) return Kind::end;
  return Kind::other;
}

}  // namespace

std::optional<Mark> parse_mark(std::string_view line) {
  if (!is_control(line) || !json::valid(line)) return std::nullopt;
  const json::Value object = json::parse_value(line);
  const json::Value name = json::find(object, "_weir");
  if (name.kind != json::Kind::string) return std::nullopt;

  Mark mark;
  mark.kind = kind_of(name);
  mark.line = line;
  if (mark.kind == Mark::Kind::watermark) {
    const json::Value time = json::find(object, "t");
    if (time.kind == json::Kind::string && json::text_equals(time, "max")) {
      mark.watermark = {std::numeric_limits<std::int64_t>::max()};
    } else if (const auto ms = json::to_int64(time.raw()); ms && time.kind == json::Kind::number) {
      mark.watermark = {*ms};
    } else {
      return std::nullopt;
    }
  }
  return mark;
}

}  // namespace weir::stream
