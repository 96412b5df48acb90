// A Kafka cluster as a bus: the second backend behind the door of bus.h. Whoever makes a Bus says who opens one, so that
// the bus itself knows nothing of a Kafka client.
//
// Errors   throws Error: usage for topics and settings that cannot be, network and auth as the cluster has it.
// Threads  one.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/sys.h"
#include "bus/where.h"
#include "coord/group_options.h"
#include "log/sink.h"
#include "log/source.h"

namespace weir::bus {

class Admin;

class Cluster {
 public:
  virtual ~Cluster() = default;
  virtual std::unique_ptr<log::Source> open_source(log::SourceOptions options) = 0;
  virtual std::unique_ptr<log::Source> open_group_source(coord::GroupOptions group,
                                                         log::SourceOptions options) = 0;
  virtual std::unique_ptr<stream::Sink> open_sink(log::SinkOptions options) = 0;
  virtual bool has_topic(std::string_view name) = 0;
  virtual std::unique_ptr<Admin> admin() = 0;  // borrows the cluster
};

// Properties of the client as they were typed.
struct ClientProperties {
  std::vector<std::string> pairs;   // -X KEY=VALUE
  std::optional<std::string> file;  // -F, --kafka-config
};

struct ClusterPlace {
  base::Sys& sys;
  base::Clock& clock;
  Where where;
  ClientProperties properties;
  // Whether the user asked for an end that waits are to heed, by throwing base::Stopped; none: nobody asks. Any thread may
  // call it.
  std::function<bool()> stopped = {};
};
using OpenCluster = std::unique_ptr<Cluster> (*)(ClusterPlace place);

}  // namespace weir::bus
