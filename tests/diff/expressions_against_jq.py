#!/usr/bin/env python3
"""Holds the expression engine against jq 1.6: the same expressions on the same lines must give the same results, errors
included.

    expressions_against_jq.py RESULTS_PROGRAM DATA_DIR [--pairs N] [--seed N]

Generates lines and expressions from a seed (printed), adds the everyday and edge expressions below and slices of real
data, and counts what was compared, construct by construct. A pair is one expression on one line. Numbers are compared as
doubles, since jq 1.6 knows nothing else; integers beyond 2^53, which we keep and it does not, are left to the unit tests,
as is everything else in which we differ on purpose (weir-expressions(7)).
Exit: 0 when all agree (or there is no jq 1.6 to compare with, which is said loudly), 1 when not.
"""

import argparse
import collections
import concurrent.futures
import json
import os
import random
import shutil
import subprocess
import sys
import time

LINES_PER_EXPRESSION = 100
EXPRESSIONS_PER_PROCESS = 8  # jq takes 40 ms to start

NAMES = ["a", "b", "c", "s", "t", "tags", "o", "price", "a b", "é", "", "nul"]
PLAIN_NAMES = ["a", "b", "c", "s", "t", "tags", "o", "price"]
STRINGS = ["", "a", "b", "ab", "abc", "foo", "foobar", "Foo", "é", "éa", "日本", "😀", "a b", "x\ny", 'q"q', "back\\slash",
           "tab\t", "\x7f", "0", "10", "null", "aé😀", "foo.bar", "ORDER-12", "2001/01/05"]
NUMBERS = ["0", "-0", "1", "-1", "2", "3", "10", "100", "99.5", "100.5", "1e2", "1E+2", "0.1", "0.10", "1.0", "-1.5", "1e-7",
           "1.5e300", "9007199254740991", "-9007199254740991", "123456789012", "3.14159265358979", "1e400", "-1e400",
           "0.30000000000000004", "5e-324", "1e-400", "42", "7"]
PATTERNS = ["a", "^a", "b$", "^foo", "o+b", "[0-9]+", "^$", ".", "^.$", "(a|b)c?", "F", "é", "x.y", "^[a-z]+$", "(?<n>o)o",
            "ORDER-[0-9]{2}", "a{2}", "\\\\.", "q", "[^a]b"]
FLAGS = ["i", "g", "gi", "", "p", "n", "l", "s", "ni"]
COMPARISONS = ["==", "!=", "<", "<=", ">", ">="]

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


