"""Rows 14 and 15: consume, filter, window and produce as four processes, beside four times cat of the same log. What is read
and what is written lies in one local log."""
import shutil

from measure import Run, timed_in_turns
from report import plain, row


def pipelines(bench):
    shutil.rmtree(bench.bus, ignore_errors=True)
    bus = "-q -b " + bench.bus
    Run("%s %s t %s" % (bench.tool("produce"), bus, bench.clk))
    pipeline = "consume | filter | window | produce"
    cats = "cat log | cat | cat | cat > /dev/null"

    def command(key):
        return ("%s %s -e t | %s -q '.price > 100' | %s -q --tumbling 1m --by .%s --ts .ts | %s %s --durability os rows" % (
            bench.tool("consume"), bus, bench.tool("filter"), bench.tool("window"), key, bench.tool("produce"), bus))

    commands = {pipeline: command("campaign"),
                pipeline + ", by user": command("user_id"),
                cats: "cat %s/t-0/*.log | cat | cat | cat > /dev/null" % bench.bus}
    medians = timed_in_turns(commands, bench.options.rounds)
    seconds = {name: median.wall for name, median in medians.items()}
    for name, median in medians.items():
        plain("%s (%.2f CPU s)" % (name, median.cpu), median.wall, bench.events, bench.size)
    row("14", pipeline + " against cat | cat | cat | cat", seconds[cats] / seconds[pipeline], "x", 0.32, 0.55)
    row("15", "the same, %.0f B events" % (bench.size / bench.events), bench.events / seconds[pipeline] / 1e6, "M/s", 1.0, 1.75)
