// Tells where the beginning of a source that goes on has been read: by a mark without a line, once, when it has nothing more
// for now. All else is the source's. Threads: the loop's.
#pragma once

#include <memory>

#include "stream/stage.h"

namespace weir::stream {

// Is it the mark that says so?
inline bool is_caught_up(const Mark& mark) {
  return mark.kind == Mark::Kind::other && mark.line.empty();
}

class CaughtUp final : public Source {
 public:
  explicit CaughtUp(std::unique_ptr<Source> source) : source_(std::move(source)) {}

  const Source& source() const { return *source_; }

  Pull next(Batch& batch) override;
  int wait_fd() const override { return source_->wait_fd(); }
  void commit(Ticket ticket) override { source_->commit(ticket); }
  Ticket cut(std::size_t rows, Ticket before) override { return source_->cut(rows, before); }
  bool drain() override { return source_->drain(); }
  bool behind() const override { return source_->behind(); }
  bool needs_attention() const override { return source_->needs_attention(); }
  void attend() override { source_->attend(); }
  Meter meter() const override { return source_->meter(); }

 private:
  std::unique_ptr<Source> source_;
  Ticket last_;
  bool told_ = false;
};

}  // namespace weir::stream
