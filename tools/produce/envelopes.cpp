#include "tools/produce/envelopes.h"

#include <fmt/format.h>

#include "record/envelope.h"
#include "stream/cut_letter.h"
#include "stream/errors.h"
#include "stream/line_source.h"

namespace weir::produce {

stream::Flow Envelopes::on_batch(stream::Batch& batch, stream::Context& context) {
  stream::drop_blank_lines(batch);
  return RecordMaker::on_batch(batch, context);
}

bool Envelopes::parse(stream::Batch& batch, std::size_t row, stream::Context& context) {
  const std::string_view line = batch.lines[row].view();
  const auto bad = [&](const stream::Fault& fault) {
    context.errors.bad(batch, row, fault);
    return false;
  };
  record::Envelope envelope;
  if (const record::EnvelopeFault fault = record::decode(line, arena_, envelope)) {
    return bad(
        {.code = fault.code, .message = fault.what, .column = fault.at + 1, .hint = std::string(fault.hint)});
  }
  if (stream::is_cut_letter(envelope))
    return bad({.code = "cut_letter",
                .message = "dead letter holds no more than the beginning of its event, which was too long",
                .hint = "read the event again, with a larger --max-line"});
  if (!envelope.has_ts) envelope.record.ts = present_;

  stream::Route route;
  if (settings_.route_by_topic) {
    if (envelope.topic.empty())
      return bad({.code = "envelope_without_topic",
                  .message = "envelope names no topic to go to",
                  .hint = "name it: produce -J TOPIC"});
    const auto topic = topics_.find(envelope.topic);
    if (!topic)
      return bad(
          {.code = "bad_topic", .message = fmt::format("topic '{}' {}", envelope.topic, topics_.fault())});
    route.topic = *topic;
  }
  if (settings_.keep_partition) route.partition = envelope.partition;
  if (settings_.route_by_topic || settings_.keep_partition) {
    add(envelope.record, route);
  } else {
    add(envelope.record);
  }
  return true;
}

}  // namespace weir::produce
