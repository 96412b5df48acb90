#include "stream/batch.h"

namespace weir::stream {

void Batch::clear() {
  blocks.clear();
  form = Form::lines;
  lines.clear();
  records.clear();
  origins.clear();
  routes.clear();
  route_topics = nullptr;
  mark.reset();
  ticket = {};
  input = nullptr;
  first_line = 1;
  first_byte = 0;
  first_data = nullptr;
}

}  // namespace weir::stream
