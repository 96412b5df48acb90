#include "ops/envelope_hint.h"

#include <string_view>
#include <utility>

#include "json/cursor.h"
#include "json/validate.h"

namespace weir::ops {
namespace {

bool looks_like_envelope(std::string_view line) {
  if (!json::valid(line)) return false;
  const json::Value value = json::parse_value(line);
  const auto has = [&](std::string_view name) {
    const json::Kind kind = json::find(value, name).kind;
    return kind != json::Kind::missing && kind != json::Kind::misfit;
  };
  return has("offset") && has("partition") && has("topic") &&
         (has("value") || has("value_text") || has("value_base64") || has("payload"));
}

}  // namespace

stream::Flow EnvelopeHint::on_batch(stream::Batch& batch, stream::Context&) {
  if (!found_ || batch.lines.empty()) return stream::Flow::more;
  const std::function<void()> found = std::exchange(found_, nullptr);
  if (batch.form == stream::Batch::Form::lines && looks_like_envelope(batch.lines.front().view())) found();
  return stream::Flow::more;
}

}  // namespace weir::ops
