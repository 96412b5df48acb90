// Groups of flags that several tools share, with what they fill. A tool's flags() lists the ones it has:
//   return {cli::operand(...), cli::flags(o.input), cli::flags(o.output)};
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/point.h"
#include "base/range.h"
#include "base/size.h"
#include "base/zone.h"
#include "cli/flag.h"
#include "stream/errors.h"
#include "stream/event_merge.h"

namespace weir::cli {

// -b, -X, --kafka-config: where topics live.
struct BusFlags {
  std::string where;                      // as typed; empty: $WEIR_BUS, else ./weir-data
  std::vector<std::string> kafka;         // -X KEY=VALUE
  std::optional<std::string> kafka_file;  // --kafka-config, -F
};
enum class Short { none, given };
// -F is short for --kafka-config in produce, consume, topics and groups only.
Flags flags(BusFlags& to, Short config_short = Short::none);

// --on-error, --dead-letter, --max-errors: the one policy for an event that cannot be handled.
struct ErrorFlags {
  stream::Errors::Policy policy = stream::Errors::Policy::fail;  // dead_letter as soon as a target is given
  std::string dead_letter;                                       // FILE or topic:NAME; empty: none
  std::optional<std::uint64_t> max_errors;
};
Flags flags(ErrorFlags& to);

// --tz: the zone of times that name none.
struct ZoneFlag {
  base::Zone zone;
};
Flags flags(ZoneFlag& to);

// -g, --group: any name but the empty one, as in Kafka.
Flag group_flag(std::string_view help, std::string& to);
// --max-line: between 1 byte and stream::kRecordBytesMax.
Flag max_line_flag(base::Size& to);

class SavedInputs;

// INPUT... and everything that says how to read it.
struct InputFlags {
  std::vector<std::string> inputs;  // "-", a FILE or FIFO, "topic:NAME"; empty: stdin
  bool envelope = false;            // -J, on input and output alike
  bool follow = false;
  std::optional<base::Point> from, to;
  std::string group;
  base::Size max_line{16u << 20};  // a -J line may be six times as long
  ZoneFlag zone;
  BusFlags bus;
  ErrorFlags errors;
  bool record_times = false;     // no flag: topics hand out records with their times, also without -J
  SavedInputs* saved = nullptr;  // --state: where each input is to begin; borrowed
};
Flags flags(InputFlags& to);
// All of them but the operand, for a tool that names its inputs itself; and without -g, for one whose state holds its
// position.
enum class Groups { offered, none };
Flags reading_flags(InputFlags& to, Groups groups);

// --merge-wait, --order: how several inputs become one stream.
struct MergeFlags {
  stream::EventMerge::Order order = stream::EventMerge::Order::time;
  std::optional<std::chrono::nanoseconds> wait;
};
Flags flags(MergeFlags& to);

// How results are written to stdout.
struct OutputFlags {
  std::optional<std::chrono::nanoseconds> latency;  // none: until the next read would block
};
Flags flags(OutputFlags& to);

}  // namespace weir::cli
