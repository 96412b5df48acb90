"""Row 9: a stream joined with a table of a million rows, beside DuckDB and Miller."""
import os
import shutil

import report
from duckdb import DuckDb
from measure import timed_in_turns
from report import plain, row

ROWS = 1_000_000  # every second one of clk's users, so that half the events have a partner


def write_users(path):
    with open(path, "w", encoding="ascii") as users:
        for number in range(0, 2 * ROWS, 2):
            users.write('{"user_id":"u%07d","name":"name%07d","tier":%d,"city":"Berlin"}\n' % (number, number, number % 7))


def joins(bench):
    users = bench.dir + "/users"
    write_users(users)
    size = bench.size + os.path.getsize(users)
    ours = "join --table --into user"
    fast = {ours: "%s --on user_id --table --into user %s %s > /dev/null" % (bench.tool("join"), bench.clk, users)}
    theirs = "DuckDB, the same join"
    duckdb = DuckDb()
    if duckdb.missing:
        report.skipped("DuckDB", duckdb.missing)
    else:
        fast[theirs] = lambda: duckdb.run(
            "COPY (SELECT c.*, u AS \"user\" FROM read_ndjson('%s') c JOIN read_ndjson('%s') u ON c.user_id = u.user_id) "
            "TO '/dev/null' (FORMAT json)" % (bench.clk, users))
    slow = {}
    if shutil.which("mlr"):
        slow["mlr join"] = "mlr --ijsonl --ojsonl join -j user_id -f %s %s > /dev/null" % (users, bench.head)
    else:
        report.skipped("mlr join", "mlr is not installed")
    medians = timed_in_turns({**fast, **slow}, bench.options.rounds)
    for name in fast:
        plain(name, medians[name].wall, bench.events, size)
    for name in slow:
        plain(name, medians[name].wall, bench.head_events, bench.head_size + os.path.getsize(users))
    if theirs in medians:
        row("9", "join --table with %d rows against DuckDB on 2 threads: rate" % ROWS,
            medians[theirs].wall / medians[ours].wall, "x", 1.3, 2.7)
