"""Rows 7 and 8: events counted per minute and key, for a hundred keys and for more than a million, beside jq, Miller and
DuckDB. Times of the events are milliseconds; the windows are those of the whole input."""
import shutil

import report
from duckdb import DuckDb
from measure import timed_in_turns
from report import plain, row

JQ = ("jq -n -c 'reduce inputs as $e ({}; .[\"\\(($e.ts / 60000 | floor) * 60000)|\\($e.campaign)\"] += 1)' %s > /dev/null")
MLR = "mlr --ijsonl --ojsonl put '$w = $ts // 60000' then count -g w,campaign %s > /dev/null"
SQL = ("COPY (SELECT ts // 60000 AS w, %s, count(*) AS n FROM read_ndjson('%s', columns = {ts: 'BIGINT', %s: 'VARCHAR'}) "
       "GROUP BY ALL) TO '/dev/null' (FORMAT json)")


def windows(bench):
    window = bench.tool("window")
    name = "window --tumbling 1m --by .%s"
    fast = {name % key: "%s --tumbling 1m --by .%s --ts .ts %s > /dev/null" % (window, key, bench.clk)
            for key in ("campaign", "user_id")}
    duckdb = DuckDb()
    if duckdb.missing:
        report.skipped("DuckDB", duckdb.missing)
    else:
        for key in ("campaign", "user_id"):
            fast["DuckDB, GROUP BY minute and " + key] = (
                lambda key=key: duckdb.run(SQL % (key, bench.clk, key)))
    slow = {"jq reduce, by minute and campaign": JQ % bench.head}
    if shutil.which("mlr"):
        slow["mlr count -g w,campaign"] = MLR % bench.head
    else:
        report.skipped("mlr count", "mlr is not installed")
    medians = timed_in_turns({**fast, **slow}, bench.options.rounds)
    for each in fast:
        plain(each, medians[each].wall, bench.events, bench.size)
    for each in slow:
        plain(each, medians[each].wall, bench.head_events, bench.head_size)
    campaign, user = medians[name % "campaign"], medians[name % "user_id"]
    jq = medians["jq reduce, by minute and campaign"]
    row("7", "window --tumbling 1m --by .campaign against jq reduce: rate",
        (bench.events / campaign.wall) / (bench.head_events / jq.wall), "x", 35, 70)
    row("7", "the same: CPU of an event", (jq.cpu / bench.head_events) / (campaign.cpu / bench.events), "x", 35, 70)
    if duckdb.missing:
        return
    for number, ours, key, floor, goal in (("7", campaign, "campaign", 0.9, 1.7), ("8", user, "user_id", 0.8, 1.5)):
        theirs = medians["DuckDB, GROUP BY minute and " + key]
        row(number, "window --tumbling 1m --by .%s against DuckDB on 2 threads: rate" % key,
            theirs.wall / ours.wall, "x", floor, goal)
