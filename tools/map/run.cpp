#include "tools/map/run.h"

#include <memory>
#include <utility>

#include <fmt/format.h>

#include "cli/expression_slips.h"
#include "cli/open.h"
#include "expr/program.h"
#include "ops/envelope_hint.h"
#include "ops/envelope_rest.h"
#include "ops/map.h"

namespace weir::map {
namespace {

ops::Map::Settings settings_of(const Options& options) {
  ops::Map::Settings settings;
  settings.raw = options.raw;
  settings.limit = options.limit;
  settings.max_line = options.input.max_line.bytes;
  settings.evaluator = cli::evaluator_settings(options.expression, options.input.zone);
  settings.evaluator.tombstones = options.tombstones;
  return settings;
}

// Null when the rest of the envelope stays as it is.
std::unique_ptr<ops::EnvelopeRest> rest_of(const Options& options, const expr::Setup& setup, cli::Io& io) {
  if (options.key.empty() && !options.ts && options.headers.empty()) return nullptr;
  ops::EnvelopeRest::Settings settings;
  settings.key = options.key;
  settings.ts = options.ts;
  settings.zone = options.input.zone.zone;
  settings.headers = options.headers;
  settings.setup = setup;
  settings.evaluator = cli::evaluator_settings(options.expression, options.input.zone);
  settings.word_is_null = [&io](const std::string& name, const std::string& word) {
    io.notice(fmt::format(
        "hint: --header {0}={1} takes the member .{1}, which is null; the text is --header '{0}=\"{1}\"'",
        name, word));
  };
  settings.notice = [&io](const std::string& text) { io.notice(text); };
  return std::make_unique<ops::EnvelopeRest>(settings);
}

}  // namespace

base::ExitCode run(const Options& options, cli::Io& io) {
  const expr::Setup setup = cli::setup_of(options.expression, options.input.envelope);
  const expr::Program program = cli::compiled(options.expression, setup, options.input.inputs, io);
  std::unique_ptr<ops::EnvelopeRest> rest = rest_of(options, setup, io);
  if (options.expression.explain) {
    cli::explain("EXPR", program, io);
    if (rest != nullptr) {
      for (const expr::OneResult* one : rest->expressions()) cli::explain(one->flag(), one->program(), io);
    }
    return base::ExitCode::ok;
  }
  ops::Map map(program, settings_of(options), std::move(rest));
  ops::EnvelopeHint hint(
      [&io] { io.notice("hint: the first line looks like an envelope; -J looks inside"); });
  cli::BadEvents bad(options.input.errors, options.input.bus, options.input.inputs, io);
  const auto source = cli::open_source(options.input, bad.errors(), io);
  const auto sink = cli::open_sink(options.output, io);
  return cli::run(*source, {&hint, &map}, *sink, bad, options.output, io);
}

}  // namespace weir::map
