#include "tools/join/partitions.h"

#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/error.h"
#include "bus/admin.h"
#include "bus/bus.h"
#include "log/source.h"

namespace weir::join {
namespace {

constexpr std::string_view kTopic = "topic:";

std::string partitions(int count) {
  return fmt::format("{} partition{}", count, count == 1 ? "" : "s");
}

}  // namespace

void check_partitions(const Options& options, cli::Io& io) {
  if (options.no_copartition || options.tagged() || !options.foreign_key.empty()) return;
  std::vector<std::string> names;
  for (const std::string& input : options.input.inputs) {
    if (!input.starts_with(kTopic)) return;
    names.push_back(input.substr(kTopic.size()));
    if (log::is_pattern(names.back())) return;  // several topics, and maybe more of them later
  }
  if (names[0] == names[1]) return;
  const auto topics = io.bus(options.input.bus).admin()->topics_at_offsets(names);
  if (topics.size() != names.size()) return;  // one has just been deleted, of which its source will tell
  const int left = topics[0].summary.partitions, right = topics[1].summary.partitions;
  if (left == right) return;
  throw base::Error(base::Kind::usage,
                    fmt::format("topic '{}' has {}, and '{}' has {}: equal keys lie in different ones",
                                names[0], partitions(left), names[1], partitions(right)))
      .hint("this one process reads them all: --no-copartition joins them all the same")
      .code("partitions_differ");
}

}  // namespace weir::join
