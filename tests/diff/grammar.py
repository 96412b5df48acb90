"""What the generator makes expressions from: for each kind of value, templates and how often each is taken.

A hole <kind> is filled with an expression of that kind for the same input; <kind@input> with one for another input:
`event` is a whole line, `item` an element of .items, `str`, `num`, `any` a value of that kind. Lower-case words in the
table LITERALS are picked from lists.

EVERYDAY is what filters and maps are mostly written in; WHOLE is the rest of the language. The generator takes the
former for EVERYDAY_SHARE of the expressions and at least one template of WHOLE for the others.
"""

EVERYDAY_SHARE = 0.84

LITERALS = {
    "name": ["a", "b", "c", "s", "t", "tags", "o", "price", "n", "ok", "items"],
    "key": ['"a"', '"b"', '"s"', '"tags"', '"price"', '"nosuch"', '"a b"', '"é"'],
    "index": ["0", "1", "-1", "2", "-3", "1.5"],
    "bound": ["0", "1", "2", "3", "-1", "-2", "10"],
    "small": ["0", "1", "2", "3"],
    "text": ['""', '"a"', '"b"', '"ab"', '"foo"', '"bar"', '"é"', '"日本"', '"x y"', '"-"', '","', '"o"', '"Foo"', '"1"', '"😀"',
             '"\\t"', '"\\u00e9"', '"error"'],
    "separator": ['","', '"-"', '" "', '"a"', '"o"', '"é"', '", "'],
    "pattern": ['"a"', '"^a"', '"b$"', '"^foo"', '"o+b"', '"[0-9]+"', '"^$"', '"."', '"^.$"', '"(a|b)c?"', '"é"', '"x.y"', '"^[a-z]+$"',
                '"(?<n>o)o"', '"ORDER-[0-9]{2}"', '"a{2}"', '"[^a]b"', '"\\\\d+"', '"[a-z]+\\\\d*"', '"\\\\."', '"(?<k>[a-z])(?<v>.)?"'],
    "flags": ['"i"', '"g"', '"gi"', '""', '"p"', '"n"', '"l"', '"s"', '"ni"', "null"],
    "nonzero": ["2", "3", "4", "0.5", "-7", "10", "100"],
    "number": ["0", "1", "2", "-1", "3", "10", "100", "99.5", "1e2", "0.1", "1.0", "-1.5", "42"],
    "constant": ["null", "true", "false", "[]", "{}", '["a"]', "[1,2]", '{"a":1}', '["foo", [1]]', '{a:{b:1}, "c":[null]}'],
    "compare": ["==", "==", "!=", "<", "<=", ">", ">="],
    "plus": ["+", "+", "-", "*"],
    "time": ['"%Y-%m-%d"', '"%H:%M:%S"', '"%Y-%m-%dT%H:%M:%SZ"', '"%A %d %B %Y"', '"%j %U %w"', '"%e/%m/%y %I %p"', '"%s"'],
    "rounding": ["floor", "ceil", "round", "sqrt", "fabs", "trunc"],
    "function": ["floor", "ceil", "round", "sqrt", "fabs", "trunc", "rint", "nearbyint", "significand", "logb", "cbrt", "exp2", "frexp", "modf"],
    "format": ["@text", "@json", "@html", "@uri", "@sh", "@base64"],
    # Places in other strings are counted in bytes by jq 1.6.
    "ascii": ['.s | gsub("[^ -~]"; "?")', '.at | gsub("[^ -~]"; "")', '"a-b-a"', '"a, b"'],
    # No `?` in these: inside |= jq 1.6 lets it catch its own break.
    "update": [".", "length", "tostring", "tojson", ". + 1", "[.]", "{v: .}", "type", "ascii_upcase", ". == null", "not", "map_values(.)",
               "(. // 0) + 1", 'if type == "number" then . * 2 else . end', '. + "!"', "first", "map(tostring)", "empty", "null", '"new"'],
    "row": ["@csv", "@tsv", "@sh", "@json"],
}

