// A tool with state, for the tests that kill one: testing::Counting on INPUT.
#include "cli/open.h"
#include "cli/state_keeper.h"
#include "cli/tool_main.h"
#include "support/counting_operator.h"

namespace weir {
namespace {

struct Options {
  cli::StateFlags state;
  cli::InputFlags input;
  cli::OutputFlags output;
  std::string by;
};

cli::Flags flags(Options& o) {
  return {cli::flag("--by", "NAME", "What decides the results", o.by), cli::flags(o.state),
          cli::flags(o.input), cli::flags(o.output)};
}

base::ExitCode run(const Options& options, cli::Io& io) {
  cli::StateKeeper keeper(options.state, {.inputs = options.input.inputs, .meanings = {{"--by", options.by}}},
                          options.input, io);
  testing::Counting counting(keeper.store());
  cli::BadEvents bad(options.input.errors, options.input.bus, options.input.inputs, io);
  const auto source = cli::open_source(keeper.input(options.input), bad.errors(), io);
  const auto sink = cli::open_sink(options.output, io);
  return cli::run(*source, keeper.chain({&counting}), *sink, bad, options.output, io, {},
                  [&](stream::RunSettings& settings) { keeper.begin(settings); });
}

}  // namespace
}  // namespace weir

int main(int argc, char** argv) {
  return weir::cli::tool_main(argc, argv, "count", "Count lines.", weir::flags, weir::run);
}
