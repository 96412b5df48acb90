#!/usr/bin/python3
"""bench.py BIN TOOLS DIRECTORY [--events N] [--rounds N]: the rows of the performance goals that the tools of today have.

Ours beside what anybody has: wc, cat, dd, grep, jq, gojq, mlr, DuckDB, kcat. In one run, both sides in turns, medians; a ratio of two
numbers of one run is what counts. BIN holds our tools, TOOLS the bench programs (clk, latency, peak); DIRECTORY takes about
4 GB while it runs. "floor" is what a change must not fall below, "goal" what is wanted; what is missed says so.
"""
import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import expressions  # noqa: E402
import joins  # noqa: E402
import pipelines  # noqa: E402
import report  # noqa: E402
import state_memory  # noqa: E402
import windows  # noqa: E402
from duckdb import DuckDb  # noqa: E402
from measure import Run, in_turns, peak_mib, timed_in_turns  # noqa: E402
from report import plain, row  # noqa: E402

PARTS = ["filters", "maps", "everyday", "trees", "writing", "reading", "latency", "memory", "flat", "windows", "joins",
         "state_memory", "pipelines", "start_up"]


class Bench:
    def __init__(self, options, directory):
        self.options = options
        self.dir = directory
        self.events = options.events
        self.clk = directory + "/clk"
        self.head = directory + "/clk.head"
        self.head_events = min(100000, self.events)
        self.bus = directory + "/bus"
        subprocess.run("'%s/clk' %d > '%s'" % (options.tools, self.events, self.clk), shell=True, check=True)
        subprocess.run("head -n %d '%s' > '%s'" % (self.head_events, self.clk, self.head), shell=True, check=True)
        self.size = os.path.getsize(self.clk)
        self.head_size = os.path.getsize(self.head)

    def tool(self, name):
        return self.options.bin + "/" + name

    def fresh(self, *names):
        """For `before` of in_turns: these commands start without the files that an earlier round left."""
        def remove(name):
            if name in names:
                shutil.rmtree(self.bus, ignore_errors=True)
                for path in (self.dir + "/dd",):
                    if os.path.exists(path):
                        os.unlink(path)
        return remove

    def filters(self):
        # grep that writes to /dev/null stops at the first match, so its count goes to a file.
        filter_ = self.tool("filter")
        fast = {"filter '.price > 100'": "%s '.price > 100' < %s > /dev/null" % (filter_, self.clk),
                "filter --trust '.price > 100'": "%s --trust '.price > 100' < %s > /dev/null" % (filter_, self.clk),
                "filter --trust '.type == \"order\"'":
                    "%s --trust '.type == \"order\"' < %s > /dev/null" % (filter_, self.clk),
                "grep -c -F '\"type\":\"order\"'": "LC_ALL=C grep -c -F '\"type\":\"order\"' < %s > %s/count" % (self.clk, self.dir),
                "wc -l": "wc -l < %s > /dev/null" % self.clk,
                "cat": "cat < %s > /dev/null" % self.clk,
                "cat f | filter | cat": "cat %s | %s '.price > 100' | cat > /dev/null" % (self.clk, filter_),
                "cat f | cat": "cat %s | cat > /dev/null" % self.clk}
        duckdb = DuckDb()
        if duckdb.missing:
            report.skipped("DuckDB", duckdb.missing)
        else:
            fast["DuckDB, the same lines"] = lambda: duckdb.run(
                "COPY (SELECT json FROM read_ndjson_objects('%s') WHERE CAST(json->'price' AS DOUBLE) > 100) TO '/dev/null' "
                "(FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\x01')" % self.clk)
        slow = {"jq -c 'select(.price > 100)'": "jq -c 'select(.price > 100)' < %s > /dev/null" % self.head}
        if shutil.which("gojq"):
            slow["gojq -c 'select(.price > 100)'"] = "gojq -c 'select(.price > 100)' < %s > /dev/null" % self.head
        if shutil.which("mlr"):
            slow["mlr filter '$price > 100'"] = "mlr --ijsonl --ojsonl filter '$price > 100' < %s > /dev/null" % self.head
        medians = timed_in_turns({**fast, **slow}, self.options.rounds)
        seconds = {name: m.wall for name, m in medians.items()}
        for name in fast:
            plain(name, seconds[name], self.events, self.size)
        for name in slow:
            plain(name, seconds[name], self.head_events, self.head_size)
        rate = {name: (self.events if name in fast else self.head_events) / s for name, s in seconds.items()}
        jq, wc = rate["jq -c 'select(.price > 100)'"], rate["wc -l"]
        ours, trusting = rate["filter '.price > 100'"], rate["filter --trust '.price > 100'"]
        row("1", "filter '.price > 100' against jq", ours / jq, "x", 30, 45)
        row("1", "the same with --trust", trusting / jq, "x", 40, 54)
        row("2", "filter '.price > 100' against wc -l", ours / wc, "x", 0.10, 0.16)
        row("2", "the same with --trust", trusting / wc, "x", 0.14, 0.19)
        row("3", "filter --trust '.type == \"order\"' against grep -c -F",
            rate["filter --trust '.type == \"order\"'"] / rate["grep -c -F '\"type\":\"order\"'"], "x", 0.6, 1.0)
        if not duckdb.missing:
            theirs, mine = medians["DuckDB, the same lines"], medians["filter '.price > 100'"]
            row("4", "filter '.price > 100' against DuckDB on 2 threads: rate", theirs.wall / mine.wall, "x", 1.5, 2.5)
            row("4", "the same: CPU", mine.cpu / theirs.cpu, "x", 0.4, 0.2, smaller_is_better=True)
        row("5", "cat f | filter | cat against cat f | cat", rate["cat f | filter | cat"] / rate["cat f | cat"], "x", 0.3, 0.5)

    def maps(self):
        expressions.maps(self)

    def everyday(self):
        expressions.everyday(self)

    def trees(self):
        expressions.trees(self)

    def windows(self):
        windows.windows(self)

    def joins(self):
        joins.joins(self)

    def state_memory(self):
        state_memory.state_memory(self)

    def pipelines(self):
        pipelines.pipelines(self)

    def flat(self):
        expressions.flat_memory(self)

    def writing(self):
        produce = "%s -q -b %s --durability %%s t %s" % (self.tool("produce"), self.bus, self.clk)
        commands = {"produce --durability os": produce % "os",
                    "dd bs=256K": "dd bs=256K if=%s of=%s/dd status=none" % (self.clk, self.dir),
                    "produce (durable)": produce % "durable",
                    "dd bs=1M oflag=dsync": "dd bs=1M if=%s of=%s/dd oflag=dsync status=none" % (self.clk, self.dir)}
        if shutil.which("kcat"):
            commands["kcat -P into a mock broker"] = (
                "kcat -P -q -X test.mock.num.brokers=1 -b mock -t t -l %s 2> /dev/null" % self.clk)
        seconds = in_turns(commands, self.options.rounds, self.fresh(*commands))
        for name, taken in seconds.items():
            plain(name, taken, self.events, self.size)
        row("10", "produce --durability os against dd bs=256K", seconds["dd bs=256K"] / seconds["produce --durability os"],
            "x", 0.35, 0.65)
        if "kcat -P into a mock broker" in seconds:
            row("10", "produce --durability os against kcat -P -l",
                seconds["kcat -P into a mock broker"] / seconds["produce --durability os"], "x", 1.5, 3,
                note="kcat's mock broker shares its process")
        row("11", "produce (durable) against dd bs=1M oflag=dsync",
            seconds["dd bs=1M oflag=dsync"] / seconds["produce (durable)"], "x", 0.7, 1.2)

    def reading(self):
        shutil.rmtree(self.bus, ignore_errors=True)
        Run("%s -q -b %s t %s" % (self.tool("produce"), self.bus, self.clk))
        logs = self.bus + "/t-0/*.log"
        consume = "%s -q -b %s -e t" % (self.tool("consume"), self.bus)
        commands = {"consume -e > /dev/null": consume + " > /dev/null",
                    "cat log > /dev/null": "cat %s > /dev/null" % logs,
                    "consume -e | cat > /dev/null": consume + " | cat > /dev/null",
                    "cat log | cat > /dev/null": "cat %s | cat > /dev/null" % logs}
        seconds = in_turns(commands, self.options.rounds)
        for name, taken in seconds.items():
            plain(name, taken, self.events, self.size)
        row("12", "consume -e against cat, to /dev/null",
            seconds["cat log > /dev/null"] / seconds["consume -e > /dev/null"], "x", 0.25, 0.5)
        row("12", "consume -e against cat, into a pipe",
            seconds["cat log | cat > /dev/null"] / seconds["consume -e | cat > /dev/null"], "x", 0.6, 0.92)

    def latency(self):
        ours = " | ".join(["%s .t" % self.tool("filter")] * 3)
        maps = " | ".join(["%s '{t, price}'" % self.tool("map")] * 3)
        grep = " | ".join(["grep --line-buffered t"] * 3)
        for rate in (1000, 100000):
            p99 = {}
            for name, command in (("filter", ours), ("map", maps), ("grep --line-buffered", grep)):
                values = []
                for _ in range(3):
                    out = subprocess.run([self.options.tools + "/latency", str(rate), "3", command], text=True, check=True,
                                         stdout=subprocess.PIPE).stdout
                    values.append(float(re.search(r"p99 ([0-9.]+)", out).group(1)))
                p99[name] = statistics.median(values)
                print("    three %s at %d events/s: p99 %.0f us" % (name, rate, p99[name]), flush=True)
            for tool in ("filter", "map"):
                row("16", "p99 of three %ss at %d events/s against grep" % (tool, rate),
                    p99[tool] / p99["grep --line-buffered"], "x", 2, 1, smaller_is_better=True)

    def memory(self):
        shutil.rmtree(self.bus, ignore_errors=True)
        for name, command in (
                ("produce", "%s -q -b %s t %s" % (self.tool("produce"), self.bus, self.clk)),
                ("consume", "%s -q -b %s -e t > /dev/null" % (self.tool("consume"), self.bus)),
                ("filter", "%s '.price > 100' < %s > /dev/null" % (self.tool("filter"), self.clk)),
                ("map", "%s '{id, price}' < %s > /dev/null" % (self.tool("map"), self.clk))):
            row("17", "peak memory of %s, %.0f MB of input" % (name, self.size / 1e6), peak_mib(self.options.tools + "/peak", command), "MiB", 16, 6,
                smaller_is_better=True)

    def start_up(self):
        def taken(path):
            return statistics.median(spawn(path) for _ in range(200))

        def spawn(path):
            import time
            start = time.monotonic()
            pid = os.posix_spawn(path, [path, "--version"], os.environ,
                                 file_actions=[(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)])
            os.waitpid(pid, 0)
            return time.monotonic() - start

        base = taken("/bin/true")
        print("    /bin/true %.3f ms" % (base * 1e3))
        for name in ("filter", "map", "produce", "consume", "weir"):
            ours = taken(self.tool(name))
            row("18", "start-up of %s --version against /bin/true" % name, ours / base, "x", 4, 2, smaller_is_better=True,
                note="%.3f ms" % (ours * 1e3))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("bin")
    parser.add_argument("tools")
    parser.add_argument("directory")
    parser.add_argument("--events", type=int, default=2_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", action="append", choices=PARTS)
    options = parser.parse_args()
    options.bin, options.tools = os.path.abspath(options.bin), os.path.abspath(options.tools)
    with open("/proc/cpuinfo", encoding="utf-8") as info:
        model = re.search(r"model name\s*: (.*)", info.read())
    with tempfile.TemporaryDirectory(dir=options.directory) as directory:
        bench = Bench(options, directory)
        print("%d events, %.0f MB, %d rounds; %d cores, %s; Linux %s" % (
            bench.events, bench.size / 1e6, options.rounds, os.cpu_count(), model.group(1) if model else "?",
            os.uname().release), flush=True)
        for part in options.only or PARTS:
            print("\n" + part.replace("_", "-"))
            getattr(bench, part)()
    print("\n%d floors missed, %d goals missed" % (report.missed_floors, report.missed_goals))
    sys.exit(1 if report.missed_floors else 0)


main()
