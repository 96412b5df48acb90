#include "tools/groups/pace.h"

#include <algorithm>
#include <cmath>

namespace weir::groups {

Pace pace_between(const bus::GroupInfo& before, const bus::GroupInfo& after, std::chrono::nanoseconds apart) {
  std::int64_t read = 0, written = 0;
  for (const bus::GroupPosition& now : after.positions) {
    const auto then = std::find_if(before.positions.begin(), before.positions.end(), [&](const auto& each) {
      return each.topic == now.topic && each.partition == now.partition;
    });
    if (then == before.positions.end()) continue;
    if (now.next && then->next) read += *now.next - *then->next;
    if (now.end && then->end) written += *now.end - *then->end;
  }
  const double seconds = std::chrono::duration<double>(apart).count();
  if (seconds <= 0) return {};
  return {static_cast<double>(read) / seconds, static_cast<double>(written) / seconds};
}

std::int64_t lag_of(const bus::GroupInfo& group) {
  std::int64_t sum = 0;
  for (const bus::GroupPosition& each : group.positions) sum += each.lag().value_or(0);
  return sum;
}

std::optional<std::chrono::milliseconds> until_caught_up(std::int64_t lag, const Pace& pace) {
  if (lag == 0) return std::chrono::milliseconds(0);
  const double gain = pace.read_per_second - pace.written_per_second;
  if (gain <= 0) return std::nullopt;
  const double ms = std::ceil(static_cast<double>(lag) * 1000 / gain);
  if (ms > 1e15) return std::nullopt;
  return std::chrono::milliseconds(static_cast<std::int64_t>(ms));
}

}  // namespace weir::groups
