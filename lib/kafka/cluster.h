// A Kafka cluster as a bus.
#pragma once

#include <memory>

#include "bus/cluster.h"

namespace weir::kafka {

// Opens nothing yet: brokers are asked when something is read, written or looked at.
std::unique_ptr<bus::Cluster> open_cluster(bus::ClusterPlace place);

}  // namespace weir::kafka
