// Writes rows into topics of a cluster. With Durability::durable the producer is idempotent and acks are "all": what is
// reported stored is stored once, in the order of its partition, whatever had to be sent again.
//
// Rows      as log::Sink takes them (log/sink.h); a bare line's time is stamped by the client.
// Bytes     of a row are not copied: its block is kept until the broker has confirmed or refused it.
// Requests  a partition's rows go out when they fill a batch, at flush() and finish(), or, with linger, that much later.
// Refused   screen() takes out what librdkafka or the topic's settings would alter or refuse. Where a broker refuses a request
//           for a record of it, that record is found and goes to options.refused; the others are stored, in the order of
//           their partition with Durability::durable. A record that is not stored otherwise ends the run, exit 7 (6 when it
//           is not allowed), with the count of those that were not confirmed.
// Errors    throws Error; its detail says how many records are confirmed and how many are not. After a throw only acked()
//           is allowed, and does not rise.
// Threads   one; librdkafka has its own.
#pragma once

#include <memory>

#include "bus/cluster.h"
#include "log/sink.h"

namespace weir::kafka {

// Makes options.topic when it is missing.
std::unique_ptr<stream::Sink> open_sink(const bus::ClusterPlace& place, log::SinkOptions options);

}  // namespace weir::kafka
