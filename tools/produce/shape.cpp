#include "tools/produce/shape.h"

#include <fmt/format.h>

#include <algorithm>

#include "json/error.h"
#include "json/text.h"
#include "json/validate.h"
#include "ops/key_and_time.h"
#include "stream/line_source.h"

namespace weir::produce {

Shape::Shape(Settings settings, TopicTable& topics) : settings_(std::move(settings)), topics_(topics) {
  expr::Setup setup;
  setup.envelope = settings_.envelope;
  expr::Evaluator::Settings how;
  how.tombstones = true;
  if (!settings_.key.empty()) key_.emplace("--key", settings_.key, setup, how);
  if (!settings_.topic.empty()) topic_.emplace("--topic", settings_.topic, setup, how);
  if (settings_.ts) ts_.emplace("--ts", settings_.ts->expression, setup, how);
  for (const auto& [name, value] : settings_.headers) given_headers_.add(name, record::Bytes(value));
}

stream::Flow Shape::on_batch(stream::Batch& batch, stream::Context& context) {
  const bool wants_json = settings_.json || key_ || ts_ || topic_;
  if (wants_json && batch.form == stream::Batch::Form::lines) stream::drop_blank_lines(batch);
  arena_.begin(batch);
  // A bad line is reported as the line it is, so the batch keeps its form until all of its rows are through.
  const bool lines = batch.form == stream::Batch::Form::lines;
  if (lines) make_records(batch);
  if (topic_) {
    if (batch.routes.empty()) batch.routes.resize(batch.lines.size());
    batch.route_topics = &topics_.names();
  }
  batch.retain([&](std::size_t row) { return shape(batch, row, context); });
  batch.form = stream::Batch::Form::records;
  return stream::Flow::more;
}

void Shape::make_records(stream::Batch& batch) {
  record::Record record;
  record.ts = settings_.now();
  batch.records.assign(batch.lines.size(), record);
  for (std::size_t row = 0; row < batch.lines.size(); ++row) {
    batch.records[row].value = record::Bytes(batch.lines[row].data, batch.lines[row].size);
    if (settings_.key_delimiter) split_key(batch.records[row]);
  }
}

void Shape::split_key(record::Record& record) const {
  const std::string_view line = record.value.view();
  const std::size_t at = line.find(*settings_.key_delimiter);
  if (at == std::string_view::npos) return;
  record.key = record::Bytes(line.substr(0, at));
  record.value = record::Bytes(line.substr(at + settings_.key_delimiter->size()));
}

record::Bytes Shape::keep(std::string_view bytes) {
  char* const copy = arena_.allocate(bytes.size() + 1);  // never null, which would be no key
  std::copy(bytes.begin(), bytes.end(), copy);
  return {copy, bytes.size()};
}

const expr::Value* Shape::evaluate(expr::OneResult& expression, const stream::Batch& batch,
                                   std::size_t row) const {
  if (settings_.envelope) return expression.of_envelope(batch.lines[row].view());
  // A tombstone has no value to look into: as far as an expression is concerned it is null.
  const record::Bytes& value = batch.records[row].value;
  return expression.of_line(value.null() ? std::string_view("null") : value.view());
}

bool Shape::shape(stream::Batch& batch, std::size_t row, stream::Context& context) {
  record::Record record = batch.records[row];  // a bad one stays as it came
  const auto bad = [&](const stream::Fault& fault) {
    context.errors.bad(batch, row, fault);
    return false;
  };
  const std::string_view value = record.value.view();
  if (settings_.json && !record.value.null()) {
    json::Error fault;
    if (!json::validate(value, fault))
      return bad({.code = "bad_json", .message = json::describe(fault), .column = fault.column + 1u});
  }

  if (settings_.fixed_key) record.key = record::Bytes(*settings_.fixed_key);
  if (key_ && !record.value.null()) {
    const expr::Value* key = evaluate(*key_, batch, row);
    if (key == nullptr) return bad(key_->fault());
    const record::Bytes bytes = ops::bytes_of(*key, text_);
    record.key = bytes.null() ? bytes : keep(bytes.view());
  }
  if (ts_ && !record.value.null()) {
    const expr::Value* time = evaluate(*ts_, batch, row);
    if (time == nullptr) return bad(ts_->fault());
    const base::TimeOrFault parsed = ops::time_of(*time, settings_.ts->format, settings_.zone, text_);
    if (parsed.fault != nullptr)
      return bad(
          {.code = "bad_time", .message = ops::bad_time(*time, settings_.ts->expression, parsed.fault)});
    record.ts = parsed.time;
    if (ops::is_meant_in_seconds(parsed.time, *time, settings_.ts->format) && settings_.notice)
      std::exchange(settings_.notice, nullptr)(ops::seconds_notice(parsed.time, settings_.ts->expression));
    record.append_time = false;
  }
  if (topic_) {
    const expr::Value* topic = evaluate(*topic_, batch, row);
    if (topic == nullptr) return bad(topic_->fault());
    if (topic->kind != json::Kind::string)
      return bad({.code = "bad_topic", .message = "--topic is no string for this event"});
    const std::string_view name = json::text_of(*topic, text_);
    const auto number = topics_.find(name);
    if (!number)
      return bad({.code = "bad_topic", .message = fmt::format("topic '{}' {}", name, topics_.fault())});
    batch.routes[row].topic = *number;
  }
  if (!given_headers_.empty()) {
    if (record.headers.count == 0) {
      record.headers = given_headers_.headers();
    } else {
      headers_.clear();
      headers_.add(record.headers);
      headers_.add(given_headers_.headers());
      const record::Headers all = headers_.headers();
      record.headers = {keep({all.data, all.size}).data, all.size, all.count};
    }
  }
  if (settings_.empty_is_tombstone && record.value.size == 0) record.value = {};
  batch.records[row] = record;
  return true;
}

}  // namespace weir::produce
