// Writes rows into topics of a cluster, as log::Sink says of a local log.
//
// Durability durable: acks=all, idempotent: a retry never stores a record twice. os: acks=1. none: acks=0.
// Tickets    a row counts as stored when its delivery report has come; acked() is the last ticket before which all rows are.
// Copies     a value is sent from the block it lies in, which is kept until its report comes; keys are copied.
// Partition  the one asked for, else murmur2 of the key as the Java client does it, else one partition for a while.
// Refused    what librdkafka cannot carry as it is, a time of 0 and a NUL in a header's name: Error(Kind::data).
// Errors     throws Error(Kind::undelivered) when a report says that a record was not stored; its detail counts those that
//            were confirmed and those that were not. After a throw only acked() is allowed.
// Threads    one; librdkafka sends on its own.
#pragma once

#include <memory>

#include "bus/cluster.h"
#include "log/sink.h"

namespace weir::kafka {

std::unique_ptr<stream::Sink> open_sink(const bus::ClusterPlace& place, log::SinkOptions options);

}  // namespace weir::kafka
