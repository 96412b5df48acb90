"""Expressions written by hand that are compared on generated and on real lines."""

EVERYDAY = [
    ".", ".a", ".a.b", '."a b"', '.["a b"]', ".[0]", ".[-1]", ".a?", ".a[0]", ".a[-1]", ".a[]", ".a[]?", ".[]", ".[]?",
    ".price > 100", ".price > 100 and .a != null", ".a == 1", '.s == "foo"', '.s != "foo"', ".a == null", ".price >= 99.5",
    ".price < 1e2", ".a // .b", '.a // "none" | length', ".a == 1 or .b == 2", "(.a == 1) | not", ".a | not", "not",
    ".s | length", ".tags | length > 2", "length", 'has("a")', '.o | has("a")', ".tags | has(0)", ".tags|has(0,1,2)",
    '.s | startswith("foo")', '.s | endswith("bar")', '.s | contains("oo")', '.tags | contains(["a"])',
    '.o | contains({a:1})', '.o | contains({"b": {"c": [1]}})', '.s | test("^f")', '.s|test("O";"i")', '.s?|test("a")?',
    ".a, .b", "[.a, .b]", "{a, b}", "{a: .b, \"c\": 1}", "[.tags[]?]", ".a < .b", ".a <= .b", "[.] < [{}]", "-.a", "-(.price)",
    ".a == -1", "-1 < .a", ".a == 1.0", ".price == 100.0", ".a == 1e0", ".b == [1,2]",
    '.o == {"a":1}', "try .a.b.c", ".a.b?.c?", "(.a.b)?", ".a?.b", "(.a|length)?", ".a | .b", ".a | .b | .c", ". | .a", "(.).a",
    "(.a, .b) == (1, 2)", "(.a, .b) and (.c, .s)", "(.a, .b) or (.c, .s)", "(.a, .b) // .c", 
    "true", "false", "null", "1", '"x"', "[]", "{}", '.["a"].b', '.["a"]["b"]', ".[1.5]", ".[2.0]", ".[true]?", ".[null]?",
    '.s | test("a", "b")', '.s | test("A"; "i", null)', ".s | test([\"A\", \"i\"])", ".s|test([\"a\"])", ".s|test(1)",
    ".s|test(null)", ".s|test(\"a\";1)", ".s|test(\"a\";\"q\")", '.s|test(.t)?', ".a|test(\"a\")", ".tags|contains(\"a\")",
    ".a|contains(1)", ".a|contains(.b)", ".o|contains({})", ".tags|contains([])", 'startswith("a")', 'endswith("a")', "has(0)",
    'has(1.5)', "has(-1)", ".tags|has(-1)", ".tags|has(0.5)", ".o|has(0)", "# a comment\n.a",
    ".a # behind", "((((.a))))", ".a|.|.|.", ".a == .a", ".b != .b", "[.a] == [.b]", "{a:.a} == {a:.b}", "{(.s?, \"k\"): 1}",
    "{(.a): 1}", "[.[]?|length?]", "-(.a, .b)", "[-.price, -1]", "length == 3", "[(.a, .b) > (.c, 1)]", '"\\u00e9" == ."é"',
    '.["\\u00e9"]', '.s == "\\ud83d\\ude00"', "1 == 1.0", "1e1000 == 1e999", "-0 == 0",
    "0.1 == 0.10", ".nul", "[1,2,[3]] | contains([[3]])", '"foobar" | contains("bar")', '{"a":{"b":1}} | .a.b', ".a==1 and .b==2 or .c==3",
    ".a or .b and .c", ".a , .b | length?", ".a // .b // .c", ".a // .b | not", ".a == (.b // 1)", ".a and .b == .c", "- 1", "[-1]",
]

# Longer than what anybody types: then other code is made of them (lib/expr/parser.cpp, kLong).
EVERYDAY += [
    ".a" + "+.a" * 70, ".s?" + "+.s?" * 70, "1" + "-.a" * 70 + "+.price", "2" + "*.a" * 66 + "/3%5", ".a*2" + "+.a*2-1" * 70,
    "[(.a, 1)" + "+1" * 70 + "-(10, 20)+(100, 200)]", "[(1, 2)" + "-.a" * 70 + "+(.tags[]?, 3)]", "1" + "+1" * 70 + "+error(\"x\")",
    "[" + "+".join(["(.a, empty)"] * 70) + "]", "(1" + "+1" * 70 + "+.s)?", "try (1" + "+1" * 70 + "+[]) catch .",
    ".a" + "//.b" * 70, "[.tags[]?" + " // .o[]?" * 70 + "]", "null" + "//null" * 70 + "//(.a, .b)", "[.[]?" + " // empty" * 70 + "]",
    "first(" + "empty//" * 70 + ".a)", "." + ".a?" * 70, ".o" + "[.k?]?" * 70, ".tags" + "[0]?" * 70, ".tags" + "[0:]?" * 70,
    ".tags" + "[0:]?" * 70 + "[.a]?", ".tags" + "[0:]?" * 70 + "[]?", "[paths]|length as $n|." + "[$n]?" * 70, "(.tags" + "[1:]?" * 70 + ")?",
    "path(.o" + ".a" * 70 + ")?", "(.n" + ".a" * 70 + " = 1)?", "[.." + "[]?" * 70 + "]", "{a: .b" + "|." * 300 + "}",
    ".a" + " and .b" * 70, ".a" + "|." * 300, "[.a" + ",.b" * 300 + "]", ".s" + ".a" * 70, "." + "[\"a\"]" * 70,
]

REAL_LINES = 200

REAL = {
    "flights": [".delay > 60", '.origin == "SFO"', '.delay > 0 and .distance >= 1000', '.origin | startswith("S")',
                '.date | test("^2001/01/0[1-3]")', '.destination | contains("A")', '[.origin, .destination] | contains(["LAX"])',
                ".delay < -5 or .distance == 337", '(.origin == "LAX") | not', ".date | length", "has(\"delay\")", ".distance",
                '.date | endswith("0")', "-.delay", "{origin, delay}", ".missing // .delay", "[.[]]"],
    "earthquakes": [".mag >= 4.5", '.place | test("alaska"; "i")', ".nst == null", ".coordinates[2] > 10", ".coordinates[-1]",
                    '.gap // 360', '.magType == "ml" and .sig > 100', ".coordinates | length", ".mag", ".coordinates[0] < -118.5",
                    '.status | startswith("auto")', ".nst < .gap", "[.mag, .nst, .gap]", ".time >= 1517965273890", ".coordinates[]"],
    "airports": ['.state == "CA"', '.name | test("(Municipal|Muni)$")', ".latitude > 40 and .longitude < -100", '.city | length > 12',
                 '.name | contains("County")', '.iata | test("^[A-Z]{3}$")', '.state | not', "[.latitude, .longitude]",
                 '.country != "USA"', ".latitude", '{iata, c: .city}'],
}

MUST_BE_REFUSED_BY_BOTH = [".a ==", "== 1", ".a == 1 == 2", ".a[", "{a", "[1", "(.a", '"abc', ".a b", "and", ".a |", "| .a", ".a,", "1 +",
                           "{a:}", "{1}", ".a..b", "foo(", "nosuchfunction", "length(1)", "has", "$x", '"\\q"', "if . then", "reduce . as",
                           "try", ".[", ".]", "{a b}", "{(1)}", "..b", "@", "$", "&", ".a && .b", "'x'", "!"]
