#include "ops/read_ahead.h"

#include <functional>

namespace weir::ops {

void ReadAhead::add(const JoinReader& reader, std::string_view line) {
  Event& event = all_[size_++];
  event.side = reader.side();
  event.ts.reset();
  if (reader.timed()) event.ts = reader.ts();
  event.key = reader.key();
  event.value = reader.value();
  const std::less_equal<const char*> up_to;
  const bool in_line = up_to(line.data(), event.value.data()) &&
                       up_to(event.value.data() + event.value.size(), line.data() + line.size());
  if (!event.value.empty() && !in_line) event.value = event.made = reader.value();
  if (!event.key.empty()) keys_.push_back(event.key);
}

void ReadAhead::clear() {
  size_ = 0;
  keys_.clear();
}

}  // namespace weir::ops
