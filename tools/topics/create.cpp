#include "base/error.h"
#include "json/writer.h"
#include "tools/topics/verbs.h"

namespace weir::topics {
namespace {

std::string counted(int partitions) {
  return std::to_string(partitions) + (partitions == 1 ? " partition" : " partitions");
}

// False: it was there already, and that is fine.
bool make(const bus::NewTopic& topic, const Options& options, bus::Admin& admin, cli::Io& io) {
  try {
    admin.create_topic(topic, options.dry_run ? bus::Mode::dry_run : bus::Mode::apply);
    return true;
  } catch (const base::Error& error) {
    if (!options.if_not_exists || error.code() != "topic_exists") throw;
    const int there = admin.topic(topic.name, bus::Admin::Look::offsets).summary.partitions;
    if (options.partitions && topic.partitions != there) {
      io.notice("topic '" + topic.name + "' has " + counted(there) + ", not " +
                std::to_string(topic.partitions));
    }
    return false;
  }
}

std::string line(const bus::NewTopic& topic, bool made, const Options& options) {
  const std::string count = counted(topic.partitions);
  if (!options.json) {
    if (!made) return "topic '" + topic.name + "' is there already\n";
    return (options.dry_run ? "would make topic '" : "made topic '") + topic.name + "' (" + count + ")\n";
  }
  std::string text;
  json::Writer writer(text);
  writer.begin_object().name("topic").string(topic.name).name("created").boolean(made && !options.dry_run);
  if (made) writer.name("partitions").number(std::int64_t{topic.partitions});
  if (options.dry_run) writer.name("dry_run").boolean(true);
  writer.end_object();
  return text + "\n";
}

}  // namespace

base::ExitCode create(const Options& options, bus::Admin& admin, cli::Io& io) {
  bus::NewTopic topic;
  topic.partitions = options.partitions.value_or(1);
  topic.replicas = options.replicas;
  for (const auto& [name, value] : options.changes) topic.configs[name] = *value;
  for (const std::string& name : options.names) {
    topic.name = name;
    const bool made = make(topic, options, admin, io);
    if (!io.talk.quiet || options.json) io.put_out(line(topic, made, options));
  }
  return base::ExitCode::ok;
}

}  // namespace weir::topics
