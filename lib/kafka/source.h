// Reads topics of a cluster, without a group, as log::Source says.
//
// Bounded    the end as of now is asked for when the source opens; it is reached by a record that is not below it, or when
//            the broker says that nothing more is there, so compacted and transactional partitions end, too.
// Growth     as log::Source has it: new partitions and topics are found within the client's
//            topic.metadata.refresh.interval.ms (5 s unless -X says otherwise), and read from their start.
// Errors     what passes (a lost broker, a leader that moves) is told, and reading goes on when it is over; what does not
//            is thrown.
// Threads    one; librdkafka fetches on its own.
#pragma once

#include <memory>

#include "bus/cluster.h"
#include "log/source.h"

namespace weir::kafka {

std::unique_ptr<log::Source> open_source(const bus::ClusterPlace& place, log::SourceOptions options);

}  // namespace weir::kafka
