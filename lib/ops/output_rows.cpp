#include "ops/output_rows.h"

#include <cstring>

namespace weir::ops {

stream::Flow OutputRows::put(std::initializer_list<std::string_view> pieces, stream::Context& context) {
  std::size_t size = 0;
  for (const std::string_view piece : pieces) size += piece.size();
  const bool fits = bytes_ + size + 1 <= stream::kBlockBytes;
  const stream::Flow flow = fits ? stream::Flow::more : flush(context);
  // A newline behind it, so that rows which follow each other in memory are written at once.
  char* const copy = arena_.allocate(size + 1);
  char* end = copy;
  for (const std::string_view piece : pieces) {
    if (!piece.empty()) std::memcpy(end, piece.data(), piece.size());
    end += piece.size();
  }
  *end = '\n';
  made_.lines.push_back({copy, static_cast<std::uint32_t>(size), 0});
  bytes_ += size + 1;
  ++count_;
  return flow;
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
