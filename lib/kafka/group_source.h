// Reads topics of a cluster as a member of a group: the partitions that are this member's share, from the group's positions
// on. The group shares by Kafka's own protocol, so that other Kafka clients may be members, too.
//
// Begins     in a partition at the group's position. Where it has none: at reading.range.from, else where the property
//            auto.offset.reset says, else at the start. Where its position lies outside of what the broker has (records were
//            deleted): where auto.offset.reset says, else at the start, and that is told to `say`.
// Rebalance  a partition that is to be another member's is given up once all rows that were handed out are safe downstream
//            and their position is stored, so that none is repeated; meanwhile no more rows are handed out. That waits for
//            so long at most, and then tells which partitions' last rows the next one reads again. Partitions that stay are
//            read on, with what is here of them already. Those that another member has got already (this one did not
//            answer for too long) are dropped, and nothing is stored for them.
// Commit     positions are stored as rows become safe downstream, each time or as often as `commit_every` says, but ten times
//            a second at most; and all of them, with the broker's answer, before a partition is given up and at leave().
// Ends       with until_end when all partitions of the share have got as far as they were when the source opened (those
//            found later: as when they were first given to it), and none is on its way from one member to another; after
//            `count` rows.
// Stopped    where what was handed out does not get out (nobody reads stdout), the group is left all the same, soon after
//            drain(), so that others go on; that is told.
// Attended   must be called, or attended to, within max.poll.interval.ms.
// Errors     throws Error: usage for topics that are not there, network when the group's coordinator cannot be reached at the
//            beginning, auth. A coordinator that is lost later is told and waited for.
// Threads    one; librdkafka fetches on its own.
#pragma once

#include <memory>

#include "bus/cluster.h"
#include "coord/group_options.h"
#include "log/source.h"

namespace weir::kafka {

std::unique_ptr<log::Source> open_group_source(const bus::ClusterPlace& place, coord::GroupOptions group,
                                               log::SourceOptions options);

}  // namespace weir::kafka
