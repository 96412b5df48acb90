// Several sources, one after the other: files and topics as operands of one tool.
// Threads: the loop's thread only.
#pragma once

#include <memory>
#include <vector>

#include "stream/stage.h"

namespace weir::cli {

class SequenceSource final : public stream::Source {
 public:
  explicit SequenceSource(std::vector<std::unique_ptr<stream::Source>> parts);

  stream::Pull next(stream::Batch& batch) override;
  int wait_fd() const override;
  void commit(stream::Ticket ticket) override;
  stream::Ticket cut(std::size_t rows, stream::Ticket before) override;
  bool drain() override;
  bool behind() const override;
  Meter meter() const override;
  bool needs_attention() const override;
  void attend() override;

 private:
  // A part's own tickets begin anew; here they follow on those of the parts before.
  struct Part {
    std::unique_ptr<stream::Source> source;
    std::uint64_t first = 0;  // tickets handed out before this part
    std::uint64_t last = 0;   // newest handed out, counted over all
  };
  std::vector<Part> parts_;
  std::size_t current_ = 0;
  bool draining_ = false;  // the parts behind the current one are not begun any more
};

}  // namespace weir::cli
