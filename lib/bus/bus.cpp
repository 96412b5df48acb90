#include "bus/bus.h"

#include <algorithm>

#include "base/error.h"
#include "base/file.h"
#include "bus/local_admin.h"
#include "log/topic_name.h"

namespace weir::bus {

void Bus::refuse_kafka() const {
  if (where_.kind != Where::Kind::kafka) return;
  throw base::Error(base::Kind::usage, "this build reads and writes the local log; a Kafka cluster (" +
                                           where_.text + ") as the bus comes with the next release")
      .hint("-b DIRECTORY")
      .code("no_kafka");
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
  refuse_kafka();
  return std::make_unique<LocalAdmin>(*this);
}

std::unique_ptr<log::Source> Bus::open_source(log::SourceOptions options) {
  const bool paths_only =
      !options.operands.empty() && std::all_of(options.operands.begin(), options.operands.end(),
                                               [](const std::string& each) { return log::is_path(each); });
  const log::Log* log = paths_only ? nullptr : &reading();
  return log::open_source({*sys_, *clock_, host(), log}, std::move(options));
}

std::unique_ptr<stream::Sink> Bus::open_sink(log::SinkOptions options) {
  return log::make_sink(writing(), std::move(options));
}

bool Bus::has_topic(std::string_view name) {
  refuse_kafka();
  return base::File::exists(*sys_, where_.directory) && log::topic_name_fault(name).empty() &&
         reading().find_topic(name).has_value();
}

std::vector<log::Topic> Bus::topics() {
  return reading().topics();
}

}  // namespace weir::bus
