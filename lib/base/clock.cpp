#include "base/clock.h"

namespace weir::base {
namespace {

class SystemClock final : public Clock {
 public:
  EventTime wall() override {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::floor<std::chrono::milliseconds>(now).count()};
  }
  std::chrono::nanoseconds steady() override { return std::chrono::steady_clock::now().time_since_epoch(); }
};

}  // namespace

Clock& system_clock() {
  static SystemClock clock;
  return clock;
}

}  // namespace weir::base