# The leaves of each kind, by input.
LEAVES = {
    "event": {
        "num": [".price", ".price", ".a", ".n", ".n", ".ts", ".o.a", '.["price"]', ".items[0].n", ".tags[1]?"],
        "str": [".s", ".s", ".t", ".tags[0]", '."s"', ".tags[-1]", ".at", ".csv", ".items[0].name"],
        "bool": [".ok", ".ok", ".a", ".nosuch", ".o"],
        "arr": [".tags", ".tags", ".items", ".b"],
        "obj": [".o", ".c", ".", ".items[0]"],
        "any": [".", ".a", ".b", ".c", ".o.a", ".nul", ".nosuch", ".a.b", ".tags?", ".items[1]", ".a?", ".o.b?.c?", '."a b"', '.["é"]'],
        "many": [".tags[]", ".tags[]?", ".items[]", ".items[].n", ".o[]?", ".[]", ".b[]?", ".items[].tags[0]", ".[]?"],
    },
    "item": {
        "num": [".n", ".id"], "str": [".name", ".tags[0]"], "bool": [".ok", ".n"], "arr": [".tags"], "obj": ["."],
        "any": [".", ".id", ".name", ".nosuch"], "many": [".tags[]", ".[]"],
    },
    "str": {
        "num": ["length"], "str": ["."], "bool": ['. == "a"', ". > \"b\""], "arr": ['split("")', "[.]"], "obj": ["{s: .}"],
        "any": ["."], "many": ["."],
    },
    "num": {
        "num": ["."], "str": ["tostring"], "bool": [". > 1", ". == 2"], "arr": ["[.]"], "obj": ["{n: .}"], "any": ["."], "many": ["."],
    },
    "any": {
        "num": [".", "length?", ".a?"], "str": [".", "type", "tostring"], "bool": [".", ". == null"], "arr": [".", "[.]"],
        "obj": [".", "{v: .}"], "any": ["."], "many": [".[]?", "."],
    },
}

