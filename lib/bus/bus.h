// One door to topics, two backends: the local log, and (from the next release) a Kafka cluster.
// Errors: throws Error as log::Log, log::Source and log::Sink do; Kind::usage for a Kafka cluster.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/sys.h"
#include "bus/where.h"
#include "log/sink.h"
#include "log/source.h"

namespace weir::bus {

class Admin;

class Bus {
 public:
  // Opens nothing yet: a directory is made when something is first written.
  Bus(base::Sys& sys, base::Clock& clock, Where where)
      : sys_(&sys), clock_(&clock), where_(std::move(where)) {}

  std::unique_ptr<log::Source> open_source(log::SourceOptions options);
  std::unique_ptr<stream::Sink> open_sink(log::SinkOptions options);
  std::vector<log::Topic> topics();
  // False, too, where there is no log directory yet.
  bool has_topic(std::string_view name);
  // The local log itself, for groups and administration. A write opens the directory, and makes it when missing.
  log::Log& log(log::Log::Access access);
  // Topics and groups as a whole. The object borrows the Bus.
  std::unique_ptr<Admin> admin();
  base::Sys& sys() const { return *sys_; }
  const Where& where() const { return where_; }

 private:
  void refuse_kafka() const;
  const log::Host& host();
  log::Log& reading();
  log::Log& writing();

  base::Sys* sys_;
  base::Clock* clock_;
  Where where_;
  std::optional<log::Host> host_;
  // Both outlive the sources and sinks made from them: keep the Bus.
  std::unique_ptr<log::Log> reading_, writing_;
};

}  // namespace weir::bus
