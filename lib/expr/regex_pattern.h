// From a pattern as jq's users write it (Oniguruma's Perl syntax) to one that RE2 reads, for the parts where only the
// spelling differs: (?<n>...) for a named group, (?#...) for a comment, a name given to several groups.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weir::expr {

struct RegexPattern {
  std::string re2;                 // the named groups have become plain ones
  std::vector<std::string> names;  // of group i + 1; empty for one without name
  // Looking for the next match may have to read far beyond the end of it, as in `<.*>|<`: there is an alternative, and
  // a loop that something must follow. Matching all of a long text may then take more than one pass over it.
  bool reads_ahead = false;
};

RegexPattern translate_pattern(std::string_view pattern);

}  // namespace weir::expr
