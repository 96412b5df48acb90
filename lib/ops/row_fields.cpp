#include "ops/row_fields.h"

#include <cstring>
#include <utility>

#include "json/cursor.h"
#include "json/scanner.h"
#include "json/text.h"
#include "ops/group_key.h"

namespace weir::ops {
namespace {

using Field = expr::Fields::Field;
using Seen = expr::Fields::Seen;

std::vector<Field> fields_of(const RowFields::Settings& settings,
                             const std::optional<Aggregates>& aggregates) {
  std::vector<Field> fields;
  if (!settings.where.empty())
    fields.push_back({.flag = "--where", .expression = settings.where, .kind = Field::Kind::condition});
  for (const RowFields::Group& group : settings.groups)
    fields.push_back({.flag = "--group-by", .expression = group.expression});
  if (!aggregates) return fields;
  for (Field& field : aggregates->fields()) fields.push_back(std::move(field));
  return fields;
}

std::optional<Aggregates> aggregates_of(const RowFields::Settings& settings) {
  if (settings.groups.empty()) return std::nullopt;
  return Aggregates(settings.aggregates, Aggregates::Use::add_and_remove);
}

}  // namespace

RowFields::RowFields(const Settings& settings)
    : keys_(settings.keys),
      envelope_(settings.setup.envelope),
      aggregates_(aggregates_of(settings)),
      first_group_(settings.where.empty() ? 0 : 1),
      first_aggregate_(first_group_ + settings.groups.size()),
      fields_(fields_of(settings, aggregates_), settings.setup, settings.evaluator) {
  if (first_group_ == 1) where_ = 0;
  for (const Group& group : settings.groups) {
    std::string& name = group_names_.emplace_back();
    json::append_quoted(name, group.name);
    name += ':';
  }
}

bool RowFields::look(const Row& row) {
  shown_ = true;
  if (fields_.size() == 0) return true;
  if (see(row) == Seen::bad) return refuse(fields_.fault());
  if (where_) {
    if (auto fault = fields_.fault(*where_)) return refuse(std::move(*fault));
    shown_ = fields_.holds(*where_);
  }
  return !grouped() || !shown_ || look_at_group(row);
}

bool RowFields::look_at_group(const Row& row) {
  group_.clear();
  const bool several = group_names_.size() > 1;
  bool whole = true;
  for (std::size_t i = 0; i < group_names_.size(); ++i) {
    if (auto fault = fields_.fault(first_group_ + i)) return refuse(std::move(*fault));
    const expr::Value& value = fields_.value(first_group_ + i);
    whole = whole && value.kind > json::Kind::null;
    if (several) group_ += i == 0 ? '[' : ',';
    append_key(group_, value);
  }
  if (several) group_ += ']';
  if (!whole) return group_.clear(), true;
  const std::int64_t ts = row.ts == base::kNoTime ? 0 : row.ts.ms;
  return aggregates_->read(fields_, first_aggregate_, {ts, row.arrival}) || refuse(aggregates_->fault());
}

std::optional<stream::Fault> RowFields::part_fault() const {
  if (!grouped() || !shown_ || group_.empty()) return std::nullopt;
  return aggregates_->condition_fault();
}

// On a copy with room behind it: a row that is kept has none.
Seen RowFields::see(const Row& row) {
  padded_.clear();
  padded_.append(row.text.bytes);
  std::memset(padded_.room(json::kPadding), 0, json::kPadding);
  if (!envelope_) return fields_.of_line(padded_.view());
  record::Envelope envelope;
  envelope.record.key = record_key(row.key, keys_, key_text_);
  envelope.record.ts = row.ts;
  envelope.record.value = record::Bytes(padded_.view());
  envelope.value_is_json = row.text.json;
  return fields_.of_record(envelope);
}

void RowFields::begin_group_row(std::string_view group, std::string& to) const {
  to += '{';
  if (group_names_.size() == 1) return void(to.append(group_names_.front()).append(group));
  json::Elements values(json::parse_value(group));
  json::Value value;
  for (const std::string& name : group_names_) {
    if (to.back() != '{') to += ',';
    values.next(value);
    to.append(name).append(value.raw());
  }
}

bool RowFields::refuse(stream::Fault fault) {
  fault_ = std::move(fault);
  return false;
}

}  // namespace weir::ops
