#include "tools/filter/run.h"

#include <algorithm>
#include <vector>

#include "cli/open.h"
#include "cli/read_file.h"
#include "expr/program.h"
#include "json/cursor.h"
#include "json/text.h"
#include "json/validate.h"
#include "ops/envelope_hint.h"
#include "ops/filter.h"
#include "ops/print_envelopes.h"
#include "ops/print_values.h"

namespace weir::filter {
namespace {

expr::Source source_of(const Options& options) {
  if (!options.expression_file) return {*options.expression};
  return {cli::read_file("--from-file", *options.expression_file, expr::kMaxSourceBytes + 1),
          *options.expression_file};
}

expr::Setup setup_of(const Options& options) {
  expr::Setup setup;
  setup.envelope = options.input.envelope;
  for (const auto& [name, text] : options.strings) {
    std::string json;
    json::append_quoted(json, text);
    setup.variables.push_back({name, std::move(json)});
  }
  for (const auto& [name, text] : options.values) {
    json::Error error;
    if (!json::validate(text, error)) {
      throw base::Error(base::Kind::usage, "--argjson " + name + " is not valid JSON: " +
                                               std::string(json::message(error.fault)))
          .excerpt(text, error.column)
          .hint("a string is --arg " + name + " TEXT");
    }
    setup.variables.push_back({name, std::string(json::parse_value(text).raw())});
  }
  return setup;
}

ops::Filter::Settings settings_of(const Options& options) {
  ops::Filter::Settings settings;
  settings.invert = options.invert;
  settings.count_only = options.count_only;
  settings.limit = options.limit;
  settings.evaluator.check = options.trust ? json::Check::read_values : json::Check::whole_line;
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
  const expr::Program program(source_of(options), setup_of(options));
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
