#include "ops/table_events.h"

#include <utility>

#include "ops/envelope_of.h"
#include "ops/group_key.h"

namespace weir::ops {
namespace {

using Field = expr::Fields::Field;
using Form = stream::Batch::Form;
using Seen = expr::Fields::Seen;

constexpr std::string_view kWhite = " \t\r\n";

std::string_view trimmed(std::string_view line) {
  if (!line.empty() && line.front() > ' ' && line.back() > ' ') return line;
  const std::size_t begin = line.find_first_not_of(kWhite);
  if (begin == std::string_view::npos) return {};
  return line.substr(begin, line.find_last_not_of(kWhite) - begin + 1);
}

}  // namespace

TableEvents::TableEvents(const Settings& settings) : enveloped_(settings.setup.envelope) {
  std::vector<Field> fields;
  if (settings.times) fields = times_.emplace(*settings.times).fields();
  const auto add = [&](std::optional<std::size_t>& place, Field field) {
    place = fields.size();
    fields.push_back(std::move(field));
  };
  if (!settings.key.empty()) add(key_, {.flag = "--key", .expression = settings.key});
  if (!settings.delete_when.empty()) {
    add(delete_when_,
        {.flag = "--delete-when", .expression = settings.delete_when, .kind = Field::Kind::condition});
  }
  fields_ = std::make_unique<expr::Fields>(std::move(fields), settings.setup, settings.evaluator);
}

TableEvents::Read TableEvents::read(const stream::Batch& batch, std::size_t row) {
  event_ = {};
  envelope_ = {};
  fields_seen_ = false;
  blank_ = false;
  if (!look(batch, row)) return blank_ ? Read::blank : Read::bad;
  if (!read_time(batch, row)) return Read::bad;
  const record::Bytes& value = envelope_.record.value;
  event_.deletes = value.null();
  event_.value = value.view();
  event_.json = envelope_.value_is_json;
  if (!read_key()) return Read::bad;
  if (event_.key.data() == nullptr) return Read::no_key;
  return read_condition() ? Read::event : Read::bad;
}

// ---- its bytes

bool TableEvents::look(const stream::Batch& batch, std::size_t row) {
  switch (batch.form) {
    case Form::lines:
      return look_at_line(batch.lines[row].view());
    case Form::envelopes:
      return look_at_envelope(batch.lines[row].view());
    case Form::records:
      break;
  }
  return look_at_record(batch, row);
}

bool TableEvents::look_at_line(std::string_view line) {
  if (!saw(fields_->of_line(line))) return false;
  envelope_.record.value = record::Bytes(trimmed(line));
  envelope_.value_is_json = true;
  return true;
}

bool TableEvents::look_at_envelope(std::string_view line) {
  if (fields_->size() > 0 && !saw(fields_->of_envelope(line))) return false;
  if (trimmed(line).empty()) {
    blank_ = true;
    return false;
  }
  decoded_.clear();
  const record::EnvelopeFault fault = record::decode(line, decoded_, envelope_);
  if (!fault) return true;
  return refuse(
      {.code = fault.code, .message = fault.what, .column = fault.at + 1, .hint = std::string(fault.hint)});
}

bool TableEvents::look_at_record(const stream::Batch& batch, std::size_t row) {
  envelope_ = envelope_of(batch, row);
  if (enveloped_) return fields_->size() == 0 || saw(fields_->of_record(envelope_));
  if (envelope_.record.value.null()) return true;
  const std::string_view value = envelope_.record.value.view();
  if (!saw(fields_->of_line(value))) return false;
  envelope_.record.value = record::Bytes(trimmed(value));
  envelope_.value_is_json = true;
  return true;
}

bool TableEvents::saw(Seen seen) {
  fields_seen_ = true;
  if (seen == Seen::bad) return refuse(fields_->fault());
  blank_ = seen == Seen::blank;
  return !blank_;
}

// ---- what it says

bool TableEvents::read_time(const stream::Batch& batch, std::size_t row) {
  // What deletes without an envelope has nothing but the record's own time.
  if (!times_ || !fields_seen_) {
    event_.ts = envelope_.record.ts;
    return true;
  }
  if (!times_->read(batch, row, *fields_, 0)) return refuse(times_->fault());
  event_.ts.ms = times_->ts();
  return true;
}

// A key that is null leaves event_.key without data.
bool TableEvents::read_key() {
  if (!key_) {
    const record::Bytes& key = envelope_.record.key;
    if (!key.null()) event_.key = key.view();
    return true;
  }
  if (!fields_seen_) return true;
  if (auto fault = fields_->fault(*key_)) return refuse(std::move(*fault));
  const expr::Value& key = fields_->value(*key_);
  if (key.kind <= json::Kind::null) return true;
  key_text_.clear();
  append_key(key_text_, key);
  event_.key = key_text_;
  return true;
}

bool TableEvents::read_condition() {
  if (!delete_when_ || event_.deletes) return true;
  if (auto fault = fields_->fault(*delete_when_)) return refuse(std::move(*fault));
  event_.deletes = fields_->holds(*delete_when_);
  return true;
}

bool TableEvents::refuse(stream::Fault fault) {
  fault_ = std::move(fault);
  return false;
}

}  // namespace weir::ops
