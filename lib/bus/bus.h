// One door to topics, two backends: the local log, and (from the next release) a Kafka cluster.
// Errors: throws Error as log::Log, log::Source and log::Sink do; Kind::usage for a Kafka cluster.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/sys.h"
#include "bus/where.h"
#include "log/sink.h"
#include "log/source.h"

namespace weir::bus {

class Bus {
 public:
  // Opens nothing yet: a directory is made by the first open_sink.
  Bus(base::Sys& sys, base::Clock& clock, Where where);
  ~Bus();
  Bus(Bus&&) noexcept;

  std::unique_ptr<log::Source> open_source(log::SourceOptions options);
  std::unique_ptr<stream::Sink> open_sink(log::SinkOptions options);
  std::vector<log::Topic> topics();
  const Where& where() const { return where_; }

 private:
  log::Log& log(log::Log::Access access);

  base::Sys* sys_;
  base::Clock* clock_;
  Where where_;
  std::unique_ptr<log::Log> reading_, writing_;  // outlive the sources and sinks made from them: keep the Bus
};

}  // namespace weir::bus
