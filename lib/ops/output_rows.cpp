#include "ops/output_rows.h"

#include <cstring>

namespace weir::ops {

stream::Flow OutputRows::put(std::string_view line, stream::Context& context) {
  // A newline behind it, so that rows which follow each other in memory are written with one copy.
  char* const copy = arena_.allocate(line.size() + 1);
  std::memcpy(copy, line.data(), line.size());
  copy[line.size()] = '\n';
  made_.lines.push_back({copy, static_cast<std::uint32_t>(line.size()), 0});
  bytes_ += line.size() + 1;
  return bytes_ >= stream::kBlockBytes ? flush(context) : stream::Flow::more;
}

stream::Flow OutputRows::flush(stream::Context& context) {
  if (made_.lines.empty()) return stream::Flow::more;
  const stream::Flow flow = context.out.write(made_);
  made_.lines.clear();
  made_.blocks.clear();
  bytes_ = 0;
  arena_.begin(made_);
  return flow;
}

}  // namespace weir::ops
