// A Kafka cluster as a bus.
//
// Ownership  sources, sinks and admins have clients of their own, and may outlive the cluster that opened them, but not the
//            clock and the system of its place; an Admin borrows the cluster.
// Errors     throws Error, as bus/cluster.h says.
// Threads    one.
#pragma once

#include <memory>
#include <string>

#include "bus/cluster.h"

namespace weir::kafka {

// Opens nothing yet: brokers are asked when something is read, written or looked at.
std::unique_ptr<bus::Cluster> open_cluster(bus::ClusterPlace place);

// The brokers that a file of properties names, as it writes them; empty: none. For where nobody has said where topics live.
// Throws Error(Kind::usage) where -X names them, which -b is for.
std::string brokers_named(base::Sys& sys, const bus::ClientProperties& properties);

}  // namespace weir::kafka
