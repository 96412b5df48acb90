// Where to begin on a cluster so that exactly the newest N records are read: consume --last N.
//
// Units    offsets, and numbers of records.
// Errors   as said below.
// Threads  as Client.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "kafka/client.h"
#include "log/newest.h"
#include "log/range.h"
#include "log/topic_name.h"

namespace weir::kafka {

struct NewestInput {
  log::TopicPartition name;
  log::Extent extent;
  base::Offset until;  // the first offset that is not read
};

// As log::begin_of_newest(). Reads the ends of all partitions at once, and waits for them.
// Throws as Client, and network where nothing comes for as long as Client is patient.
std::vector<base::Offset> begin_of_newest(Client& client, const std::vector<NewestInput>& inputs,
                                          std::uint64_t count,
                                          const std::function<void(const std::string&)>& say);

}  // namespace weir::kafka