EVERYDAY = {
    "num": [
        (8, "number"), (3, "<num> <plus> <num>"), (1, "<num> / <nonzero>"), (1, "<num> % <nonzero>"), (1, "-<num>"),
        (2, "<str> | length"), (2, "<arr> | length"), (1, "<num> | <rounding>"), (1, "<any> // <num>"),
        (1, "if <bool> then <num> else <num> end"), (0.5, "<str> | tonumber?"), (0.3, "[<num>, <num>] | add"), (0.3, "[<num>, <num>] | max"),
        (0.3, "<arr> | index(<text>)"),
    ],
    "str": [
        (6, "text"), (2, "<str> + <str>"), (2, '"<words>\\(<any>)<words>"'), (1, '"\\(<str>) <words> \\(<num>)"'),
        (1, "<str> | ascii_downcase"), (0.5, "<str> | ascii_upcase"), (1, "<num> | tostring"), (0.5, "<any> | tostring"),
        (0.7, "<str> | ltrimstr(<text>)"), (0.7, "<str> | rtrimstr(<text>)"), (1, "<str> | .[<bound>:<bound>]"), (0.5, "<str> | .[<bound>:]"),
        (0.5, "<str> | split(<separator>) | .[<index>]"), (0.7, "<any> | type"), (0.5, "<any> | tojson"), (0.7, "<arr> | join(<separator>)"),
        (0.5, "if <bool> then <str> else <str> end"), (0.5, "<any> // <str>"), 
    ],
    "bool": [
        (6, "<num> <compare> <num>"), (4, "<str> <compare> <str>"), (2, "<any> <compare> <any>"), (1, "<any> == null"), (2, "<bool> and <bool>"),
        (2, "<bool> or <bool>"), (1, "<bool> | not"), (2, "<str> | startswith(<text>)"), (1, "<str> | endswith(<text>)"),
        (1.5, "<str> | contains(<text>)"), (0.7, "<arr> | contains([<text>])"), (0.5, "<obj> | contains({a: <constant>})"), (2, "<str> | test(<pattern>)"),
        (0.7, "<str> | test(<pattern>; <flags>)"), (1, "<obj> | has(<key>)"), (0.5, "<arr> | has(<index>)"), (0.5, "<arr> | any(<bool@any>)"),
        (0.5, "<arr> | all(<bool@any>)"), (0.5, "any(<many>; <bool@any>)"), (0.5, "<any> | IN(<text>, <number>)"), (0.3, "<bool>, <bool>"),
    ],
    "arr": [
        (3, "[<any>, <any>]"), (1, "[<any>]"), (1, "[]"), (2, "[<many>]"), (1, "<str> | split(<separator>)"), (1, "<arr> | map(<any@any>)"),
        (0.7, ".items | map(<any@item>)"), (0.7, "[.items[] | select(<bool@item>) | <any@item>]"), (0.7, "<arr> | map(select(<bool@any>))"), (0.5, "<arr> + <arr>"),
        (0.5, "<obj> | keys"), (0.3, "<arr> | reverse"), (0.3, "<arr> | .[<bound>:<bound>]"),
    ],
    "obj": [
        (3, "{<name>, <name>}"), (3, "{<name>, x: (<any>)}"), (2, "{a: (<any>), b: (<any>), c: (<num>)}"), (1, "{(<str>): (<any>)}"), (1, '{"k\\(<num>)": (<any>)}'),
        (1, "<obj> + <obj>"), (0.5, "{<name>, o: <obj>}"), (0.3, "<obj> * <obj>"), (0.3, "{}"), (0.5, "{s: (<str>), n: (<num>), tags: (<arr>)}"),
    ],
    "any": [(3, "<num>"), (3, "<str>"), (2, "<bool>"), (1.5, "<arr>"), (1.5, "<obj>"), (0.7, "constant"), (0.3, "<any> | <any@any>"), (0.3, "(<any>)?"),
            (0.3, "try <any> catch ."), (0.5, "<any> // <any>")],
    "many": [(1, "<any>, <any>"), (1, "<many> | <any@any>"), (1, "<many> | select(<bool@any>)")],
    "top": [
        (10, "<bool>"), (6, "<any>"), (5, "<obj>"), (5, "select(<bool>)"), (4, "select(<bool>) | <obj>"), (2, "select(<bool>) | <str>"),
        (3, ".items[] | select(<bool@item>)"), (1, ".items[]? | <obj@item>"), (2, "<many>"), (2, "<many> | <any@any>"), (1, "<any>, <any>"),
        (1, "(<any>)?"), (1, "if <bool> then <any> else empty end"), (1, "if <bool> then <str> elif <bool> then <str> else <str> end"),
    ],
}

