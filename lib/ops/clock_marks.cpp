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
    case MarkKind::tick:
      return clock.tick(mark.watermark.ms);
    case MarkKind::begin:
    case MarkKind::barrier:
      throw base::Error(base::Kind::usage,
                        "the input is a checkpointed pipeline, which this version cannot go on with")
          .hint("leave out --checkpoint")
          .code("checkpoint_unsupported");
    case MarkKind::end:
    case MarkKind::other:
      break;
  }
  return clock.now();
}

std::optional<MarkedPartition> partition_of(const stream::Mark& mark) {
  std::string buffer;
  const json::Value place = json::find(json::parse_value(mark.line), "p");
  if (place.kind != json::Kind::string) return std::nullopt;
  const std::string_view name = json::text_of(place, buffer);
  const std::size_t slash = name.rfind('/');
  if (slash == std::string_view::npos) return std::nullopt;
  std::int32_t number = EventClock::kNoPartition;
  const auto [end, error] = std::from_chars(name.data() + slash + 1, name.data() + name.size(), number);
  if (error != std::errc() || end != name.data() + name.size() || number < 0) return std::nullopt;
  return MarkedPartition{std::string(name.substr(0, slash)), number};
}

EventClock::Source source_of(EventClock& clock, const stream::Mark& mark) {
  const std::optional<MarkedPartition> one = partition_of(mark);
  return one ? clock.source(mark.input, one->topic, one->number) : clock.source(mark.input);
}

}  // namespace weir::ops
