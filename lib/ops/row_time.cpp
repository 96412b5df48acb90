#include "ops/row_time.h"

#include <utility>

#include "ops/key_and_time.h"
#include "ops/see_row.h"

namespace weir::ops {
namespace {

using Form = stream::Batch::Form;

expr::Evaluator::Settings reading_little(expr::Evaluator::Settings settings) {
  settings.check = json::Check::read_values;
  return settings;
}

std::string expression_of(const std::optional<base::Field>& field, const expr::Setup& setup) {
  if (field) return field->expression;
  return setup.envelope ? "$ts" : "null";
}

}  // namespace

RowTime::RowTime(const std::string& flag, std::optional<base::Field> field, const expr::Setup& setup,
                 expr::Evaluator::Settings settings, base::Zone zone)
    : of_record_(!field),
      format_(field ? field->format : base::TimeFormat{}),
      zone_(std::move(zone)),
      fields_({{flag, expression_of(field, setup)}}, setup, reading_little(std::move(settings))) {}

void RowTime::append(const stream::Batch& batch, std::vector<base::EventTime>& to) {
  for (std::size_t row = 0; row < batch.lines.size(); ++row) {
    if (of_record_ && batch.form == Form::records) {
      to.push_back(batch.records[row].ts);
    } else {
      to.push_back(seen(batch, row) ? time_of(fields_.value(0), format_, zone_, text_).time : base::kNoTime);
    }
  }
}

bool RowTime::seen(const stream::Batch& batch, std::size_t row) {
  return see_row(fields_, batch, row) == expr::Fields::Seen::all;
}

}  // namespace weir::ops
