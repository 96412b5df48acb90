#include "kafka/sink.h"

#include "base/error.h"
#include "kafka/cluster_sink.h"

namespace weir::kafka {

std::unique_ptr<stream::Sink> open_sink(const bus::ClusterPlace& place, log::SinkOptions options) {
  using base::Error;
  using base::Kind;
  if (!options.resume.empty()) {
    throw Error(Kind::usage,
                "--resume is for a local log: a Kafka cluster does not tell where a producer had got to")
        .code("flags_exclude");
  }
  if (options.topic.starts_with("__")) {
    throw Error(Kind::usage,
                "topic '" + options.topic + "' is kept by the cluster itself and is not written to by hand")
        .code("internal_topic");
  }
  return std::make_unique<ClusterSink>(place, std::move(options));
}

}  // namespace weir::kafka
