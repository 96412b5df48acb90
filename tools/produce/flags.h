// What was typed after `produce`.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/size.h"
#include "base/time_format.h"
#include "base/units.h"
#include "cli/flag.h"
#include "cli/input_flags.h"
#include "log/sink.h"

namespace weir::produce {

struct Options {
  std::string first;                // TOPIC, or with --topic the first FILE; empty: no operand
  std::vector<std::string> others;  // FILE...
  bool envelope = false;

  std::optional<std::string> fixed_key;
  std::string key;                           // EXPR; empty: none
  std::optional<std::string> key_delimiter;  // unescaped
  std::optional<base::Field> ts;
  std::vector<std::string> headers;  // NAME=VALUE
  bool empty_is_tombstone = false;
  bool json = false;
  std::string format;  // empty: lines
  std::string delimiter = "\n";

  std::string topic_expression;  // empty: none
  std::optional<base::Partition> partition;
  bool keep_partition = false;
  std::optional<std::uint64_t> partitions;  // of a topic that is made; none: 1

  std::optional<record::Codec> codec;
  log::Durability durability = log::Durability::durable;
  std::optional<base::Size> batch_size;
  std::optional<std::chrono::nanoseconds> linger;
  std::string resume;
  bool tee = false;

  base::Size max_line{16u << 20};
  cli::ZoneFlag zone;
  cli::BusFlags bus;
  cli::ErrorFlags errors;
  cli::OutputFlags output;

  // What the operands mean: with --topic there is no TOPIC among them.
  std::string topic() const;
  std::vector<std::string> files() const;
};

cli::Flags flags(Options& options);

}  // namespace weir::produce
