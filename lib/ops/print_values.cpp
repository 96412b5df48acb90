#include "ops/print_values.h"

#include <algorithm>
#include <cstring>

#include "json/validate.h"
#include "stream/errors.h"

namespace weir::ops {

stream::Flow PrintValues::on_batch(stream::Batch& batch, stream::Context& context) {
  using Form = stream::Batch::Form;
  if (batch.form == Form::envelopes || (batch.form == Form::lines && lines_ == Lines::pass))
    return stream::Flow::more;
  arena_.begin(batch);
  batch.retain([&](std::size_t row) { return print(batch, row, context); });
  batch.form = Form::lines;
  batch.records.clear();
  return stream::Flow::more;
}

bool PrintValues::print(stream::Batch& batch, std::size_t row, stream::Context& context) {
  stream::Line& line = batch.lines[row];
  if (line.size == 0) return true;
  if (stream::is_control(line.view())) {
    context.errors.bad(batch, row,
                       {.code = "value_is_control_line",
                        .message = "a value begins as a control line and cannot be told from one",
                        .hint = "write envelopes: -J"});
    return false;
  }
  if (std::memchr(line.data, '\n', line.size) == nullptr) return true;
  if (!json::valid(line.view())) {
    context.errors.bad(batch, row,
                       {.code = "value_has_newline",
                        .message = "a value has a newline in it and is not JSON, so it is no line",
                        .hint = "write envelopes: -J"});
    return false;
  }
  char* const copy = arena_.allocate(line.size);
  std::replace_copy(line.data, line.data + line.size, copy, '\n', ' ');
  line.data = copy;
  return true;
}

}  // namespace weir::ops
