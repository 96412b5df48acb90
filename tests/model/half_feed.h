// Inputs that bring their first half and then nothing, and a wish to stop once that has been taken.
#pragma once

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "stream/stop.h"

namespace weir::model {

// Threads: made and ended on one; another one writes into the pipes.
class HalfFeed final : public stream::Stop {
 public:
  // So many bytes of each text come; they may end within a line.
  HalfFeed(std::vector<std::string> texts, const std::vector<std::size_t>& sizes);
  ~HalfFeed() override;
  HalfFeed(const HalfFeed&) = delete;
  HalfFeed& operator=(const HalfFeed&) = delete;

  const std::vector<int>& inputs() const { return reads_; }
  int fd() const override { return wish_; }
  Wish wish() override;

 private:
  void feed();

  std::vector<std::string> halves_;
  std::vector<int> reads_, writes_;
  int wish_ = -1;  // an eventfd
  bool wished_ = false;
  std::atomic<bool> over_ = false;
  std::thread writer_;
};

}  // namespace weir::model
