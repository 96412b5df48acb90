// Batches and a chain's end for the tests of operators.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "json/scanner.h"
#include "stream/stage.h"

namespace weir::ops::testing {

using Lines = std::vector<std::string>;

// Keeps what an operator hands on by itself.
class KeepSink final : public stream::Sink {
 public:
  Lines lines;
  bool gone_ = false;
  stream::Flow write(const stream::Batch& batch) override {
    for (const stream::Line& line : batch.lines) lines.emplace_back(line.view());
    return gone_ ? stream::Flow::stop : stream::Flow::more;
  }
  stream::Ticket acked() override { return {}; }
  int wait_fd() const override { return -1; }
  void flush() override {}
};

// Lines with room behind them, as a source leaves it.
inline stream::Batch batch_of(const Lines& lines, stream::Batch::Form form = stream::Batch::Form::lines) {
  std::size_t bytes = 0;
  for (const std::string& line : lines) bytes += line.size() + 1;
  stream::Batch batch;
  batch.form = form;
  batch.blocks.emplace_back(new stream::Block(bytes + json::kPadding));
  char* at = batch.blocks[0]->data();
  for (const std::string& line : lines) {
    std::copy(line.begin(), line.end(), at);
    at[line.size()] = '\n';
    batch.lines.push_back(
        {at, static_cast<std::uint32_t>(line.size()), static_cast<std::uint32_t>(batch.lines.size())});
    at += line.size() + 1;
  }
  return batch;
}

// The same as values of a log's records: partition 0, offsets and times from 0 on, the keys k0, k1, ...
inline stream::Batch records_of(const Lines& values) {
  static const stream::Input input{"topic:t", {"t"}};
  static const std::string keys = "k0k1k2k3k4k5k6k7k8k9";
  stream::Batch batch = batch_of(values, stream::Batch::Form::records);
  batch.input = &input;
  for (std::size_t i = 0; i < batch.lines.size(); ++i) {
    record::Record record;
    record.key = record::Bytes(keys.data() + 2 * (i % 10), 2);
    record.value = record::Bytes(batch.lines[i].data, batch.lines[i].size);
    record.ts.ms = static_cast<std::int64_t>(i);
    batch.records.push_back(record);
    batch.origins.push_back({base::Offset{static_cast<std::int64_t>(i)}, base::Partition{0}, 0});
  }
  return batch;
}

}  // namespace weir::ops::testing
