#include "cli/talk_flags.h"

namespace weir::cli {
namespace {

Flag summary(Talk& talk) {
  Flag flag;
  flag.long_name = "--summary";
  flag.value_name = "json";
  flag.value_optional = true;
  flag.words = {"json"};
  flag.completes = Completes::words;
  flag.help = "Print what became of the events on stderr at the end";
  flag.details =
      "Counts of events read, written, dropped, skipped, late, dead, failed and abandoned (their reader went "
      "away); the "
      "sums add up. Then bytes, seconds and events per second. Without the flag one line still appears when "
      "events were "
      "skipped, late or dead, or all were dropped; -q silences it.";
  flag.set = [&talk](std::string_view value) {
    if (!value.empty() && value != "json") not_one_of(value, {"json"});
    talk.summary = value.empty() ? Talk::Summary::text : Talk::Summary::json;
  };
  return flag;
}

}  // namespace

Flags talk_flags(Talk& talk, Asked& asked) {
  using Color = Talk::Color;
  using Errors = Talk::Errors;
  return minor(group(
      "General",
      {summary(talk),
       on_off("--progress", "Show rate, bytes and time to go on stderr",
              "Show no progress, even when stderr is a terminal and the work lasts over a second",
              talk.progress),
       flag("-q", "--quiet", "Say nothing but errors", talk.quiet),
       flag("--verbose", "Say more; with --version, how this was built", talk.verbose),
       choice("--color", "Color messages; NO_COLOR and FORCE_COLOR are honoured", talk.color,
              {{"auto", Color::automatic}, {"always", Color::always}, {"never", Color::never}}),
       choice("--error-format", "How errors look on stderr", talk.errors,
              {{"text", Errors::text}, {"json", Errors::json}}),
       flag("-h", "Show a short help", asked.short_help),
       flag("--help", "Show the whole help", asked.whole_help),
       flag("--version", "Show the version", asked.version),
       flag("--dump-flags", "FORM", "Print the man page's flag list or a shell's completion", asked.dump)
           .hidden()}));
}

}  // namespace weir::cli
