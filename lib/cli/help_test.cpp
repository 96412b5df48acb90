#include "cli/help.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "base/size.h"
#include "cli/input_flags.h"

namespace {

using namespace weir;

struct Options {
  std::string expression;
  bool invert = false;
  bool odd = false;
  std::uint64_t count = 3;
  base::Size size{1u << 20};
  cli::ErrorFlags errors;
};

cli::Flags flags(Options& o) {
  return {
      cli::usage("[FLAGS] EXPR"),
      cli::note("A paragraph."),
      cli::example("filter .a", "first"),
      cli::example("filter .b", "second"),
      cli::example("filter .c", "third"),
      cli::example("filter .d", "fourth"),
      cli::operand("EXPR", "What to judge by", o.expression),
      cli::group("What passes", {cli::flag("-v", "--invert", "The others", o.invert).more("All about it."),
                                 cli::flag("-n", "--count", "N", "Stop after N", o.count)}),
      cli::group("Sizes", {cli::flag("--size", "SIZE", "How large", o.size)}),
      cli::flag("--odd", "Not shown", o.odd).hidden(),
      cli::flags(o.errors)};
}

TEST_CASE("-h is usage, three examples, and the tool's own flags by purpose with their defaults") {
  Options options;
  CHECK(cli::short_help("filter", "Pass on events.", flags(options)) ==
        "usage: filter [FLAGS] EXPR\n"
        "Pass on events.\n"
        "\n"
        "Examples:\n"
        "  # first\n"
        "  filter .a\n"
        "  # second\n"
        "  filter .b\n"
        "  # third\n"
        "  filter .c\n"
        "\n"
        "Arguments:\n"
        "  EXPR                        What to judge by\n"
        "\n"
        "What passes:\n"
        "  -v, --invert                The others\n"
        "  -n, --count N               Stop after N [3]\n"
        "\n"
        "Sizes:\n"
        "  --size SIZE                 How large [1MiB]\n"
        "\n"
        "Shared flags, which --help explains:\n"
        "  Bad events: --on-error fail|skip|dead-letter [fail],\n"
        "  --dead-letter FILE|topic:NAME, --max-errors N\n");
}

TEST_CASE("--help is all of it: notes, every example, details, exit codes; never a hidden flag") {
  Options options;
  const std::string text = cli::whole_help("filter", "Pass on events.", flags(options));
  for (const char* part :
       {"A paragraph.", "filter .d", "All about it.", "--max-errors N", "Bad events:", "Exit codes:"}) {
    CAPTURE(part);
    CHECK(text.find(part) != std::string::npos);
  }
  CHECK(text.find("--odd") == std::string::npos);
}

TEST_CASE("no line of help is longer than 80 columns") {
  Options options;
  for (const std::string& text : {cli::short_help("filter", "Pass on events.", flags(options)),
                                  cli::whole_help("filter", "Pass on events.", flags(options))}) {
    std::size_t from = 0;
    while (from < text.size()) {
      const std::size_t end = text.find('\n', from);
      CHECK(end - from <= 80);
      from = end + 1;
    }
  }
}

TEST_CASE("text is broken between words, and a word too long for a line stands alone") {
  CHECK(cli::wrapped("aa bb cc", 0, 5, false) == "aa bb\ncc\n");
  CHECK(cli::wrapped("aa bb cc", 2, 7, false) == "  aa bb\n  cc\n");
  CHECK(cli::wrapped("aa bb cc", 2, 7, true) == "aa bb\n  cc\n");
  CHECK(cli::wrapped("aaaaaaaaa b", 0, 5, false) == "aaaaaaaaa\nb\n");
  CHECK(cli::wrapped("", 0, 5, false) == "\n");
}

TEST_CASE("without a usage text the line is made from the operands") {
  std::string one;
  std::optional<std::string> two;
  std::vector<std::string> rest;
  const cli::Flags flags{cli::operand("ONE", "1", one), cli::operand("TWO", "2", two),
                         cli::operand("REST", "3", rest)};
  CHECK(cli::usage_line("tool", flags) == "tool [FLAGS] ONE [TWO] [REST...]");
}

}  // namespace
