// Offsets of many partitions, asked for at once: one question per leader, whatever the number of partitions. Each question that
// is asked alone waits behind the fetches under way on its connection, so they are asked before reading begins.
//
// Errors   throws Error as error_of(): a partition that has no leader at the moment is waited for, as long as Client is patient.
// Threads  as Client.
#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "base/units.h"
#include "kafka/client.h"
#include "log/range.h"
#include "log/topic_name.h"

namespace weir::kafka {

// The question of extents_of() once more, for somebody who goes on asking: none where there was no answer. On any thread.
std::optional<std::vector<log::Extent>> find_extents(const Client& client,
                                                     const std::vector<log::TopicPartition>& of,
                                                     std::chrono::milliseconds patience);

// In the order of `of`. For readers of committed records the end is before open transactions.
std::vector<log::Extent> extents_of(Client& client, const std::vector<log::TopicPartition>& of);

// The same for partitions that may go away meanwhile: none where the cluster lists the topic no longer.
std::vector<std::optional<log::Extent>> extents_there(Client& client,
                                                      const std::vector<log::TopicPartition>& of);

// The first offset whose time is at least `time`; where no record is that new, the partition's end.
std::vector<base::Offset> offsets_at(Client& client, const std::vector<log::TopicPartition>& of,
                                     const std::vector<log::Extent>& extents, base::EventTime time);
// The same with a time for each.
std::vector<base::Offset> offsets_at_each(Client& client, const std::vector<log::TopicPartition>& of,
                                          const std::vector<log::Extent>& extents,
                                          const std::vector<base::EventTime>& times);

}  // namespace weir::kafka
