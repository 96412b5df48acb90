// Where windows lie whose bounds do not depend on the records: tumbling, hopping, calendar, also of a zone.
#pragma once

#include <vector>

#include "model/window_model.h"

namespace weir::model {

struct Span {
  Time start, end;
};

// The windows that hold `ts`, by start.
std::vector<Span> spans_of(const WindowSpec& spec, Time ts);
// The window behind this one.
Span span_after(const WindowSpec& spec, const Span& span);
// The largest multiple of `step`, shifted by `offset`, that is not above `value`.
Time floor_to(Time value, Time step, Time offset = 0);

}  // namespace weir::model
