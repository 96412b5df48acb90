#!/usr/bin/python3
"""real_data.py BIN DATA: joins and windows over real events, each held against SQL (SQLite) on the same ones.

Flights with the airports they left from: delays by airport, state and hour. A week of earthquakes, newest first, as the feed
has them: by network and six hours, once with a bound that waits for all, once with a grace that does not.
"""
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time

import rows

BIN, DATA = map(os.path.abspath, sys.argv[1:])

DELAYS = """
join --table --left-on .origin --right-on .iata "$DATA/flights.ndjson" "$DATA/flown_airports.ndjson" |
  window --tumbling 1h --ts '.left.date:strptime:%Y/%m/%d %H:%M' --by airport=.right.iata --by state=.right.state \
    --agg 'flights=count()' --agg 'late=count() where .left.delay > 15' --agg 'delay=avg(.left.delay)' \
    --agg 'worst=max(.left.delay)' --time-format ms
"""
DELAYS_SQL = """
SELECT iata AS airport, state, hour * 3600000 AS window_start, (hour + 1) * 3600000 AS window_end, count(*) AS flights,
       count(*) FILTER (WHERE delay > 15) AS late, 1.0 * sum(delay) / count(*) AS delay, max(delay) AS worst
FROM (SELECT *, CAST(strftime('%s', replace(date, '/', '-') || ':00') AS INTEGER) / 3600 AS hour FROM flights)
JOIN airports ON origin = iata GROUP BY iata, state, hour
"""
QUAKES = """
window --tumbling 6h --ts .time %s --by .net --agg 'quakes=count()' --agg 'strongest=max(.mag)' --agg 'ids=collect(.id)' \
  --time-format ms "$DATA/earthquakes.ndjson"
"""
QUAKES_SQL = """
SELECT net, time / 21600000 * 21600000 AS window_start, time / 21600000 * 21600000 + 21600000 AS window_end,
       count(*) AS quakes, max(mag) AS strongest FROM earthquakes GROUP BY net, window_start
"""


def load(database, table, name, columns):
    database.execute("CREATE TABLE %s (%s)" % (table, ",".join(columns)))
    with open(os.path.join(DATA, name), encoding="utf-8") as lines:
        events = [json.loads(line) for line in lines]
    database.executemany("INSERT INTO %s VALUES (%s)" % (table, ",".join("?" * len(columns))),
                         [[event[column] for column in columns] for event in events])
    return events


def run(script, folder):
    environment = dict(os.environ, PATH=BIN + ":" + os.environ["PATH"], DATA=DATA)
    ran = subprocess.run(["bash", "-o", "pipefail", "-c", script], env=environment, cwd=folder, text=True, stdout=subprocess.PIPE,
                         check=False)
    if ran.returncode != 0:
        raise RuntimeError("exit %d" % ran.returncode)
    return [json.loads(line) for line in ran.stdout.splitlines()]


def delays(database, folder, _):
    return rows.difference(rows.multiset(run(DELAYS, folder)), rows.wanted(database, DELAYS_SQL))


def quakes_bounded(database, folder, events):
    ours = run(QUAKES % "--bound 8d", folder)
    if sorted(i for row in ours for i in row.pop("ids")) != sorted(event["id"] for event in events):
        return "not every earthquake is in one window"
    return rows.difference(rows.multiset(ours), rows.wanted(database, QUAKES_SQL))


def quakes_with_grace(_, folder, events):
    ours = run(QUAKES % "--grace 1h --late late.ndjson -q", folder)
    with open(folder + "/late.ndjson", encoding="utf-8") as lines:
        late = [json.loads(line)["id"] for line in lines]
    counted = [i for row in ours for i in row["ids"]]
    if not late or not counted:
        return "%d counted and %d late: that shows nothing" % (len(counted), len(late))
    if sorted(counted + late) != sorted(event["id"] for event in events):
        return "%d counted and %d late are not the %d there are" % (len(counted), len(late), len(events))
    return ""


def main():
    database = sqlite3.connect(":memory:")
    load(database, "flights", "flights.ndjson", ["date", "delay", "distance", "origin", "destination"])
    load(database, "airports", "flown_airports.ndjson", ["iata", "name", "city", "state"])
    events = load(database, "earthquakes", "earthquakes.ndjson", ["id", "time", "mag", "net"])
    failed = 0
    for name, test in (("delays by airport, state and hour, beside SQL", delays),
                       ("earthquakes by network and six hours, beside SQL", quakes_bounded),
                       ("with a grace, counted and late earthquakes are all", quakes_with_grace)):
        start = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            try:
                said = test(database, folder, events)
            except (RuntimeError, ValueError, OSError) as error:
                said = str(error)
        failed += bool(said)
        rows.tally("failed" if said else "passed", time.monotonic() - start, name, said)
    sys.exit(1 if failed else 0)


main()
