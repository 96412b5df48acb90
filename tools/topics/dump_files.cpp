#include "tools/topics/dump_files.h"

#include <algorithm>
#include <vector>

#include "base/byte_order.h"
#include "base/error.h"
#include "base/rfc3339.h"
#include "json/writer.h"
#include "log/format.h"
#include "log/index_file.h"
#include "log/producer_snapshot.h"
#include "log/topic_name.h"
#include "record/envelope.h"
#include "record/record_cursor.h"

namespace weir::topics {
namespace {

constexpr std::size_t kLargestFile = std::size_t{1} << 30;

base::Offset base_of(const std::string& path, std::string_view suffix) {
  const std::size_t slash = path.rfind('/');
  const auto base = log::parse_segment_name(path.substr(slash + 1), suffix);
  if (base) return *base;
  throw base::Error(
      base::Kind::usage,
      path + " is not named as a file of a partition is: twenty digits and " + std::string(suffix))
      .code("not_a_segment");
}

std::string read(cli::Io& io, const std::string& path) {
  std::string bytes;
  base::File::read_whole(io.sys, path, &bytes, kLargestFile);
  return bytes;
}

}  // namespace

class Dump::Line {
 public:
  Line(bool json, std::string_view kind) : json_(json), writer_(text_) {
    if (json) {
      writer_.begin_object().name("kind").string(kind);
    } else {
      text_ = kind;
    }
  }
  void number(std::string_view name, std::int64_t value) {
    json_ ? void(writer_.name(name).number(value)) : pair(name, std::to_string(value));
  }
  void number(std::string_view name, std::uint64_t value) { number(name, static_cast<std::int64_t>(value)); }
  void number(std::string_view name, std::int32_t value) { number(name, std::int64_t{value}); }
  void word(std::string_view name, std::string_view value) {
    json_ ? void(writer_.name(name).string(value)) : pair(name, value);
  }
  // In text only where it is so.
  void flag(std::string_view name, bool value) {
    if (json_) {
      writer_.name(name).boolean(value);
    } else if (value) {
      text_.append("  ").append(name);
    }
  }
  void time(std::string_view name, std::int64_t ms) {
    if (!json_) return pair(name, ms == -1 ? "-" : base::format_rfc3339(ms));
    writer_.name(name);
    ms == -1 ? writer_.null() : writer_.number(ms);
  }
  std::string finish() {
    if (json_) writer_.end_object();
    return text_ + "\n";
  }

 private:
  void pair(std::string_view name, std::string_view value) {
    text_.append("  ").append(name).append(" ").append(value);
  }

