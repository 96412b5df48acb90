#include <algorithm>

#include "base/error.h"
#include "base/rfc3339.h"
#include "cli/table.h"
#include "json/writer.h"
#include "tools/topics/select.h"
#include "tools/topics/verbs.h"

namespace weir::topics {
namespace {

using Align = cli::Table::Align;

template <typename Number>
std::string text_of(const std::optional<Number>& number) {
  return number ? std::to_string(*number) : "-";
}
std::string text_of(const std::optional<base::EventTime>& time) {
  return !time || *time == base::kNoTime ? "-" : base::format_rfc3339(time->ms);
}

std::string joined(const std::vector<std::int32_t>& brokers) {
  std::string text;
  for (const std::int32_t id : brokers) text += (text.empty() ? "" : ",") + std::to_string(id);
  return text.empty() ? "-" : text;
}

// A cluster says who keeps a partition, and nothing of files.
bool on_cluster(const bus::TopicInfo& topic) {
  return !topic.partitions.empty() && topic.partitions.front().leader.has_value();
}

// Sums, and none as soon as one of them is not known.
struct Totals {
  std::optional<std::uint64_t> records = 0, bytes = 0;
  base::EventTime first = base::kNoTime, last = base::kNoTime;

  void take(const bus::PartitionInfo& partition) {
    const auto sum = [](std::optional<std::uint64_t>& to, const std::optional<std::uint64_t>& more) {
      to = to && more ? std::optional(*to + *more) : std::nullopt;
    };
    sum(records, partition.records);
    sum(bytes, partition.bytes);
    const base::EventTime began = partition.first_time.value_or(base::kNoTime);
    if (began != base::kNoTime) first = first == base::kNoTime ? began : std::min(first, began);
    last = std::max(last, partition.last_time.value_or(base::kNoTime));
  }
};

void write_number(json::Writer& writer, std::string_view name, const std::optional<std::uint64_t>& number) {
  if (number) writer.name(name).number(static_cast<std::int64_t>(*number));
}
void write_time(json::Writer& writer, std::string_view name, const std::optional<base::EventTime>& time) {
  if (!time) return;
  writer.name(name);
  *time == base::kNoTime ? writer.null() : writer.number(time->ms);
}

void write_partition(json::Writer& writer, const bus::PartitionInfo& partition, bool segments) {
  writer.begin_object().name("partition").number(std::int64_t{partition.id.value});
  writer.name("start").number(partition.start.value).name("end").number(partition.end.value);
  if (partition.open_transaction) writer.name("open_transaction").number(partition.open_transaction->value);
  write_number(writer, "records", partition.records);
  write_number(writer, "bytes", partition.bytes);
  write_time(writer, "first_ts", partition.first_time);
  write_time(writer, "last_ts", partition.last_time);
  if (partition.leader) writer.name("leader").number(std::int64_t{*partition.leader});
  const auto brokers = [&](std::string_view name, const std::vector<std::int32_t>& ids) {
    if (ids.empty()) return;
    writer.name(name).begin_array();
    for (const std::int32_t id : ids) writer.number(std::int64_t{id});
    writer.end_array();
  };
  brokers("replicas", partition.replicas);
  brokers("in_sync", partition.in_sync);
  if (!partition.fault.empty()) writer.name("fault").string(partition.fault);
  if (segments) {
    writer.name("segments").begin_array();
    for (const bus::SegmentInfo& segment : partition.segments) {
      writer.begin_object().name("base").number(segment.base.value);
      write_number(writer, "bytes", segment.bytes);
      write_number(writer, "records", segment.records);
      write_time(writer, "first_ts", segment.first_time);
      write_time(writer, "last_ts", segment.last_time);
      writer.end_object();
    }
    writer.end_array();
  } else if (!partition.segments.empty()) {
    writer.name("segments").number(static_cast<std::int64_t>(partition.segments.size()));
  }
  writer.end_object();
}

std::string json_of(const bus::TopicInfo& topic, const std::vector<bus::ConfigEntry>& configs,
                    const Totals& totals, const Options& options) {
  std::string line;
  json::Writer writer(line);
  writer.begin_object().name("topic").string(topic.summary.name);
  if (!topic.id.empty()) writer.name("id").string(topic.id);
  writer.name("internal").boolean(topic.summary.internal);
  write_number(writer, "records", totals.records);
  write_number(writer, "bytes", totals.bytes);
  write_time(writer, "first_ts", totals.first);
  write_time(writer, "last_ts", totals.last);
  writer.name("configs").begin_object();
  for (const bus::ConfigEntry& config : configs) {
    writer.name(config.name);
    config.hidden ? writer.null() : writer.string(config.value);
  }
  writer.end_object().name("partitions").begin_array();
  for (const bus::PartitionInfo& partition : topic.partitions)
    write_partition(writer, partition, options.segments);
  writer.end_array().end_object();
  return line + "\n";
}

std::string text_of(const bus::TopicInfo& topic, const std::vector<bus::ConfigEntry>& configs,
                    const Totals& totals, const Options& options) {
  std::string text = "topic       " + topic.summary.name + "\n";
  const auto line = [&](std::string name, const std::string& value) {
    name.resize(12, ' ');
    text.append(name).append(value).append("\n");
  };
  if (!topic.id.empty()) line("id", topic.id);
  line("partitions", std::to_string(topic.summary.partitions));
  line("records", text_of(totals.records));
  line("bytes", text_of(totals.bytes));
  if (totals.last != base::kNoTime)
    line("time", base::format_rfc3339(totals.first.ms) + " to " + base::format_rfc3339(totals.last.ms));
  for (const bus::ConfigEntry& config : configs) {
    line("config", config.name + "=" + (config.hidden ? "(hidden)" : config.value) +
                       (config.is_default ? " (default)" : "") +
                       (config.obeyed ? "" : " (kept, without meaning here)"));
  }
  std::vector<cli::Table::Column> columns = {
      {"PARTITION", Align::right}, {"START", Align::right}, {"END", Align::right}};
  if (on_cluster(topic)) {
    columns.insert(columns.end(), {{"LEADER", Align::right}, {"REPLICAS"}, {"IN SYNC"}});
  } else {
    columns.insert(columns.end(),
                   {{"RECORDS", Align::right}, {"BYTES", Align::right}, {"SEGMENTS", Align::right}});
  }
  columns.insert(columns.end(), {{"FIRST"}, {"LAST"}});
  cli::Table partitions(std::move(columns));
  for (const bus::PartitionInfo& each : topic.partitions) {
    std::vector<std::string> row = {std::to_string(each.id.value), std::to_string(each.start.value),
                                    std::to_string(each.end.value)};
    if (on_cluster(topic)) {
      row.insert(row.end(), {each.leader && *each.leader >= 0 ? std::to_string(*each.leader) : "-",
                             joined(each.replicas), joined(each.in_sync)});
    } else {
      row.insert(row.end(),
                 {text_of(each.records), text_of(each.bytes), std::to_string(each.segments.size())});
    }
    row.insert(row.end(), {text_of(each.first_time), text_of(each.last_time)});
    partitions.row(std::move(row));
  }
  text += "\n" + partitions.text();
  for (const bus::PartitionInfo& each : topic.partitions) {
    if (!each.open_transaction) continue;
    text += "partition " + std::to_string(each.id.value) + ": a transaction is open at offset " +
            std::to_string(each.open_transaction->value) +
            ", and who reads committed records gets no further\n";
  }
  if (options.segments) {
    cli::Table segments{{"PARTITION", Align::right},
                        {"SEGMENT", Align::right},
                        {"RECORDS", Align::right},
                        {"BYTES", Align::right},
                        {"FIRST"},
                        {"LAST"}};
    for (const bus::PartitionInfo& partition : topic.partitions) {
      for (const bus::SegmentInfo& each : partition.segments) {
        segments.row({std::to_string(partition.id.value), std::to_string(each.base.value),
                      std::to_string(each.records), std::to_string(each.bytes),
                      text_of(std::optional(each.first_time)), text_of(std::optional(each.last_time))});
      }
    }
    text += "\n" + segments.text();
  }
  return text;
}

}  // namespace

base::ExitCode describe(const Options& options, bus::Admin& admin, cli::Io& io) {
  bool first = true;
  for (const bus::TopicSummary& each : select(options, admin)) {
    const bus::TopicInfo topic = admin.topic(each.name, bus::Admin::Look::counted);
    if (options.segments && on_cluster(topic)) {
      throw base::Error(base::Kind::usage,
                        "--segments is for a local log: a Kafka cluster does not show its files")
          .code("no_kafka");
    }
    std::vector<bus::ConfigEntry> configs = admin.configs(each.name);
    if (!options.all_configs)
      std::erase_if(configs, [](const bus::ConfigEntry& config) { return config.is_default; });
    Totals totals;
    for (const bus::PartitionInfo& partition : topic.partitions) {
      totals.take(partition);
      if (partition.fault.empty()) continue;
      io.warn("counts are incomplete: " + partition.fault + "; topics check says more");
    }
    const std::string text = options.json ? json_of(topic, configs, totals, options)
                                          : (first ? "" : "\n") + text_of(topic, configs, totals, options);
    first = false;
    if (!io.put_out(text)) break;
  }
  return base::ExitCode::ok;
}

}  // namespace weir::topics
