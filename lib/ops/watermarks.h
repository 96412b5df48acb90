// Puts watermarks between the records of a log (--watermarks): behind a record whose time has moved its partition's
// watermark on by `step` or more, {"_weir":"wm","t":MS,"p":"topic/partition"}. The watermark of a partition is the
// largest time seen in it; records without a time move nothing. Where a mark stands depends on the records alone, not on
// how they were batched. Threads: the loop's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "stream/stage.h"

namespace weir::ops {

class Watermarks final : public stream::Operator {
 public:
  explicit Watermarks(std::int64_t step_ms) : step_ms_(step_ms) {}

  stream::Flow on_batch(stream::Batch& batch, stream::Context& context) override;

 private:
  struct Partition {
    std::uint32_t topic;
    base::Partition number;
    std::optional<std::int64_t> announced;
  };
  // Whether the row moves its partition far enough; then the mark.
  std::optional<stream::Mark> mark_after(const stream::Batch& batch, std::size_t row);
  Partition& partition_of(const stream::Origin& origin);

  std::int64_t step_ms_;
  std::vector<Partition> partitions_;
  std::size_t last_ = 0;  // neighbours are mostly of one partition
};

}  // namespace weir::ops
