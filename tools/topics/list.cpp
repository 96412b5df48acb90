#include "cli/table.h"
#include "json/writer.h"
#include "tools/topics/select.h"
#include "tools/topics/verbs.h"

namespace weir::topics {

base::ExitCode list(const Options& options, bus::Admin& admin, cli::Io& io) {
  using Align = cli::Table::Align;
  cli::Table table{
      {"TOPIC"}, {"PARTITIONS", Align::right}, {"OFFSETS", Align::right}, {"BYTES", Align::right}};
  std::string lines;
  std::vector<std::string> names;
  for (bus::TopicSummary& each : select(options, admin)) names.push_back(std::move(each.name));
  for (const bus::TopicInfo& topic : admin.topics_at_offsets(names)) {
    const bus::TopicSummary& each = topic.summary;
    std::int64_t offsets = 0;
    std::optional<std::uint64_t> bytes = 0;
    for (const bus::PartitionInfo& partition : topic.partitions) {
      offsets += partition.end - partition.start;
      bytes = bytes && partition.bytes ? std::optional(*bytes + *partition.bytes) : std::nullopt;
    }
    if (!options.json) {
      table.row({each.name, std::to_string(each.partitions), std::to_string(offsets),
                 bytes ? std::to_string(*bytes) : "-"});
      continue;
    }
    json::Writer writer(lines);
    writer.begin_object()
        .name("topic")
        .string(each.name)
        .name("partitions")
        .number(std::int64_t{each.partitions});
    writer.name("offsets").number(offsets);
    if (bytes) writer.name("bytes").number(static_cast<std::int64_t>(*bytes));
    writer.name("internal").boolean(each.internal).end_object();
    lines += '\n';
  }
  io.put_out(options.json ? lines : table.empty() ? "" : table.text());
  return base::ExitCode::ok;
}

}  // namespace weir::topics
