#include "tools/filter/flags.h"

#include "base/error.h"

namespace weir::filter {
namespace {

void check_tombstones(const Options& o) {
  if (!o.tombstones || o.input.envelope) return;
  throw base::Error(base::Kind::usage, "--tombstones needs -J: only an envelope can be a tombstone")
      .hint("filter -J --tombstones ...")
      .code("flags_exclude");
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
      cli::operand("EXPR", "Pass on the events for which EXPR is true", o.expression.expression),
      cli::group("What passes",
                 {cli::flag("-v", "--invert", "Pass on the others instead", o.invert),
                  cli::flag("-c", "--count-only", "Print how many match, and nothing else", o.count_only),
                  cli::limit_flag("Stop after N matches", o.limit),
                  cli::flag("-e", "--exit-status", "Exit 1 when nothing matched", o.exit_status),
                  cli::flag("--tombstones", "Judge tombstones too, as null (with -J)", o.tombstones)
                      .more("Without it they pass, whatever EXPR says, so that a delete is never lost.")}),
      cli::flags(o.expression),
      cli::flags(o.input),
      cli::flags(o.output),
      cli::check([&o] { cli::settle_operands(o.expression, o.input.inputs, "filter '.price > 100'"); }),
      cli::check([&o] { check_tombstones(o); })};
}

}  // namespace weir::filter
