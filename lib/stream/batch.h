// A run of rows inside ref-counted blocks. What flows between a source, operators and a sink.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/container/small_vector.hpp>

#include "record/record.h"
#include "stream/block.h"
#include "stream/mark.h"

namespace weir::stream {

// Counts what a source has handed out; acknowledged by sinks, given back to the source as "safe downstream".
struct Ticket {
  std::uint64_t value = 0;
  friend auto operator<=>(Ticket, Ticket) = default;
};

// One row: its line without the newline. 16 bytes, since a row that only passes through should cost no more.
struct Line {
  const char* data = nullptr;
  std::uint32_t size = 0;
  std::uint32_t index =
      0;  // its number within the batch as it was read: line number = Batch::first_line + index

  std::string_view view() const { return {data, size}; }
};

// Where a record came from. Only in batches read from a topic (or, as far as an envelope says it, from
// envelopes).
struct Origin {
  base::Offset offset = base::kNoOffset;
  base::Partition partition = base::kNoPartition;
  std::uint32_t topic = 0;  // index into Batch::topics
};

// Where a row goes when it is written to topics. Only in batches whose rows do not all go to the sink's own
// topic.
struct Route {
  std::uint32_t topic = 0;                         // index into Batch::route_topics
  base::Partition partition = base::kNoPartition;  // none: the sink's partitioner decides
};

// What a source reads from, for messages and for `topic` members. Owned by the source; outlives its batches.
struct Input {
  std::string name;                 // "stdin", "events.ndjson", "topic:orders"
  std::vector<std::string> topics;  // what Origin::topic points into; empty for lines
};

// An event that never became a row (a line that is too long), where a source hands it on instead of telling it at once.
struct UnreadEvent;

// As a source hands it out, lines[i].index == i: whoever removes rows keeps the index, so that messages, and
// a run that fails at one row, still know which rows came before it. Invariants: `records` is empty or as
// long as `lines`; so are `origins`, `routes` and `times`. Removing a row removes it from all.
struct Batch {
  enum class Form {
    lines,      // bare lines: the line is the record's value
    envelopes,  // each line is one envelope (-J); `records` is empty until somebody parses them
    records,    // from a log: lines[i] is the value's bytes (empty for null), records[i] the whole record
  };

  boost::container::small_vector<BlockRef, 2> blocks;  // keep the bytes alive
  Form form = Form::lines;
  std::vector<Line> lines;
  std::vector<record::Record> records;
  std::vector<Origin> origins;
  std::vector<Route> routes;
  // Event times, where the source had to find them out; kNoTime: there is none, or a bad one, and whoever wants to know
  // looks for himself.
  std::vector<base::EventTime> times;
  const std::vector<std::string>* route_topics =
      nullptr;               // owned by whoever routes; only grows, and outlives the sink's use
  std::optional<Mark> mark;  // at most one, and behind all rows: a source cuts the batch at a control line
  Ticket ticket;  // of the last row read; also carried when no row is left, so that the position advances
  // Some neighbouring rows share their index: they are what became of one event.
  bool fanned_out = false;
  std::shared_ptr<const UnreadEvent> unread;  // behind all rows and the mark; errors.h
  const Input* input = nullptr;
  std::uint32_t input_number = 0;    // of several inputs that are read side by side
  std::uint64_t first_line = 1;      // number of the first row read, from 1
  std::uint64_t first_byte = 0;      // position of the first row read, from the start of its input
  base::EventTime arrived{};         // the wall clock when it was read; only with RunSettings::stamp
  const char* first_data = nullptr;  // where that row lies; a line of the same batch starts at
      // first_byte + (line.data - first_data). Null: positions mean nothing here.

  // Keeps the rows for which keep(i) is true, in order, moving 16 bytes a row and no event.
  template <typename Keep>
  void retain(Keep keep) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (!keep(i)) continue;
      if (kept != i) {
        lines[kept] = lines[i];
        if (!records.empty()) records[kept] = records[i];
        if (!origins.empty()) origins[kept] = origins[i];
        if (!routes.empty()) routes[kept] = routes[i];
        if (!times.empty()) times[kept] = times[i];
      }
      ++kept;
    }
    lines.resize(kept);
    if (!records.empty()) records.resize(kept);
    if (!origins.empty()) origins.resize(kept);
    if (!routes.empty()) routes.resize(kept);
    if (!times.empty()) times.resize(kept);
  }

  // How many events the rows are: those of one event count once.
  std::size_t events() const;

  void clear();  // empty again, capacity kept
};

}  // namespace weir::stream
