#include "cli/progress.h"

#include <fmt/format.h>

#include "base/decimal.h"
#include "cli/summary.h"

namespace weir::cli {

std::string progress_text(std::string_view tool, const stream::Totals& totals,
                          const stream::Source::Meter& meter, std::chrono::nanoseconds elapsed) {
  const double seconds = std::max(1e-3, std::chrono::duration<double>(elapsed).count());
  const auto bytes = static_cast<double>(meter.bytes);
  const auto clock = [](double value) {
    const auto whole = static_cast<std::uint64_t>(value);
    return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
  };
  std::string text = fmt::format(
      "{}: {} {} [{}/s, {}/s]", tool, bytes_text(bytes), clock(seconds), bytes_text(bytes / seconds),
      base::grouped(static_cast<std::uint64_t>(static_cast<double>(totals.read) / seconds)));
  if (meter.size && *meter.size > 0 && meter.bytes > 0 && meter.bytes <= *meter.size) {
    const double part = bytes / static_cast<double>(*meter.size);
    text += fmt::format(" {:.0f}% ETA {}", part * 100, clock(seconds / part - seconds));
  }
  return text;
}

Progress::Progress(const Io& io)
    : io_(io),
      start_(io.clock.steady()),
      // Data scrolling by on the same terminal would tear the line apart.
      wanted_(io.talk.progress.value_or(io.err_is_terminal() && !io.talk.quiet && !io.out_is_terminal())),
      terminal_(io.err_is_terminal()) {}

void Progress::update(const stream::Totals& totals, const stream::Source::Meter& meter) const {
  const auto elapsed = io_.clock.steady() - start_;
  if (!wanted_ || elapsed < kFirstAfter) return;
  const std::string text = progress_text(io_.tool, totals, meter, elapsed);
  if (terminal_) {
    io_.status(text);
  } else {
    io_.put_err(text + "\n");
  }
}

}  // namespace weir::cli
