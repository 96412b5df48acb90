#include "ops/see_row.h"

#include "ops/envelope_of.h"

namespace weir::ops {

expr::Fields::Seen see_row(expr::Fields& fields, const stream::Batch& batch, std::size_t row) {
  using Form = stream::Batch::Form;
  switch (batch.form) {
    case Form::lines:
      return fields.of_line(batch.lines[row].view());
    case Form::envelopes:
      return fields.of_envelope(batch.lines[row].view());
    case Form::records:
      break;
  }
  return fields.of_record(envelope_of(batch, row));
}

}  // namespace weir::ops