  bool json_;
  std::string text_;
  json::Writer writer_;
};

bool Dump::stopped() const {
  return io_.stop != nullptr && io_.stop->wish() != stream::Stop::Wish::none;
}

base::ExitCode Dump::outcome() const {
  return stopped() ? base::ExitCode::interrupted : base::ExitCode::ok;
}

void Dump::put(const std::string& text) {
  going_ = going_ && io_.put_out(text);
}

void Dump::heading(const char* kind, const std::string& path) {
  Line line(options_.json, kind);
  line.word("file", path);
  put(line.finish());
}

void Dump::segment(const std::string& path) {
  if (!on()) return;
  base_of(path, log::kLogSuffix);
  heading("segment", path);
  const base::File file = log::open_segment(io_.sys, path);
  const std::uint64_t size = file.size();
  std::uint64_t from = 0;
  while (from < size && on()) {
    log::SegmentScan scan(file, from, size, log::SegmentScan::Check::headers);
    log::SegmentScan::Step step = log::SegmentScan::Step::end;
    while (on() && (step = scan.next()) == log::SegmentScan::Step::batch)
      batch(file, scan.position(), scan.header());
    if (!on() || step == log::SegmentScan::Step::end) return;
    const auto found = log::find_batch(file, scan.position() + 1, size);
    from = found ? found->position : size;
    Line line(options_.json, "no-batch");
    line.number("position", scan.position());
    line.number("bytes", from - scan.position());
    line.word("why", scan.fault().what);
    put(line.finish());
  }
}

void Dump::batch(const base::File& file, std::uint64_t position, const record::BatchHeader& header) {
  std::string bytes(header.batch_bytes(), '\0');
  bytes.resize(file.pread(bytes.data(), bytes.size(), position));
  record::BatchView view;
  const record::Fault fault = view.open(bytes);
  Line line(options_.json, "batch");
  line.number("position", position);
  line.number("bytes", header.batch_bytes());
  line.number("base", header.base_offset);
  line.number("last", header.last_offset().value);
  line.number("records", header.records_count);
  line.word("codec", header.attributes.codec_number() < static_cast<unsigned>(record::kCodecs)
                         ? record::name(header.attributes.codec())
                         : "unknown");
  line.time("first_ts", header.base_timestamp);
  line.time("max_ts", header.max_timestamp);
  line.word("ts_type", header.attributes.append_time() ? "append" : "create");
  line.number("epoch", header.leader_epoch);
  if (header.producer_id >= 0 || options_.json) {
    line.number("producer", header.producer_id);
    line.number("producer_epoch", std::int32_t{header.producer_epoch});
    line.number("sequence", header.base_sequence);
  }
  line.flag("transactional", header.attributes.transactional());
  line.flag("control", header.attributes.control());
  line.flag("delete_horizon", header.attributes.delete_horizon());
  line.word("crc", !fault ? "ok" : fault.what);
  put(line.finish());
  if (options_.records && !fault) records(bytes, header, file.path());
}

void Dump::records(const std::string& bytes, const record::BatchHeader& header, const std::string& path) {
  record::BatchView view;
  std::string_view packed;
  record::Fault fault = view.open(bytes);
  if (!fault) fault = view.records(codecs_, unpacked_, &packed);
  record::RecordCursor cursor(header, packed);
  record::Envelope line;
  const log::TopicPartition where = log::name_of_path(path);
  line.topic = where.topic;
  line.partition = where.partition;
  line.extra = "\"kind\":\"record\"";
  std::string text;
  while (!fault && cursor.next(line.record, line.offset)) {
    envelope_.clear();
    record::encode(line, envelope_);
    text.append(options_.json ? "" : "  ").append(envelope_.view()).append("\n");
  }
  if (!fault) fault = cursor.fault();
  put(text);
  if (!fault) return;
  Line bad(options_.json, "no-record");
  bad.word("why", fault.what);
  put(bad.finish());
}

void Dump::index(const std::string& path) {
  if (!on()) return;
  const base::Offset base = base_of(path, log::kIndexSuffix);
  heading("index", path);
  const std::string bytes = read(io_, path);
  std::string text;
  for (std::size_t at = 0; at + log::kIndexEntryBytes <= bytes.size(); at += log::kIndexEntryBytes) {
    const auto position = base::load_be<std::uint32_t>(bytes.data() + at + 4);
    if (position == 0) break;  // allocated, and not used
    Line line(options_.json, "index-entry");
    line.number("last", (base + base::load_be<std::int32_t>(bytes.data() + at)).value);
    line.number("position", std::uint64_t{position});
    text += line.finish();
  }
  put(text);
}

void Dump::time_index(const std::string& path) {
  if (!on()) return;
  const base::Offset base = base_of(path, log::kTimeIndexSuffix);
  heading("timeindex", path);
  const std::string bytes = read(io_, path);
  std::string text;
  for (std::size_t at = 0; at + log::kTimeEntryBytes <= bytes.size(); at += log::kTimeEntryBytes) {
    const auto ms = base::load_be<std::int64_t>(bytes.data() + at);
    const auto delta = base::load_be<std::int32_t>(bytes.data() + at + 8);
    if (ms == 0 && delta == 0) break;
    Line line(options_.json, "timeindex-entry");
    line.time("max_ts", ms);
    line.number("last", (base + delta).value);
    text += line.finish();
  }
  put(text);
}

void Dump::snapshot(const std::string& path) {
  if (!on()) return;
  base_of(path, log::kSnapshotSuffix);
  heading("snapshot", path);
  const auto states = log::decode_snapshot(read(io_, path));
  if (!states) {
    Line line(options_.json, "no-snapshot");
    line.word("why", "does not match its checksum");
    return put(line.finish());
  }
  std::vector<std::int64_t> ids;
  for (const auto& [id, entry] : states->entries()) ids.push_back(id);
  std::sort(ids.begin(), ids.end());
  std::string text;
  for (const std::int64_t id : ids) {
    const log::ProducerEntry& entry = *states->find(id);
    Line line(options_.json, "producer");
    line.number("producer", id);
    line.number("producer_epoch", std::int32_t{entry.epoch});
    line.number("last_sequence", entry.newest() != nullptr ? entry.newest()->last_sequence : -1);
    line.number("last", entry.last_offset.value);
    line.time("ts", entry.last_time.ms);
    if (entry.transaction_start != base::kNoOffset)
      line.number("transaction_start", entry.transaction_start.value);
    text += line.finish();
  }
  put(text);
}

}  // namespace weir::topics
