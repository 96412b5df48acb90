// One door to topics, two backends: the local log, and a Kafka cluster (cluster.h).
// Errors: throws Error as log::Log, log::Source, log::Sink and Cluster do.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/sys.h"
#include "bus/cluster.h"
#include "bus/where.h"
#include "coord/group_options.h"
#include "log/sink.h"
#include "log/source.h"

namespace weir::bus {

class Bus {
 public:
  // Opens nothing yet: a directory is made when something is first written.
  // `open_cluster`: who opens a Kafka cluster; none: nobody does, and one is refused. `stopped`: as in ClusterPlace.
  Bus(base::Sys& sys, base::Clock& clock, Where where, OpenCluster open_cluster = nullptr,
      ClientProperties properties = {}, std::function<bool()> stopped = {})
      : sys_(&sys),
        clock_(&clock),
        where_(std::move(where)),
        open_cluster_(open_cluster),
        properties_(std::move(properties)),
        stopped_(std::move(stopped)) {}

  std::unique_ptr<log::Source> open_source(log::SourceOptions options);
  // As a member of a group, which shares the topics' partitions; leave() ends it.
  std::unique_ptr<log::Source> open_group_source(coord::GroupOptions group, log::SourceOptions options);
  std::unique_ptr<stream::Sink> open_sink(log::SinkOptions options);
  std::vector<log::Topic> topics();  // of a local log
  // False, too, where there is no log directory yet.
  bool has_topic(std::string_view name);
  // The local log itself, for what only its files can tell. A write opens the directory, and makes it when missing.
  // Throws usage for a Kafka cluster.
  log::Log& log(log::Log::Access access);
  // Topics and groups as a whole. The object borrows the Bus.
  std::unique_ptr<Admin> admin();
  base::Sys& sys() const { return *sys_; }
  const Where& where() const { return where_; }

 private:
  bool is_kafka() const { return where_.kind == Where::Kind::kafka; }
  void refuse_kafka() const;
  Cluster& cluster();
  const log::Host& host();
  log::Log& reading();
  log::Log& writing();

  base::Sys* sys_;
  base::Clock* clock_;
  Where where_;
  OpenCluster open_cluster_;
  ClientProperties properties_;
  std::function<bool()> stopped_;
  std::unique_ptr<Cluster> cluster_;
  std::optional<log::Host> host_;
  // Both outlive the sources and sinks made from them: keep the Bus.
  std::unique_ptr<log::Log> reading_, writing_;
};

}  // namespace weir::bus
