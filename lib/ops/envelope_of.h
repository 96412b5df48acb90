// A row that was read from a log, as the envelope it would be under -J.
#pragma once

#include <cstddef>

#include "record/envelope.h"
#include "stream/batch.h"

namespace weir::ops {

// Requires batch.form == records. Views in it live as long as the batch.
record::Envelope envelope_of(const stream::Batch& batch, std::size_t row);

}  // namespace weir::ops
