#include "bus/bus.h"

#include <algorithm>

#include "base/error.h"
#include "base/file.h"
#include "bus/local_admin.h"
#include "coord/group_source.h"
#include "log/topic_name.h"

namespace weir::bus {

void Bus::refuse_kafka() const {
  if (!is_kafka()) return;
  throw base::Error(base::Kind::usage,
                    "check and dump need a local log, and the bus is a Kafka cluster (" + where_.text + ")")
      .hint("-b DIRECTORY")
      .code("no_kafka");
}

Cluster& Bus::cluster() {
  if (open_cluster_ == nullptr) refuse_kafka();
  if (cluster_ == nullptr) cluster_ = open_cluster_({*sys_, *clock_, where_, properties_, stopped_});
  return *cluster_;
}

const log::Host& Bus::host() {
  if (!host_) host_ = log::Host::current(*sys_);
  return *host_;
}

log::Log& Bus::reading() {
  refuse_kafka();
  if (writing_ != nullptr) return *writing_;
  if (reading_ == nullptr) {
    reading_ = std::make_unique<log::Log>(
        log::Log::open(*sys_, *clock_, host(), where_.directory, log::Log::Access::read));
  }
  return *reading_;
}

log::Log& Bus::writing() {
  refuse_kafka();
  if (writing_ == nullptr) {
    writing_ = std::make_unique<log::Log>(
        log::Log::open(*sys_, *clock_, host(), where_.directory, log::Log::Access::write));
  }
  return *writing_;
}

log::Log& Bus::log(log::Log::Access access) {
  return access == log::Log::Access::write ? writing() : reading();
}

std::unique_ptr<Admin> Bus::admin() {
  if (is_kafka()) return cluster().admin();
  return std::make_unique<LocalAdmin>(*this);
}

std::unique_ptr<log::Source> Bus::open_source(log::SourceOptions options) {
  const bool paths_only =
      !options.operands.empty() && std::all_of(options.operands.begin(), options.operands.end(),
                                               [](const std::string& each) { return log::is_path(each); });
  if (is_kafka() && !paths_only) return cluster().open_source(std::move(options));
  const log::Log* log = paths_only ? nullptr : &reading();
  return log::open_source({*sys_, *clock_, host(), log}, std::move(options));
}

std::unique_ptr<log::Source> Bus::open_group_source(coord::GroupOptions group, log::SourceOptions options) {
  if (is_kafka()) return cluster().open_group_source(std::move(group), std::move(options));
  return std::make_unique<coord::GroupSource>(writing(), std::move(group), std::move(options));
}

std::unique_ptr<stream::Sink> Bus::open_sink(log::SinkOptions options) {
  if (is_kafka()) return cluster().open_sink(std::move(options));
  return log::make_sink(writing(), std::move(options));
}

bool Bus::has_topic(std::string_view name) {
  if (is_kafka()) return cluster().has_topic(name);
  return base::File::exists(*sys_, where_.directory) && log::topic_name_fault(name).empty() &&
         reading().find_topic(name).has_value();
}

std::vector<log::Topic> Bus::topics() {
  return reading().topics();
}

}  // namespace weir::bus
