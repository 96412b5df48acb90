#include "cli/jq_flags.h"

namespace weir::cli {
namespace {

struct JqFlag {
  char letter;  // '\0': it has only its long name
  std::string_view name;
  std::string_view instead;
};

constexpr JqFlag kJqFlags[] = {
    {'c', "--compact-output", "leave it out: each result is one line"},
    {'s', "--slurp", "EXPR sees one event at a time; for all at once: ... | jq -s"},
    {'f', "", "--from-file FILE"},
    {'r', "--raw-output", "text without quotes is written by map: map -r EXPR"},
    {'e', "--exit-status", "filter tells whether anything matched: filter -e EXPR"},
    {'S', "--sort-keys", "members keep their order; to sort them: ... | jq -cS ."},
    {'R', "--raw-input", "an event is JSON; to make strings of lines of text: jq -R . FILE | ..."},
    {'j', "--join-output", "each result is a line; to join them: map -r EXPR | tr -d '\\n'"},
    {'n', "--null-input", "EXPR is evaluated for each event; without any: echo null | map EXPR"},
    {'a', "--ascii-output", "text is UTF-8; in ASCII: ... | jq -ca ."},
    {'C', "--color-output", "results are plain; in colour: ... | jq -C ."},
    {'M', "--monochrome-output", "leave it out: results have no colour"},
    {'\0', "--tab", "each result is one line; to lay it out: ... | jq --tab ."},
    {'\0', "--indent", "each result is one line; to lay it out: ... | jq --indent 2 ."},
    {'\0', "--slurpfile", "--argjson NAME \"$(jq -cs . FILE)\""},
    {'\0', "--rawfile", "--arg NAME \"$(cat FILE)\""},
    {'\0', "--args", "name each of them: --arg NAME VALUE"},
    {'\0', "--jsonargs", "name each of them: --argjson NAME JSON"},
    {'\0', "--stream", "for the paths and leaves of an event: map 'tostream'"},
    {'\0', "--unbuffered", "leave it out: what there is, is written before waiting for more"},
};

std::string_view instead_of_letter(char letter) {
  for (const JqFlag& flag : kJqFlags) {
    if (flag.letter == letter) return flag.instead;
  }
  return {};
}

}  // namespace

std::string_view instead_of_jq_flag(std::string_view typed) {
  if (typed.starts_with("--")) {
    for (const JqFlag& flag : kJqFlags) {
      if (flag.name == typed) return flag.instead;
    }
    return {};
  }
  // Letters together, of which one or more are jq's: the first of them is told.
  std::string_view instead;
  for (const char letter : typed.substr(1)) {
    const std::string_view one = instead_of_letter(letter);
    if (one.empty()) return {};
    if (instead.empty()) instead = one;
  }
  return instead;
}

}  // namespace weir::cli
