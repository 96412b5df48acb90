#include "stream/batch.h"

namespace weir::stream {

std::size_t Batch::events() const {
  if (!fanned_out || lines.empty()) return lines.size();
  std::size_t count = 1;
  for (std::size_t i = 1; i < lines.size(); ++i) count += lines[i].index != lines[i - 1].index;
  return count;
}

void Batch::clear() {
  blocks.clear();
  form = Form::lines;
  lines.clear();
  records.clear();
  origins.clear();
  routes.clear();
  times.clear();
  route_topics = nullptr;
  mark.reset();
  ticket = {};
  fanned_out = false;
  unread.reset();
  input = nullptr;
  input_number = 0;
  first_line = 1;
  first_byte = 0;
  arrived = {};
  first_data = nullptr;
}

}  // namespace weir::stream
