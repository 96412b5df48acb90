// One row of a batch of any form, seen by the expressions that a tool reads of its events.
#pragma once

#include <cstddef>

#include "expr/fields.h"
#include "stream/batch.h"

namespace weir::ops {

// The values are good until the next event. A row of Form::envelopes needs fields of Setup::envelope.
expr::Fields::Seen see_row(expr::Fields& fields, const stream::Batch& batch, std::size_t row);

}  // namespace weir::ops
