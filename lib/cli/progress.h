// A line on stderr that says how far the work is, as pv has it:
//   filter: 1.2 GB 0:00:12 [98.1 MB/s, 210,000/s] 45% ETA 0:00:14
#pragma once

#include <chrono>
#include <string>

#include "cli/io.h"
#include "stream/stage.h"

namespace weir::cli {

// The text, without the carriage return. `elapsed` since the start of the run.
std::string progress_text(std::string_view tool, const stream::Totals& totals,
                          const stream::Source::Meter& meter, std::chrono::nanoseconds elapsed);

// Draws the line over and over on a terminal; elsewhere, if --progress asks for it, writes a line each time.
class Progress {
 public:
  static constexpr std::chrono::milliseconds kEvery{250};
  static constexpr std::chrono::seconds kFirstAfter{1};

  explicit Progress(const Io& io);
  bool wanted() const { return wanted_; }
  void update(const stream::Totals& totals, const stream::Source::Meter& meter) const;

 private:
  const Io& io_;
  std::chrono::nanoseconds start_;
  bool wanted_;
  bool terminal_;
};

}  // namespace weir::cli
