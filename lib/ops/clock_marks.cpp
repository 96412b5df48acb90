#include "ops/clock_marks.h"

#include <charconv>
#include <string>

#include "base/error.h"
#include "json/cursor.h"
#include "json/text.h"

namespace weir::ops {

std::int64_t follow(EventClock& clock, const stream::Mark& mark) {
  using MarkKind = stream::Mark::Kind;
  switch (mark.kind) {
    case MarkKind::watermark:
      return clock.mark(source_of(clock, mark), mark.watermark.ms);
    case MarkKind::idle:
      return clock.idle(source_of(clock, mark));
    case MarkKind::input_end:
      return clock.ended(mark.input);
    case MarkKind::input_idle:
      return clock.input_idle(mark.input);
    case MarkKind::begin:
    case MarkKind::barrier:
      throw base::Error(base::Kind::usage,
                        "the input is a checkpointed pipeline, which this version cannot go on with")
          .hint("leave out --checkpoint")
          .code("checkpoint_unsupported");
    case MarkKind::end:
    case MarkKind::tick:
    case MarkKind::other:
      break;
  }
  return clock.now();
}

EventClock::Source source_of(EventClock& clock, const stream::Mark& mark) {
  std::string buffer;
  const json::Value place = json::find(json::parse_value(mark.line), "p");
  if (place.kind != json::Kind::string) return clock.source(mark.input);
  const std::string_view name = json::text_of(place, buffer);
  const std::size_t slash = name.rfind('/');
  std::int32_t partition = EventClock::kNoPartition;
  if (slash == std::string_view::npos) return clock.source(mark.input);
  const auto [end, error] = std::from_chars(name.data() + slash + 1, name.data() + name.size(), partition);
  if (error != std::errc() || end != name.data() + name.size() || partition < 0)
    return clock.source(mark.input);
  return clock.source(mark.input, name.substr(0, slash), partition);
}

}  // namespace weir::ops
