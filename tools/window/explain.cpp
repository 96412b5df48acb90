#include "tools/window/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "base/duration.h"
#include "cli/expression_flags.h"
#include "ops/aggregate_cell.h"

namespace weir::window {
namespace {

using Kind = ops::WindowSettings::Kind;

std::string duration(std::int64_t ms) {
  return base::format_duration(std::chrono::milliseconds(ms));
}

bool grows(const ops::AggregateSpec& spec) {
  return ops::make_cell(spec, false).index() == std::variant_size_v<ops::AggregateCell> - 1;
}

// What lives at once, as a product.
std::string units(const ops::WindowSettings& settings) {
  const std::int64_t open_ms = settings.bound_ms + settings.grace_ms;
  const auto windows = [&](std::int64_t size, std::int64_t every) { return (size + open_ms) / every + 1; };
  switch (settings.kind) {
    case Kind::tumbling:
      return fmt::format("keys x up to {} windows of {}", windows(settings.size_ms, settings.size_ms),
                         duration(settings.size_ms));
    case Kind::hopping:
      return fmt::format("keys x up to {} windows of {}", windows(settings.size_ms, settings.every_ms),
                         duration(settings.size_ms));
    case Kind::sliding:
    case Kind::sliding_both:
      return fmt::format("different times of each key within {}",
                         duration(2 * settings.size_ms + open_ms + 1));
    case Kind::session:
      return fmt::format("open sessions: keys with an event within the last {}",
                         duration(settings.size_ms + open_ms));
    case Kind::rows:
      return "keys, for ever";
    case Kind::day:
    case Kind::week:
    case Kind::month:
      break;
  }
  const std::int64_t day = 86'400'000;
  return fmt::format("keys x up to {} windows", 2 + open_ms / day);
}

}  // namespace

void explain(const ops::Window& window, const ops::WindowSettings& settings, const cli::Io& io) {
  const expr::Fields& fields = window.fields();
  for (std::size_t i = 0; i < fields.size(); ++i)
    cli::explain(fields.field(i).flag + " " + fields.field(i).expression, fields.program(i), io);
  constexpr std::size_t kBytesOfEntry = 160;  // with its key and its place in the table
  const std::size_t bytes = kBytesOfEntry + (settings.aggregates.size() - 1) * sizeof(ops::AggregateCell);
  std::string growing;
  for (const ops::AggregateSpec& spec : settings.aggregates) {
    if (grows(spec)) growing += (growing.empty() ? "" : ", ") + spec.name;
  }
  std::string text = fmt::format("state: {}, about {} bytes each", units(settings), bytes);
  if (!growing.empty()) text += "; " + growing + " grow with the values in them";
  io.put_out(text + "\n");
}

}  // namespace weir::window
