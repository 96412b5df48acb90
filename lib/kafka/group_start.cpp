#include "kafka/group_start.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "kafka/offsets.h"

namespace weir::kafka {

using base::Error;
using base::Kind;
using base::Offset;
using log::Point;

GroupStart::GroupStart(Client& client, const bus::ClusterPlace& place, const coord::GroupOptions& group,
                       const log::SourceOptions& reading)
    : client_(client), group_(group), reading_(reading) {
  for (const auto& [name, value] : user_properties(place)) {
    if (name != "auto.offset.reset") continue;
    const bool to_end = value == "latest" || value == "largest" || value == "end";
    reset_ = to_end ? Reset::end : value == "error" ? Reset::refuse : Reset::start;
  }
}

void GroupStart::note_ends(const std::vector<log::TopicPartition>& partitions) {
  if (!reading_.until_end || partitions.empty()) return;
  const std::vector<log::Extent> extents = extents_of(client_, partitions);
  for (std::size_t i = 0; i < partitions.size(); ++i) ends_[partitions[i]] = extents[i].end;
}

Offset GroupStart::reset(const log::TopicPartition& partition, Offset stored,
                         const log::Extent& extent) const {
  const std::string place = log::folder_name(partition.topic, partition.partition);
  const std::string what = "group '" + group_.name + "' is at offset " + std::to_string(stored.value) +
                           " of " + place + ", which holds " + std::to_string(extent.start.value) + " to " +
                           std::to_string(extent.end.value);
  if (reset_ == Reset::refuse) {
    throw Error(Kind::network, what)
        .hint("weir groups reset --topic " + partition.topic + " --to start " + group_.name)
        .code("out_of_range");
  }
  const Offset to = reset_ == Reset::end ? extent.end : extent.start;
  reading_.say(what + "; it goes on at " + std::to_string(to.value));
  return to;
}

std::vector<Start> GroupStart::of(const std::vector<log::TopicPartition>& partitions,
                                  const std::vector<std::optional<Offset>>& stored) {
  tell_if_unused(stored);
  const std::vector<log::Extent> extents = extents_of(client_, partitions);
  const Point by_default{reset_ == Reset::end ? Point::Kind::end : Point::Kind::start, 0};
  const auto bounded = reading_.until_end ? log::Bounded::as_of_now : log::Bounded::no;
  std::vector<Start> all(partitions.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    Start& start = all[i];
    start.extent = extents[i];
    const auto at_time = [&](base::EventTime time) {
      return offsets_at(client_, {partitions[i]}, {extents[i]}, time).front();
    };
    const bool there = stored[i] && *stored[i] >= extents[i].start && *stored[i] <= extents[i].end;
    start.from = there       ? *stored[i]
                 : stored[i] ? reset(partitions[i], *stored[i], extents[i])
                             : log::resolve(reading_.range.from.value_or(by_default), extents[i], at_time);
    start.from = std::max(start.from, extents[i].start);
    start.begin = std::min(start.from, extents[i].end);
    log::Extent bounds = extents[i];
    if (reading_.until_end) bounds.end = ends_.try_emplace(partitions[i], extents[i].end).first->second;
    start.stop = log::resolve_stop(reading_.range, bounded, bounds, at_time);
  }
  return all;
}

void GroupStart::tell_if_unused(const std::vector<std::optional<Offset>>& stored) {
  if (std::exchange(told_, told_ || !stored.empty()) || !reading_.range.from) return;
  if (std::none_of(stored.begin(), stored.end(), [](const auto& each) { return each.has_value(); })) return;
  group_.say("group '" + group_.name +
             "' goes on from its stored position, whatever --from or -o says; weir groups reset moves it");
}

}  // namespace weir::kafka
