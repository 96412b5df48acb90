#include "tools/filter/run.h"

#include <algorithm>
#include <vector>

#include "cli/expression_slips.h"
#include "cli/open.h"
#include "expr/program.h"
#include "ops/envelope_hint.h"
#include "ops/filter.h"
#include "ops/print_envelopes.h"
#include "ops/print_values.h"

namespace weir::filter {
namespace {

ops::Filter::Settings settings_of(const Options& options) {
  ops::Filter::Settings settings;
  settings.invert = options.invert;
  settings.count_only = options.count_only;
  settings.limit = options.limit;
  settings.evaluator = cli::evaluator_settings(options.expression, options.input.zone);
  settings.evaluator.tombstones = options.tombstones;
  return settings;
}

bool reads_topics(const Options& options) {
  const auto& inputs = options.input.inputs;
  return std::any_of(inputs.begin(), inputs.end(),
                     [](const std::string& input) { return input.starts_with("topic:"); });
}

}  // namespace

base::ExitCode run(const Options& options, cli::Io& io) {
  const expr::Setup setup = cli::setup_of(options.expression, options.input.envelope);
  const expr::Program program = cli::compiled(options.expression, setup, options.input.inputs, io);
  if (options.expression.explain) {
    cli::explain("EXPR", program, io);
    return base::ExitCode::ok;
  }
  if (program.assigns()) io.notice("hint: = assigns, and passes every event; compare with ==");
  ops::Filter keep(program, settings_of(options));
  ops::EnvelopeHint hint(
      [&io] { io.notice("hint: the first line looks like an envelope; -J looks inside"); });
  cli::BadEvents bad(options.input.errors, options.input.bus, options.input.inputs, io);
  const auto source = cli::open_source(options.input, bad.errors(), io);
  const auto sink = cli::open_sink(options.output, io);
  ops::PrintEnvelopes envelopes;
  ops::PrintValues values(ops::PrintValues::Lines::are_values);
  std::vector<stream::Operator*> operators{&hint, &keep};
  // What was a line goes out as it came; what was a record becomes one.
  if (reads_topics(options)) {
    operators.push_back(options.input.envelope ? static_cast<stream::Operator*>(&envelopes) : &values);
  }
  const base::ExitCode code = cli::run(*source, operators, *sink, bad, options.output, io);
  if (options.count_only) io.put_out(std::to_string(keep.matched()) + "\n");
  const bool none = options.exit_status && keep.matched() == 0;
  return code == base::ExitCode::ok && none ? base::ExitCode::no : code;
}

}  // namespace weir::filter
