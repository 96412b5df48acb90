#include "ops/envelope_rest.h"

#include <algorithm>

#include "expr/lexer.h"
#include "ops/key_and_time.h"

namespace weir::ops {
namespace {

// Their expressions are asked of tombstones only when the value's is, which then saw null.
expr::Evaluator::Settings with_tombstones(expr::Evaluator::Settings settings) {
  settings.tombstones = true;
  return settings;
}

// The expression where it is nothing but the name of a member, without its dot.
std::string bare_word(const std::string& expression) {
  return expr::is_name(expression) && !expr::is_keyword(expression) && expression != "null" ? expression
                                                                                            : std::string();
}

}  // namespace

EnvelopeRest::EnvelopeRest(const Settings& settings)
    : field_(settings.ts),
      zone_(settings.zone),
      word_is_null_(settings.word_is_null),
      notice_(settings.notice) {
  const auto one = [&](std::string flag, const std::string& expression) {
    return expr::OneResult(std::move(flag), expression, settings.setup, with_tombstones(settings.evaluator));
  };
  if (!settings.key.empty()) key_.emplace(one("--key", settings.key));
  if (field_) ts_.emplace(one("--ts", field_->expression));
  for (const auto& [name, expression] : settings.headers)
    headers_.push_back({name, one("--header " + name, expression), bare_word(expression)});
}

bool EnvelopeRest::apply(std::optional<std::string_view> line, record::Envelope& envelope) {
  const record::Envelope seen = envelope;
  if (key_) {
    const expr::Value* const key = evaluate(*key_, line, seen);
    if (key == nullptr) return false;
    envelope.record.key = bytes_of(*key, key_text_);
  }
  if (ts_) {
    const expr::Value* const time = evaluate(*ts_, line, seen);
    if (time == nullptr) return false;
    envelope.record.ts = base::kNoTime;
    if (time->kind > json::Kind::null) {
      const base::TimeOrFault parsed = time_of(*time, field_->format, zone_, text_);
      if (parsed.fault != nullptr) {
        fault_ = {.code = "bad_time", .message = bad_time(*time, field_->expression, parsed.fault)};
        return false;
      }
      envelope.record.ts = parsed.time;
      if (is_meant_in_seconds(parsed.time, *time, field_->format) && notice_)
        std::exchange(notice_, nullptr)(seconds_notice(parsed.time, field_->expression));
    }
    envelope.has_ts = true;
    envelope.record.append_time = false;
  }
  return headers_.empty() || set_headers(line, seen, envelope.record.headers);
}

bool EnvelopeRest::set_headers(std::optional<std::string_view> line, const record::Envelope& seen,
                               record::Headers& headers) {
  built_.clear();
  record::HeaderCursor cursor(headers);
  for (record::Header header; cursor.next(header);)
    if (!is_set(header.name)) built_.add(header.name, header.value);
  for (Header& header : headers_) {
    const expr::Value* const value = evaluate(header.value, line, seen);
    if (value == nullptr) return false;
    if (word_is_null_ && !header.word.empty() && value->kind == json::Kind::null) {
      word_is_null_(header.name, header.word);
      header.word.clear();
    }
    built_.add(header.name, bytes_of(*value, text_));
  }
  headers = built_.headers();
  return true;
}

std::vector<const expr::OneResult*> EnvelopeRest::expressions() const {
  std::vector<const expr::OneResult*> all;
  if (key_) all.push_back(&*key_);
  if (ts_) all.push_back(&*ts_);
  for (const Header& header : headers_) all.push_back(&header.value);
  return all;
}

bool EnvelopeRest::is_set(std::string_view name) const {
  return std::any_of(headers_.begin(), headers_.end(),
                     [&](const Header& header) { return header.name == name; });
}

const expr::Value* EnvelopeRest::evaluate(expr::OneResult& one, std::optional<std::string_view> line,
                                          const record::Envelope& seen) {
  const expr::Value* const value = line ? one.of_envelope(*line) : one.of_record(seen);
  if (value == nullptr) fault_ = one.fault();
  return value;
}

}  // namespace weir::ops
