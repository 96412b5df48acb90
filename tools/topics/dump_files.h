// Prints the files of a partition: one line for each file, batch, record and entry, as text or as JSON. Reads only.
#pragma once

#include <string>

#include "base/exit_code.h"
#include "base/file.h"
#include "cli/io.h"
#include "log/segment_scan.h"
#include "record/codec.h"
#include "tools/topics/flags.h"

namespace weir::topics {

class Dump {
 public:
  Dump(const Options& options, cli::Io& io) : options_(options), io_(io) {}

  // Bytes that are no batch are a line of their own; what is whole behind them is printed.
  void segment(const std::string& path);
  void index(const std::string& path);
  void time_index(const std::string& path);
  void snapshot(const std::string& path);

  base::ExitCode outcome() const;

 private:
  // Text as "key value" pairs, or JSON members of the same names.
  class Line;

  bool on() const { return going_ && !stopped(); }
  bool stopped() const;
  void put(const std::string& text);
  void heading(const char* kind, const std::string& path);
  void batch(const base::File& file, std::uint64_t position, const record::BatchHeader& header);
  void records(const std::string& bytes, const record::BatchHeader& header, const std::string& path);

  const Options& options_;
  cli::Io& io_;
  bool going_ = true;  // false: the reader of stdout has left
  record::Codecs codecs_;
  base::Buffer unpacked_, envelope_;
};

}  // namespace weir::topics
