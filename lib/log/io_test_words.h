// Words for the tests of source and sink: a log on a simulated or a real disk, rows to write, rows that were read.
#pragma once

#include <poll.h>

#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "base/error.h"
#include "log/log.h"
#include "log/sink.h"
#include "log/source.h"

namespace weir::log::testing {

inline Host test_host(unsigned boot = 1) {
  Host host;
  host.boot[0] = static_cast<std::uint8_t>(boot);
  host.pid = 100;
  host.started = 7;
  return host;
}

inline Log open_log(base::Sys& sys, const std::string& directory = "/log", unsigned boot = 1) {
  return Log::open(sys, base::system_clock(), test_host(boot), directory, Log::Access::write);
}

// Rows as a line reader hands them out.
inline stream::Batch lines(std::uint64_t ticket, const std::vector<std::string>& texts,
                           std::uint64_t first_line = 1) {
  std::size_t bytes = 0;
  for (const std::string& text : texts) bytes += text.size();
  stream::Batch batch;
  batch.blocks.push_back(stream::BlockRef(new stream::Block(bytes + 1)));
  char* at = batch.blocks.back()->data();
  for (std::size_t i = 0; i < texts.size(); ++i) {
    std::memcpy(at, texts[i].data(), texts[i].size());
    batch.lines.push_back({at, static_cast<std::uint32_t>(texts[i].size()), static_cast<std::uint32_t>(i)});
    at += texts[i].size();
  }
  batch.ticket = {ticket};
  batch.first_line = first_line;
  return batch;
}

// Rows as an operator makes them from envelopes. What `of` points to outlives the batch.
inline stream::Batch records(std::uint64_t ticket, const std::vector<record::Record>& of) {
  stream::Batch batch;
  batch.form = stream::Batch::Form::records;
  for (const record::Record& record : of) {
    batch.lines.push_back(
        {record.value.data, record.value.size, static_cast<std::uint32_t>(batch.lines.size())});
    batch.records.push_back(record);
  }
  batch.ticket = {ticket};
  return batch;
}

inline record::Record at(std::int64_t ms, std::string_view value) {
  record::Record made;
  made.value = record::Bytes(value);
  made.ts = {ms};
  return made;
}

inline std::vector<std::string> numbered(const std::string& prefix, int from, int to) {
  std::vector<std::string> made;
  for (int i = from; i < to; ++i) made.push_back(prefix + std::to_string(i));
  return made;
}

// Waits until the sink has acknowledged `ticket`; its fd must tell.
inline void await(stream::Sink& sink, std::uint64_t ticket) {
  while (sink.acked().value < ticket) {
    pollfd fd{sink.wait_fd(), POLLIN, 0};
    REQUIRE(::poll(&fd, 1, 10'000) == 1);
  }
}

inline void settle(stream::Sink& sink, std::uint64_t ticket) {
  sink.finish();
  await(sink, ticket);
}

inline void put(Log& log, SinkOptions options, const std::vector<std::string>& texts) {
  const auto sink = make_sink(log, std::move(options));
  REQUIRE(sink->write(lines(1, texts)) == stream::Flow::more);
  settle(*sink, 1);
}

inline SinkOptions to(const std::string& topic) {
  SinkOptions options;
  options.topic = topic;
  return options;
}

inline SourceOptions from(const std::string& topic) {
  SourceOptions options;
  options.operands = {topic};
  options.until_end = true;
  return options;
}

// What was read: "orders-0@7=value".
inline std::vector<std::string> rows(const stream::Batch& batch) {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < batch.lines.size(); ++i) {
    std::string row;
    if (!batch.origins.empty()) {
      const stream::Origin& origin = batch.origins[i];
      row = folder_name(batch.input->topics[origin.topic], origin.partition) + "@" +
            std::to_string(origin.offset.value) + "=";
    }
    all.push_back(row + std::string(batch.lines[i].view()));
  }
  return all;
}

struct Finished {
  std::vector<std::string> rows;
  stream::Ticket last;
};
inline Finished read_all(stream::Source& source) {
  Finished all;
  stream::Batch batch;
  for (;;) {
    const stream::Pull pull = source.next(batch);
    if (pull != stream::Pull::batch) {
      CHECK(pull == stream::Pull::end);
      return all;
    }
    const auto more = rows(batch);
    all.rows.insert(all.rows.end(), more.begin(), more.end());
    all.last = batch.ticket;
  }
}

inline std::unique_ptr<Source> open_reading(const Log& log, SourceOptions options) {
  return open_source({log.sys(), log.clock(), log.host(), &log}, std::move(options));
}
inline std::vector<std::string> contents(const Log& log, SourceOptions options) {
  return read_all(*open_reading(log, std::move(options))).rows;
}
inline std::vector<std::string> contents(const Log& log, const std::string& topic) {
  return contents(log, from(topic));
}

// The values alone, whatever partition they are in.
inline std::vector<std::string> values(const std::vector<std::string>& of) {
  std::vector<std::string> all;
  for (const std::string& row : of) all.push_back(row.substr(row.find('=') + 1));
  return all;
}

}  // namespace weir::log::testing