# Times before 1970 with a fraction are left out (fabs): jq 1.6 cuts them towards 1970 (corpus/differences.txt).
WHOLE = {
    "num": [
        (1, "reduce <many> as $x (0; . + ($x | length? // 1))"), (1, "<num> | <function>"), (0.5, "pow(<num>; <small>)"), (0.5, "<str> | utf8bytelength"),
        (1, "<ascii> | index(<separator>)"), (0.5, "<ascii> | rindex(<separator>)"), (0.5, "<arr> | add | length"), (1, ".at | fromdate"), (0.5, ".ts | fabs | gmtime | mktime"),
        (0.5, "first(<many>) | length?"), (0.5, "<num> | fabs | until(. > 100; . * 2 + 3)"), (0.3, "<any> as $v | <arr> | bsearch($v)"), (0.3, "<num> | isnormal?"),
        (0.3, "[limit(<small>; <many>)] | length"), (0.3, "<num> as $n | $n + 1"), (0.3, "[.items[] | .n] | add"), (0.3, "<num> | fmin(.; 3)"), (0.2, "<num> | ldexp(.; 2)"),
    ],
    "str": [
        (1, "<any> | <format>"), (0.7, "<arr> | <row>"), (1, '<format> "<words>\\(<any>)<words>"'), (1, "<str> | sub(<pattern>; <text>)"),
        (1, "<str> | gsub(<pattern>; <text>)"), (1, '<str> | gsub("(?<c>[a-z])"; "<\\(.c)>")'), (0.5, "<str> | gsub(<pattern>; <text>; <flags>)"), (0.5, "<str> | @base64 | @base64d"),
        (0.5, "<str> | explode | implode"), (1, ".ts | fabs | todate"), (1, ".ts | fabs | strftime(<time>)"), (0.5, ".at | strptime(\"%Y-%m-%dT%H:%M:%SZ\") | strftime(<time>)"),
        (0.5, ".ts | fabs | gmtime | strftime(<time>)"), (0.5, "<str> * <small>"), (0.3, "[<str>, <str>] | join(<separator>)"), (0.5, "<any> | tojson | fromjson | tostring"),
        (0.5, "first(<many>) | tostring"), (0.3, "<str> | ascii_downcase | explode | map(. + 1) | implode"), (0.3, "<any> | tojson | fromjson | @json"),
    ],
    "bool": [
        (1, "isempty(<many>)"), (1, "all(<many>; <bool@any>)"), (1, "<any> | inside(<constant>)"), (0.5, "<key> as $k | <obj> | has($k)"), (0.5, "<str> | in({a: 1, foo: 2})"),
        (0.5, "IN(<many>; <text>, 2)"), (0.5, "[<many>] | any"), (0.5, "<arr> | unique == sort"),
    ],
    "arr": [
        (1, "<arr> | sort"), (1, "<arr> | unique"), (1, "<arr> | sort_by(<any@any>)"), (1, ".items | sort_by(.n, .name)"), (1, ".items | group_by(.ok) | map(length)"), (1, ".items | group_by(<any@item>)"),
        (1, ".items | unique_by(<any@item>)"), (0.5, ".items | [min_by(.n), max_by(.id)]"), (0.5, "<arr> | flatten"), (0.5, "<arr> | [min, max]"), (0.5, "[range(<small>; 6)]"),
        (0.5, "[range(0; <small>; 0.5)]"), (0.5, "<arr> | indices(<text>)"), (0.5, "<ascii> | indices(<separator>)"), (1, "[<str> | scan(<pattern>)]"), (1, "[<str> | match(<pattern>; \"g\")]"),
        (0.7, "[<str> | capture(<pattern>)]"), (0.7, "[<str> | splits(<pattern>)]"), (0.5, "<str> | split(<pattern>; null)"), (0.5, "[<obj> | paths]"), (0.3, "[paths(type == \"number\")]"),
        (0.3, "[<obj> | leaf_paths]"), (1, "<obj> | to_entries"), (0.5, "[<any> | tostream]"), (0.5, "[<any> | ..]"), (0.5, "[limit(<small>; <many>)]"), (0.5, "[foreach <many> as $x (0; . + 1; [., $x])]"),
        (0.5, "[label $out | <many> | ., (select(<bool@any>) | break $out)]"), (0.3, "[[<any>, <any>], [<any>]] | transpose"), (0.3, "[[1, 2], <arr>] | [combinations]"), (0.5, "<str> | explode"),
        (0.3, "[<num> | fabs | while(. < 50; . * 2 + 1)]"), (0.3, "[limit(4; <num> | recurse(. + 1))]"), (0.3, "[limit(3; repeat(<num>))]"), (0.5, "<arr> - <arr>"), (0.3, "[<many>] | [first, last, nth(1)]"),
        (0.3, "[.items[] | first(.tags[])]"), (0.3, "<arr> | del(.[<index>])"), (0.3, ".ts | fabs | gmtime"), (0.3, "<obj> | keys_unsorted"), (0.5, "[path(<target>)]"), (0.3, "[splits(<pattern>)?]"),
        (0.3, "<str> / <separator>"), (0.3, "[<any> | scalars, iterables]"), (0.3, "[<many> | numbers, strings]"), (0.3, "[<many> | booleans, nulls, arrays, objects]"),
        (0.3, "def f(g): [g, g]; f(<any>)"), (0.3, "[recurse(.items[]?; true) | .id?]"), (0.3, "[<num>, <num>] as [$x, $y] | [$y, $x]"),
    ],
    "obj": [
        (1, "<obj> | with_entries(select(.value | <bool@any>))"), (0.7, "<obj> | with_entries(.value |= (<update>))"), (1, "<obj> | to_entries | from_entries"), (1, "<obj> | map_values(<update>)"),
        (1, "reduce <many> as $x ({}; .[$x | tostring] += 1)"), (0.7, "<obj> | del(<target>)"), (0.5, "<str> | capture(\"(?<x>[a-z]+)\")"), (0.3, "INDEX(.items[]; .id)"),
        (0.3, "<obj> | fromstream(tostream)"), (0.5, "setpath([<key>]; <any>)"), (0.3, "delpaths([[<key>]])"), (0.3, "[.items[] | {(.name // \"none\"): .n}] | add"), (0.3, "<obj> as {a: $x, b: $y} | {$x, $y}"),
        (0.3, "<obj> | map_values(empty)"), (0.3, "<str> | [match(<pattern>)] | .[0]"), (0.3, "$__loc__"),
    ],
    "any": [
        (2, "<num>"), (3, "<str>"), (1, "<bool>"), (4, "<arr>"), (2, "<obj>"), (1, "<any> | walk(if type == \"number\" then . + 1 else . end)"), (0.5, "<any> | walk(<any@any>)"),
        (0.5, "getpath([<key>])"), (0.5, "getpath([<key>, <index>])?"), (0.5, "<any> as $v | <any>"), (0.5, ". as {tags: [$first], o: $o} | [$first, $o]"), (0.3, ". as [$p] ?// {a: $p} ?// $p | [$p]"),
        (0.5, "def f: <any>; f"), (0.5, "def f($p; g): $p, g; f(<any>; <any>)"), (0.3, "def r: if type == \"array\" then .[] | r else . end; <arr> | r"), (0.5, "error(<str>)"), (0.5, "try error(<any>) catch ."),
        (0.3, "<any> | tojson | fromjson"), (0.3, "<str> | fromjson?"), (0.3, "last(<many>)"), (0.3, "nth(1; <many>)"), (0.3, "first(<many>)"), (0.3, "<arr> | first, last"), (0.3, "<arr> | add"),
        (0.2, "<any> | ascii_downcase?"), (0.2, "[<any>, nan] | sort | length"), (0.2, "infinite | tostring"), (0.2, "<any> | splits(\"a\")?"), (0.2, "[<any>] | implode?"), (0.2, "[.[]?] | min_by(length?)"),
    ],
    "many": [
        (1, "range(<small>)"), (1, "<str> | scan(<pattern>)"), (1, "<any> | ..?"), (1, "<obj> | to_entries[]"), (1, "limit(<small>; <many>)"), (0.5, "paths"), (0.5, "<obj> | keys[]"), (0.5, "<str> | splits(<separator>)"),
        (0.3, "label $f | <many>, break $f"),
    ],
    "target": [
        (3, ".a"), (3, ".price"), (2, ".s"), (2, ".o.a"), (2, ".tags[0]"), (1, ".tags[]"), (1, ".items[].n"), (1, ".items[] | select(<bool@item>) | .name"), (1, ".a, .b"), (1, ".tags[<bound>:<bound>]"),
        (1, ".new.deep"), (0.5, ".[<key>]"), (0.5, "getpath([<key>, \"x\"])"), (0.5, ".o[]?"), (0.5, ".a // .b"), (0.5, "if .ok then .a else .b end"), (0.5, "first(.tags[]?)"), (0.3, ".. | select(type == \"number\")"),
        (0.3, ".a?"), (0.3, "recurse | strings"), (0.3, ".tags | last"),
    ],
    "top": [
        (4, "(<target>) = <any>"), (4, "(<target>) |= (<update>)"), (3, "(<target>) += <num>"), (1, "(<target>) -= <num>"), (1, "(<target>) *= <nonzero>"), (1, "(<target>) /= <nonzero>"), (1, "(<target>) %= <nonzero>"),
        (2, "(<target>) //= <any>"), (3, "del(<target>)"), (1, "path(<target>)"), (12, "<any>"), (3, "<obj>"), (4, "<arr>"), (3, "<str>"), (1, "<bool>"), (2, "<many>"),
        (1, "select(<bool>) | <any>"), (1, "{<name>, x: (<any>)}"),
    ],
}
