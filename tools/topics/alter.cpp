#include "json/writer.h"
#include "tools/topics/select.h"
#include "tools/topics/verbs.h"

namespace weir::topics {
namespace {

std::string text_of(const bus::TopicSummary& topic, const Options& options) {
  const bool same = options.partitions && *options.partitions == topic.partitions;
  const std::string has_already = "topic '" + topic.name + "' has " + std::to_string(topic.partitions) +
                                  (topic.partitions == 1 ? " partition" : " partitions") + " already\n";
  if (same && options.changes.empty()) return has_already;
  std::string what;
  if (options.partitions && !same) {
    what = std::to_string(topic.partitions) + " -> " + std::to_string(*options.partitions) + " partitions";
  }
  for (const auto& [name, value] : options.changes) {
    if (!what.empty()) what += ", ";
    what += value ? name + "=" + *value : name + " back to its default";
  }
  return (options.dry_run ? "would change topic '" : "changed topic '") + topic.name + "': " + what + "\n" +
         (same ? has_already : "");
}

std::string json_of(const bus::TopicSummary& topic, const Options& options) {
  std::string line;
  json::Writer writer(line);
  writer.begin_object()
      .name("topic")
      .string(topic.name)
      .name("altered")
      .boolean(!options.dry_run && (!options.changes.empty() || *options.partitions != topic.partitions));
  if (options.partitions) writer.name("partitions").number(std::int64_t{*options.partitions});
  if (!options.changes.empty()) {
    writer.name("configs").begin_object();
    for (const auto& [name, value] : options.changes) {
      writer.name(name);
      value ? writer.string(*value) : writer.null();
    }
    writer.end_object();
  }
  if (options.dry_run) writer.name("dry_run").boolean(true);
  writer.end_object();
  return line + "\n";
}

}  // namespace

base::ExitCode alter(const Options& options, bus::Admin& admin, cli::Io& io) {
  const std::vector<bus::TopicSummary> topics = select(options, admin);
  // All are judged before the first is changed.
  const auto change = [&](const bus::TopicSummary& topic, bus::Mode mode) {
    if (options.partitions) admin.add_partitions(topic.name, *options.partitions, mode);
    if (!options.changes.empty()) admin.change_configs(topic.name, options.changes, mode);
  };
  for (const bus::TopicSummary& topic : topics) change(topic, bus::Mode::dry_run);
  for (const bus::TopicSummary& topic : topics) {
    if (!options.dry_run) change(topic, bus::Mode::apply);
    if (!io.talk.quiet || options.json)
      io.put_out(options.json ? json_of(topic, options) : text_of(topic, options));
  }
  return base::ExitCode::ok;
}

}  // namespace weir::topics
