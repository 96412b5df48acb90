#include "expr/prelude.h"

#include <algorithm>
#include <array>

namespace weir::expr {
namespace {

struct Row {
  std::string_view name;
  std::size_t arity;
  std::string_view text;
};

// What each one does to which input, and in which order results come, is jq 1.6's. Names that begin with _ are native
// functions without a name of their own in the language.
constexpr std::array kRows = {
    Row{"IN", 1, "def IN(source): any(source == .; .);"},
    Row{"IN", 2, "def IN(source; set): any(source == set; .);"},
    Row{"INDEX", 1, "def INDEX(name): INDEX(.[]; name);"},
    Row{"INDEX", 2,
        "def INDEX(source; name): reduce source as $row ({}; .[$row | name | tostring] |= $row);"},
    Row{"JOIN", 2, "def JOIN($index; key): [.[] | [., $index[key]]];"},
    Row{"JOIN", 3, "def JOIN($index; source; key): source | [., $index[key]];"},
    Row{"JOIN", 4, "def JOIN($index; source; key; joined): source | [., $index[key]] | joined;"},
    Row{"ascii", 0, "def ascii: [.] | implode;"},
    Row{"capture", 1, "def capture($re): _capture($re) | .[];"},
    Row{"capture", 2, "def capture($re; $flags): _capture($re; $flags) | .[];"},
    Row{"combinations", 0,
        "def combinations: if length == 0 then [] else .[0][] as $head | (.[1:] | combinations) as $tail | "
        "[$head] + $tail end;"},
    Row{"combinations", 1, "def combinations(n): . as $from | [range(n)] | map($from) | combinations;"},
    Row{"finites", 0, "def finites: select(isfinite);"},
    Row{"first", 0, "def first: .[0];"},
    Row{"fromstream", 1,
        "def fromstream(events): {\"at\": null, \"done\": false} as $new | foreach events as $event ($new; "
        "if .done then $new else . end | if $event | length == 2 then setpath([\"done\"]; $event[0] | length "
        "== 0) "
        "| setpath([\"at\"] + $event[0]; $event[1]) else setpath([\"done\"]; $event[0] | length == 1) end; "
        "if .done then .at else empty end);"},
    Row{"group_by", 1, "def group_by(key): _group_by(map([key]));"},
    Row{"gsub", 2, "def gsub($re; with): gsub($re; with; \"\");"},
    Row{"gsub", 3, "def gsub($re; with; $flags): sub($re; with; $flags + \"g\");"},
    Row{"isfinite", 0, "def isfinite: type == \"number\" and (isinfinite | not);"},
    Row{"isvalid", 1, "def isvalid(f): try (f | true) catch false;"},
    Row{"last", 0, "def last: .[-1];"},
    Row{"leaf_paths", 0, "def leaf_paths: paths(scalars);"},
    Row{"map", 1, "def map(f): [.[] | f];"},
    Row{"map_values", 1, "def map_values(f): .[] |= f;"},
    Row{"match", 1, "def match($re): _match($re) | .[];"},
    Row{"match", 2, "def match($re; $flags): _match($re; $flags) | .[];"},
    Row{"max_by", 1, "def max_by(key): _max_by(map([key]));"},
    Row{"min_by", 1, "def min_by(key): _min_by(map([key]));"},
    Row{"normals", 0, "def normals: select(isnormal);"},
    Row{"nth", 1, "def nth($place): .[$place];"},
    Row{"nth", 2,
        "def nth($place; f): if $place < 0 then error(\"nth doesn't support negative indices\") else "
        "last(limit($place + 1; f)) end;"},
    Row{"paths", 1,
        "def paths(wanted): . as $whole | paths | select(. as $path | $whole | getpath($path) | wanted);"},
    Row{"pick", 1,
        "def pick(wanted): . as $whole | reduce path(wanted) as $path (null; setpath($path; $whole | "
        "getpath($path)));"},
    Row{"recurse_down", 0, "def recurse_down: recurse;"},
    Row{"scalars_or_empty", 0,
        "def scalars_or_empty: select((type | . != \"array\" and . != \"object\") or length == 0);"},
    Row{"scan", 1, "def scan($re): _scan($re) | .[];"},
    Row{"scan", 2, "def scan($re; $flags): _scan($re; $flags) | .[];"},
    Row{"sort_by", 1, "def sort_by(key): _sort_by(map([key]));"},
    Row{"splits", 1, "def splits($re): splits($re; null);"},
    Row{"splits", 2, "def splits($re; $flags): split($re; $flags) | .[];"},
    Row{"sub", 2, "def sub($re; with): sub($re; with; \"\");"},
    Row{"sub", 3,
        "def sub($re; with; $flags): _sub_parts($re; $flags) as $parts | _sub_join($parts; [$parts | "
        ".[range(1; length; 2)] | [with]]) | .[];"},
    Row{"tostream", 0,
        "def tostream: . as $whole | path(def r: (.[]? | r), .; r) as $path | $whole | getpath($path) | "
        "reduce path(.[]?) as $inner ([$path, .]; [$path + $inner]);"},
    Row{"truncate_stream", 1,
        "def truncate_stream(events): . as $depth | null | events | if (.[0] | length) > $depth then "
        "setpath([0]; .[0][$depth:]) else empty end;"},
    Row{"unique_by", 1, "def unique_by(key): _unique_by(map([key]));"},
    Row{"walk", 1,
        "def walk(f): . as $in | if type == \"object\" then reduce keys_unsorted[] as $key ({}; . + {($key): "
        "($in[$key] | walk(f))}) | f elif type == \"array\" then map(walk(f)) | f else f end;"},
    Row{"with_entries", 1, "def with_entries(f): to_entries | map(f) | from_entries;"},
};

}  // namespace

std::string_view prelude(std::string_view name, std::size_t arity) {
  const auto* const found = std::find_if(
      kRows.begin(), kRows.end(), [&](const Row& row) { return row.name == name && row.arity == arity; });
  return found == kRows.end() ? std::string_view() : found->text;
}

}  // namespace weir::expr
