#include "json/writer.h"
#include "tools/topics/select.h"
#include "tools/topics/verbs.h"

namespace weir::topics {
namespace {

// What goes with it.
struct Loss {
  std::int64_t offsets = 0;
  std::optional<std::uint64_t> bytes = 0;
};

Loss loss_of(const bus::TopicInfo& topic) {
  Loss loss;
  for (const bus::PartitionInfo& partition : topic.partitions) {
    loss.offsets += partition.end - partition.start;
    loss.bytes = loss.bytes && partition.bytes ? std::optional(*loss.bytes + *partition.bytes) : std::nullopt;
  }
  return loss;
}

std::string text_of(const bus::TopicSummary& topic, const Loss& loss, const Options& options) {
  std::string line = (options.dry_run ? "would delete topic '" : "deleted topic '") + topic.name + "' (" +
                     std::to_string(topic.partitions) +
                     (topic.partitions == 1 ? " partition, " : " partitions, ") +
                     std::to_string(loss.offsets) + (loss.offsets == 1 ? " offset" : " offsets");
  if (loss.bytes) line += ", " + std::to_string(*loss.bytes) + (*loss.bytes == 1 ? " byte" : " bytes");
  return line + ")\n";
}

std::string json_of(const bus::TopicSummary& topic, const Loss& loss, const Options& options) {
  std::string line;
  json::Writer writer(line);
  writer.begin_object().name("topic").string(topic.name).name("deleted").boolean(!options.dry_run);
  writer.name("partitions").number(std::int64_t{topic.partitions}).name("offsets").number(loss.offsets);
  if (loss.bytes) writer.name("bytes").number(static_cast<std::int64_t>(*loss.bytes));
  if (options.dry_run) writer.name("dry_run").boolean(true);
  writer.end_object();
  return line + "\n";
}

}  // namespace

base::ExitCode erase(const Options& options, bus::Admin& admin, cli::Io& io) {
  const std::vector<bus::TopicSummary> topics = select(options, admin);
  // All are judged before the first is gone.
  for (const bus::TopicSummary& topic : topics) admin.delete_topic(topic.name, bus::Mode::dry_run);
  for (const bus::TopicSummary& topic : topics) {
    const Loss loss = loss_of(admin.topic(topic.name, bus::Admin::Look::offsets));
    if (!options.dry_run) admin.delete_topic(topic.name, bus::Mode::apply);
    if (!io.talk.quiet || options.json)
      io.put_out(options.json ? json_of(topic, loss, options) : text_of(topic, loss, options));
  }
  return base::ExitCode::ok;
}

}  // namespace weir::topics