class Generator:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.used = set()

    def pick(self, items):
        return self.random.choice(items)

    # -- lines

    def string_text(self):
        text = json.dumps(self.pick(STRINGS), ensure_ascii=self.random.random() < 0.2)
        if self.random.random() < 0.05:
            text = text.replace("a", "\\u0061").replace("o", "\\u006F")
        return text

    def name_text(self):
        name = self.pick(NAMES if self.random.random() < 0.3 else PLAIN_NAMES)
        if name.startswith(("a", "s")) and self.random.random() < 0.05:
            return '"\\u%04x' % ord(name[0]) + name[1:] + '"'
        return json.dumps(name, ensure_ascii=self.random.random() < 0.1)

    def value(self, depth=0):
        kind = self.random.random()
        if depth > 3 or kind < 0.3:
            return self.pick(NUMBERS)
        if kind < 0.55:
            return self.string_text()
        if kind < 0.7:
            return self.pick(["null", "true", "false"])
        space = self.pick(["", "", "", " ", "  ", "\t"])
        if kind < 0.85:
            return "[" + ("," + space).join(self.value(depth + 1) for _ in range(self.random.randrange(4))) + space + "]"
        return self.object(depth, space)

    def object(self, depth=0, space=""):
        members = (self.name_text() + space + ":" + space + self.value(depth + 1) for _ in range(self.random.randrange(6)))
        return "{" + space + ("," + space).join(members) + "}"

    def member_value(self, name):
        """Mostly of the kind that the name promises, so that not nearly every expression is an error."""
        if self.random.random() < 0.2:
            return self.value(1)
        if name in ("s", "t"):
            return self.string_text()
        if name == "tags":
            return "[" + ",".join(self.string_text() for _ in range(self.random.randrange(4))) + "]"
        if name in ("o", "c"):
            return self.object(1)
        return self.pick(NUMBERS) if name == "price" else self.value(1)

    def line(self):
        if self.random.random() < 0.04:
            return self.value()
        space = self.pick(["", "", " "])
        members = [json.dumps(name) + ":" + space + self.member_value(name) for name in PLAIN_NAMES
                   if self.random.random() < 0.85]
        if self.random.random() < 0.3:
            members.append(self.name_text() + ":" + self.value(1))
        self.random.shuffle(members)
        return "{" + ("," + space).join(members) + "}"

    # -- expressions

    def use(self, construct):
        self.used.add(construct)

    def literal(self):
        self.use("literal")
        kind = self.random.random()
        if kind < 0.45:
            return self.pick(NUMBERS + [".5", "01", "1.", "00.5"])
        if kind < 0.8:
            return json.dumps(self.pick(STRINGS), ensure_ascii=self.random.random() < 0.3)
        if kind < 0.9:
            return self.pick(["null", "true", "false"])
        return self.pick(['["a"]', '[1,2]', '{"a":1}', "[]", "{}", '["foo", [1]]', '{a:{b:1}, "c":[null]}'])

    def path(self, kind_wanted=None):
        kind = self.random.random()
        if kind_wanted and kind < 0.8:
            self.use("member")
            return {"string": self.pick([".s", ".t", ".tags[0]", '."s"', ".s", ".tags[-1]", ".tags[]?"]),
                    "number": self.pick([".price", ".a", '.["price"]', ".b"]),
                    "container": self.pick([".tags", ".o", ".c", ".", ".o.a", ".tags?"])}[kind_wanted]
        if kind < 0.08:
            self.use("identity")
            return "."
        steps = ""
        for _ in range(self.pick([1, 1, 1, 2, 2, 3])):
            optional = ""
            if self.random.random() < 0.15:
                self.use("optional step")
                optional = "?"
            kind = self.random.random()
            if kind < 0.6:
                self.use("member")
                steps += "." + self.pick(PLAIN_NAMES)
            elif kind < 0.7:
                self.use("quoted member")
                name = json.dumps(self.pick(NAMES))
                steps += "." + name if self.random.random() < 0.5 else ("" if steps else ".") + "[" + name + "]"
            elif kind < 0.9:
                self.use("element")
                steps += ("" if steps else ".") + "[" + self.pick(["0", "1", "-1", "2", "-3", "1.0", "1.5", "1e3"]) + "]"
            else:
                self.use("iterate")
                steps += ("" if steps else ".") + "[]"
            steps += optional
        return steps

    def expression(self, depth=0):
        kind = self.random.random()
        if depth >= 3 or kind < 0.2:
            return self.path() if self.random.random() < 0.7 else self.literal()
        inner = lambda: self.expression(depth + 1)
        grouped = lambda: "(" + inner() + ")" if self.random.random() < 0.8 else inner()
        choices = {
            "comparison": lambda: self.pick([self.path("number"), grouped()]) + " " + self.pick(COMPARISONS) + " " + grouped(),
            "and": lambda: grouped() + " and " + grouped(),
            "or": lambda: grouped() + " or " + grouped(),
            "not": lambda: grouped() + " | not",
            "//": lambda: grouped() + " // " + grouped(),
            "pipe": lambda: grouped() + " | " + grouped(),
            "comma": lambda: grouped() + ", " + grouped(),
            "length": lambda: self.pick([self.path("container"), self.path("string"), grouped()]) + " | length",
            "has": lambda: self.path("container") + " | has(" + self.pick(['"a"', '"b"', "0", "1", "-1", '"é"', inner()]) + ")",
            "startswith": lambda: self.path("string") + " | startswith(" + self.pick(['"a"', '"foo"', '""', inner()]) + ")",
            "endswith": lambda: self.path("string") + " | endswith(" + self.pick(['"a"', '"bar"', '""', inner()]) + ")",
            "contains": lambda: self.pick([
                self.path("string") + " | contains(" + self.pick(['"a"', '"o"', ".t", inner()]) + ")",
                ".tags | contains(" + self.pick(['["a"]', '["foo", "b"]', "[]", ".tags", inner()]) + ")",
                ".o | contains(" + self.pick(["{a:1}", "{}", "{b: [1]}", inner()]) + ")",
                grouped() + " | contains(" + inner() + ")"]),
            "test": lambda: self.path("string") + ' | test("' + self.pick(PATTERNS) + '")',
            "test with flags": lambda: self.path("string") + ' | test("' + self.pick(PATTERNS) + '"; "' + self.pick(FLAGS) + '")',
            "negate": lambda: "-" + self.pick([self.path("number"), "(" + inner() + ")"]),
            "try": lambda: self.pick(["(%s)?", "try (%s)"]) % inner(),
            "array": lambda: "[" + inner() + "]",
            "object": lambda: "{a: (" + inner() + "), " + self.pick(['"b"', "b", '("c")']) + ": (" + inner() + ")}",
        }
        construct = self.pick(list(choices))
        self.use(construct)
        return choices[construct]()


