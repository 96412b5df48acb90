#include "tools/map/flags.h"

#include <string_view>

#include "base/error.h"

namespace weir::map {
namespace {

using base::Error;
using base::Kind;

cli::Flag key_flag(std::string& to) {
  cli::Flag made = cli::flag("--key", "EXPR", "Set the key", to);
  made.set = [&to](std::string_view text) {
    if (text.empty()) throw Error(Kind::usage, "'' is no expression").code("bad_word");
    to = text;
  };
  return made;
}

cli::Flag header_flag(std::vector<std::pair<std::string, std::string>>& to) {
  std::vector<std::string> several;
  cli::Flag made = cli::flag("--header", "NAME=EXPR", "Set a header", several);
  made.set = [&to](std::string_view text) {
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos || equals == 0 || equals + 1 == text.size()) {
      throw Error(Kind::usage, std::string(text) + " is no NAME=EXPR")
          .hint("--header source=.host")
          .code("bad_word");
    }
    to.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  };
  return made;
}

void check_envelope_flags(const Options& o) {
  if (o.input.envelope) return;
  const char* const needs = o.tombstones         ? "--tombstones"
                            : !o.key.empty()     ? "--key"
                            : o.ts               ? "--ts"
                            : !o.headers.empty() ? "--header"
                                                 : nullptr;
  if (needs == nullptr) return;
  throw Error(Kind::usage, std::string(needs) + " needs -J: a bare line has nothing but its value")
      .hint(std::string("map -J ") + needs + " ...")
      .code("missing_flag");
}

}  // namespace

cli::Flags flags(Options& o) {
  return {cli::usage("[FLAGS] EXPR [INPUT...]"),
          cli::example("weir map '{id, price}' orders.ndjson", "a few members of each event"),
          cli::example("weir map -r .customer orders.ndjson | sort | uniq -c", "text for other programs"),
          cli::example(
              "weir map -J --key .customer . topic:orders | weir produce -q -J --topic '\"by-customer\"'",
              "the same records with another key"),
          cli::note(
              "Writes each result of EXPR as a line of compact JSON: several for an event, or none, and the "
              "event is dropped. EXPR is written in jq's language."),
          cli::operand("EXPR", "What to write of each event", o.expression.expression),
          cli::group("Results",
                     {cli::flag("-r", "--raw", "Write strings as they are, without quotes", o.raw)
                          .more("With -J the bytes of the string become the value. Without it a string "
                                "with a newline in it is a bad event, since it would be two lines."),
                      cli::limit_flag("Stop after N results", o.limit)}),
          cli::group(
              "The rest of the envelope, with -J",
              {key_flag(o.key).more("A string is its bytes, anything else its compact canonical JSON, null "
                                    "no key. Like --ts and --header it sees the event as it came in."),
               cli::flag("--ts", "FIELD", "Set the time; null: none", o.ts)
                   .more("EXPR or EXPR:FORMAT, where FORMAT is ms, s, us, ns, rfc3339, auto or "
                         "strptime:PATTERN. Without FORMAT a number is ms, a string RFC 3339."),
               header_flag(o.headers).more("Takes the place of all headers of that name. Bytes as --key's; "
                                           "null is a header without a value."),
               cli::flag("--tombstones", "Show tombstones to EXPR, as null", o.tombstones)
                   .more("Without it they pass unchanged, so that a delete is never lost.")}),
          cli::flags(o.expression),
          cli::flags(o.input),
          cli::flags(o.output),
          cli::check([&o] { cli::settle_operands(o.expression, o.input.inputs, "map '{id, price}'"); }),
          cli::check([&o] { check_envelope_flags(o); })};
}

}  // namespace weir::map
