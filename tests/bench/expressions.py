"""The rows of bench.py about expressions: map, everyday expressions, those that need the tree engine, and memory.

Each expression is run beside jq in turns, on the same events; what both write is compared on the first of them.
"""
import json
import shlex
import shutil
import subprocess

import report
from measure import in_turns, peak_mib
from report import plain, row

# Name, tool, expression, flags of both. jq has `select(EXPR)` where filter has EXPR.
EVERYDAY = [
    ("a member", "map", ".price", ""),
    ("a member of a member", "map", ".page.path", ""),
    ("some members", "map", "{id, price}", ""),
    ("members under other names", "map", "{user: .user_id, country: .geo.country}", ""),
    ("an array of members", "map", "[.id, .type, .price]", ""),
    ("arithmetic", "map", ".price * .qty", ""),
    ("arithmetic in an object", "map", "{id, total: (.price * .qty)}", ""),
    ("rounding down", "map", "{id, whole: (.price | floor)}", ""),
    ("events that compare", "filter", ".price > 100 and .qty < 5", ""),
    ("events that are equal", "filter", '.type == "order"', ""),
    ("events of several kinds", "filter", '.geo.country == "DE" or .geo.country == "FR"', ""),
    ("a choice, then an object", "map", "select(.price > 100) | {id, price}", ""),
    ("if", "map", 'if .price > 100 then "dear" else "cheap" end', ""),
    ("a default", "map", '.coupon // "none"', ""),
    ("a text with values in it", "map", r'"\(.user_id) bought \(.qty)"', "-r"),
    ("tab-separated", "map", "[.id, .type, .price] | @tsv", "-r"),
    ("elements of an array", "map", ".tags[]", ""),
    ("one element", "map", ".tags[0]", ""),
    ("length", "map", ".tags | length", ""),
    ("begins with", "filter", '.page.path | startswith("/product")', ""),
    ("contains", "filter", '.agent | contains("Linux")', ""),
    ("a regular expression", "filter", '.agent | test("rv:1[0-9]+")', ""),
    ("a member that is there", "filter", 'has("price") and .price != null', ""),
    ("a part of a text", "map", '.page.path | split("/") | .[1]', ""),
    ("lower case", "map", "{city: (.geo.city | ascii_downcase)}", ""),
]

TREES = [
    ("del", "del(.agent, .session)"),
    ("update", ".price |= . * 2"),
    ("entries", 'with_entries(select(.key | startswith("p")))'),
    ("reduce", "reduce .tags[] as $t (0; . + ($t | length))"),
    ("paths", "[paths(scalars)] | length"),
    ("sort and unique", '.tags | sort | unique | join(",")'),
    ("walk", 'walk(if type == "string" then ascii_upcase else . end)'),
    ("functions", "def up(f): f | ascii_upcase; {type: up(.type), currency: up(.currency)}"),
    ("gsub", '.agent | gsub("[0-9]+"; "#")'),
    ("group_by", '[.tags[] | {t: ., n: length}] | group_by(.n) | map({n: .[0].n, t: map(.t)})'),
]

CHECKED_EVENTS = 500


