#include "tools/filter/flags.h"

#include "base/error.h"

namespace weir::filter {
namespace {

// With --from-file there is no EXPR: the first operand is an input, as in jq.
void settle_operands(Options& o) {
  if (o.expression_file && o.expression) {
    o.input.inputs.insert(o.input.inputs.begin(), std::move(*o.expression));
    o.expression.reset();
  }
  if (o.expression || o.expression_file) return;
  throw base::Error(base::Kind::usage, "EXPR is missing")
      .hint("filter '.price > 100'")
      .code("missing-operand");
}

void check_tombstones(const Options& o) {
  if (!o.tombstones || o.input.envelope) return;
  throw base::Error(base::Kind::usage, "--tombstones needs -J: only an envelope can be a tombstone")
      .hint("filter -J --tombstones ...")
      .code("flags-exclude");
}

}  // namespace

cli::Flags flags(Options& o) {
  return {
      cli::usage("[FLAGS] EXPR [INPUT...]"),
      cli::example("weir filter '.price > 100' events.ndjson", "keep the dear ones"),
      cli::example("weir filter '.level == \"error\" and (.host | startswith(\"web\"))'",
                   "several conditions, on stdin"),
      cli::example("weir filter -c '.delay >= 60' topic:flights", "count matches in a topic"),
      cli::note("Passes on each event for which some result of EXPR is neither false nor null, byte for byte "
                "as it came. "
                "EXPR is written in jq's language."),
      cli::operand("EXPR", "Pass on the events for which EXPR is true", o.expression),
      cli::group("What passes",
                 {cli::flag("-v", "--invert", "Pass on the others instead", o.invert),
                  cli::flag("-c", "--count-only", "Print how many match, and nothing else", o.count_only),
                  cli::flag("-n", "--count", "N", "Stop after N matches", o.limit),
                  cli::flag("-e", "--exit-status", "Exit 1 when nothing matched", o.exit_status),
                  cli::flag("--tombstones", "Judge tombstones too, as null (with -J)", o.tombstones)
                      .more("Without it they pass, whatever EXPR says, so that a delete is never lost.")}),
      cli::group(
          "Expression",
          {cli::pair_flag("--arg", "NAME VALUE", "$NAME is this string in EXPR", o.strings),
           cli::pair_flag("--argjson", "NAME JSON", "$NAME is this value in EXPR", o.values),
           cli::flag("--from-file", "FILE", "Read EXPR from FILE", o.expression_file)
               .completing(cli::Completes::file),
           cli::flag("--trust", "Check only what EXPR reads, for speed", o.trust)
               .more("Without it every line is checked from end to end. With it a line that is broken "
                     "somewhere "
                     "else passes or is dropped unnoticed, and EXPR may see a value that a correct reader "
                     "would not. Gains about a fifth; meant for input that was checked before.")}),
      cli::flags(o.input),
      cli::flags(o.output),
      cli::check([&o] { settle_operands(o); }),
      cli::check([&o] { check_tombstones(o); })};
}

}  // namespace weir::filter