def run(command, stdin):
    return subprocess.run(command, input=stdin, capture_output=True, check=False)


def normal(value):
    """Numbers as doubles; everything else as it is."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, (int, float)):
        return min(max(float(value), -sys.float_info.max), sys.float_info.max)
    if isinstance(value, list):
        return [normal(element) for element in value]
    return {name: normal(member) for name, member in value.items()}


def same(ours, theirs):
    if ours == theirs:
        return True
    if isinstance(ours, dict) and isinstance(theirs, dict) and ours.keys() == theirs.keys() == {"error"}:
        # jq shows the beginning of a number in its own form, and cuts a character in two.
        cut = lambda text: text.split("(")[0] if isinstance(text, str) else text
        return cut(ours["error"]) == cut(theirs["error"])
    return False


class Comparison:
    def __init__(self, program):
        self.program = program
        self.pairs = 0
        self.errors = 0
        self.refused = 0
        self.not_ours = collections.Counter()
        self.constructs = collections.Counter()
        self.constructs_of = {}
        self.differences = []

    def compiles(self, expression):
        """None when it does; else our message."""
        done = run([self.program, expression], b"")
        return None if done.returncode == 0 else done.stderr.decode(errors="replace")

    def jq_refuses(self, expression):
        return run(["jq", "-c", expression], b"").returncode == 3

    def batch(self, expressions, lines, constructs):
        """Returns (pairs, errors, differences, refused by both)."""
        text = "\n".join(lines).encode() + b"\n"
        kept, differences, refused = [], [], 0
        for expression in expressions:
            message = self.compiles(expression)
            if message is None:
                kept.append(expression)
            elif self.jq_refuses(expression):
                refused += 1
            else:
                differences.append((expression, "", "refused: " + message.strip().replace("\n", " / "), "accepted"))
        if not kept:
            return 0, 0, differences, refused
        # Each expression on a line of its own, so that a comment ends.
        wrapped = "[" + ",".join("(try [(" + e + "\n)] catch {error: .})" for e in kept) + "]"
        theirs = run(["jq", "-c", wrapped], text)
        if theirs.returncode != 0:
            return 0, 0, differences + [(" ;; ".join(kept), "", "accepted", theirs.stderr.decode(errors="replace")[:500])], refused
        answers = [json.loads(line) for line in theirs.stdout.splitlines()]
        errors = 0
        for place, expression in enumerate(kept):
            done = run([self.program, expression], text)
            results = done.stdout.decode().splitlines()
            if done.returncode != 0 or len(results) != len(lines):
                differences.append((expression, "", "died: %d %s" % (done.returncode, done.stderr[-300:]), ""))
                continue
            for line, result, answer in zip(lines, results, answers):
                ours, expected = normal(json.loads(result)), normal(answer[place])
                errors += isinstance(expected, dict)
                if not same(ours, expected):
                    differences.append((expression, line, result, json.dumps(answer[place], ensure_ascii=False)))
        return len(kept) * len(lines), errors, differences, refused

    def add(self, outcome, constructs):
        pairs, errors, differences, refused = outcome
        self.pairs += pairs
        self.errors += errors
        self.refused += refused
        self.differences += differences
        for construct in constructs:
            self.constructs[construct] += LINES_PER_EXPRESSION


def tally(status, seconds, name, reason=""):
    """As tests/support/tally.h writes it."""
    path = os.environ.get("WEIR_TALLY")
    if path:
        place = os.environ.get("WEIR_TALLY_PREFIX", "") + os.environ.get("WEIR_TEST", "")
        with open(path, "a", encoding="utf-8") as file:
            file.write("%s\t%.3f\t%s: %s\t%s\n" % (status, seconds, place, name, reason))


def counted(what, trials, violations, more=""):
    line = "counted: %s: %d trials, %d violations%s" % (what, trials, violations, more and " (" + more + ")")
    print(line)
    path = os.environ.get("WEIR_TALLY")
    if path:
        with open(path + ".notes", "a", encoding="utf-8") as file:
            file.write(line + "\n")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("program")
    arguments.add_argument("data")
    arguments.add_argument("--pairs", type=int, default=100_000)
    arguments.add_argument("--seed", type=int, default=20010105)
    options = arguments.parse_args()
    if shutil.which("jq") is None or run(["jq", "--version"], b"").stdout.strip() != b"jq-1.6":
        print("SKIPPED: there is no jq 1.6 to compare with", file=sys.stderr)
        tally("skipped", 0, "expressions against jq", "there is no jq 1.6 to compare with")
        return 0
    print("seed", options.seed)
    started = time.monotonic()
    comparison = Comparison(options.program)
    jobs = []  # expressions, lines, constructs
    generator = Generator(options.seed)
    lines = [generator.line() for _ in range(LINES_PER_EXPRESSION)]
    for start in range(0, len(EVERYDAY), EXPRESSIONS_PER_PROCESS):
        jobs.append((EVERYDAY[start:start + EXPRESSIONS_PER_PROCESS], lines, ["everyday and edge list"] * EXPRESSIONS_PER_PROCESS))
    for expression in MUST_BE_REFUSED_BY_BOTH:
        jobs.append(([expression], ["1"], []))
    for name, expressions in REAL.items():
        with open(os.path.join(options.data, name + ".ndjson"), encoding="utf-8") as file:
            slice_ = file.read().splitlines()
        jobs.append((expressions, slice_, ["real: " + name] * (len(expressions) * len(slice_) // LINES_PER_EXPRESSION)))
    planned = sum(len(expressions) * len(lines_) for expressions, lines_, _ in jobs)
    while planned < options.pairs + 2_000:
        lines = [generator.line() for _ in range(LINES_PER_EXPRESSION)]
        expressions, constructs = [], []
        for _ in range(EXPRESSIONS_PER_PROCESS):
            generator.used = set()
            expressions.append(generator.expression())
            constructs += sorted(generator.used)
            comparison.constructs_of[expressions[-1]] = generator.used
        jobs.append((expressions, lines, constructs))
        planned += len(expressions) * len(lines)
    with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        outcomes = pool.map(lambda job: comparison.batch(*job), jobs)
        for outcome, job in zip(outcomes, jobs):
            comparison.add(outcome, job[2])

    wrong = collections.Counter(construct for expression, _, _, _ in comparison.differences
                                for construct in comparison.constructs_of.get(expression, ()))
    for construct, count in comparison.constructs.most_common():
        counted("pairs against jq with " + construct, count, wrong[construct])
    counted("pairs against jq, all", comparison.pairs, len(comparison.differences),
            "seed %d; %d pairs are errors in both; %d expressions are refused by both" %
            (options.seed, comparison.errors, comparison.refused))
    shown = collections.Counter()
    for expression, line, ours, theirs in comparison.differences:
        shown[expression] += 1
        if shown[expression] > 2 or len(shown) > 20:
            continue
        print("DIFFERENT %s\n  on   %s\n  ours %s\n  jq   %s" % (expression, line, ours, theirs))
    too_few = comparison.pairs < options.pairs
    if too_few:
        print("TOO FEW: %d pairs were wanted" % options.pairs)
    bad = too_few or bool(comparison.differences)
    tally("failed" if bad else "passed", time.monotonic() - started,
          "expressions give what jq gives, %d pairs" % comparison.pairs, "%d differences" % len(comparison.differences) if bad else "")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