class Comparison:
    """Ours and jq's on the same events; ours on more of them, since jq would take minutes."""

    def __init__(self, bench, tool, expression, flags):
        self.bench = bench
        self.ours = "%s %s %s" % (bench.tool(tool), flags, shlex.quote(expression))
        theirs = expression if tool == "map" else "select(%s)" % expression
        self.jq = "jq -c %s %s" % (flags, shlex.quote(theirs))
        self.raw = bool(flags)

    def fault(self):
        """Why there is nothing to measure; empty when both write the same."""
        outputs = []
        for command in (self.ours, self.jq):
            ran = subprocess.run("head -n %d '%s' | %s" % (CHECKED_EVENTS, self.bench.head, command), shell=True, text=True,
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
            if ran.returncode != 0:
                return (ran.stderr.strip().splitlines() or ["exit %d" % ran.returncode])[0]
            lines = ran.stdout.splitlines()
            # jq writes 17 digits of a number that needs fewer, so values are compared, not text.
            outputs.append(lines if self.raw else [json.loads(line) for line in lines])
        return "" if outputs[0] == outputs[1] else "writes something else than jq"

    def commands(self, many, few):
        return {"ours": "%s < '%s' > /dev/null" % (self.ours, many), "jq": "%s < '%s' > /dev/null" % (self.jq, few)}


def head_of(bench, events, name):
    path = "%s/%s" % (bench.dir, name)
    subprocess.run("head -n %d '%s' > '%s'" % (events, bench.clk, path), shell=True, check=True)
    return path


def compare(bench, number, rows, floor, goal, divisor):
    """`divisor`: jq gets so many times fewer events than we do."""
    ours_events = min(bench.events, 500_000)
    jq_events = max(1, ours_events // divisor)
    many, few = head_of(bench, ours_events, "many"), head_of(bench, jq_events, "few")
    ratios = []
    for name, tool, expression, flags in rows:
        comparison = Comparison(bench, tool, expression, flags)
        what = "%s: %s" % (name, expression)
        why = comparison.fault()
        if why:
            report.failed(number, what, why)
            continue
        seconds = in_turns(comparison.commands(many, few), min(3, bench.options.rounds))
        ratio = (ours_events / seconds["ours"]) / (jq_events / seconds["jq"])
        ratios.append(ratio)
        row(number, what, ratio, "x", floor, goal, note="%.0f kev/s" % (ours_events / seconds["ours"] / 1e3))
    if ratios:
        print("    %d of %d compared with jq: %.1fx to %.1fx" % (len(ratios), len(rows), min(ratios), max(ratios)), flush=True)


def everyday(bench):
    compare(bench, "E", EVERYDAY, 15, 30, 20)


def trees(bench):
    compare(bench, "6", [(name, "map", expression, "") for name, expression in TREES], 2, 5, 5)


def maps(bench):
    expression = "{id, total: (.price * .qty)}"
    why = Comparison(bench, "map", expression, "").fault()
    if why:
        report.failed("6", "map '%s' against jq" % expression, why)
        return
    quoted = shlex.quote(expression)
    slow = {"jq -c": "jq -c %s < '%s' > /dev/null" % (quoted, bench.head)}
    if shutil.which("gojq"):
        slow["gojq -c"] = "gojq -c %s < '%s' > /dev/null" % (quoted, bench.head)
    if shutil.which("mlr"):
        slow["mlr put then cut"] = ("mlr --ijsonl --ojsonl put '$total = $price * $qty' then cut -o -f id,total < '%s' "
                                    "> /dev/null" % bench.head)
    fast = {"map": "%s %s < '%s' > /dev/null" % (bench.tool("map"), quoted, bench.clk)}
    seconds = in_turns({**fast, **slow}, bench.options.rounds)
    plain("map '%s'" % expression, seconds["map"], bench.events, bench.size)
    for name in slow:
        plain(name + ", the same", seconds[name], bench.head_events, bench.head_size)
    row("6", "map '%s' against jq" % expression,
        (bench.events / seconds["map"]) / (bench.head_events / seconds["jq -c"]), "x", 20, 35)


def flat_memory(bench):
    """Peak memory on 1 GB of input against that on 1 % of it."""
    copies = max(1, -(-1_000_000_000 // bench.size)) if bench.events >= 1_000_000 else 2
    wrap = """sed 's/.*/{"ts":1,"key":null,"value":&}/'"""
    for name, command, form in (
            ("filter", "filter '.price > 100'", "cat"),
            ("filter -J", "filter -J '.price > 100'", wrap),
            ("map, line engine", "map '{id, price}'", "cat"),
            ("map, the whole event", "map .", "cat"),
            ("map -J", "map -J --key .user_id '{id, price}'", wrap),
            ("map, tree engine", "map 'reduce .tags[] as $t (0; . + ($t | length))'", "cat"),
            ("filter, tree engine", "filter 'any(.tags[]; length > 5)'", "cat")):
        def peak(files):
            return peak_mib(bench.options.tools + "/peak", "%s/%s > /dev/null" % (bench.options.bin, command),
                            "cat %s | %s" % (files, form))
        try:
            few, many = peak("'%s'" % bench.head), peak(" ".join(["'%s'" % bench.clk] * copies))
        except RuntimeError as error:
            report.failed("17", "peak memory of " + name, str(error))
            continue
        row("17", "peak memory of %s, %.0f MB of input" % (name, copies * bench.size / 1e6), many, "MiB", 16, 6,
            smaller_is_better=True)
        row("17", "the same beyond that on %.0f MB" % (bench.head_size / 1e6), max(0.0, many - few), "MiB", 1, 0.5,
            smaller_is_better=True)
