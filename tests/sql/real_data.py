#!/usr/bin/python3
"""real_data.py BIN SOURCE: README's commands on real events, each result held against SQL (SQLite) on the same events.

Flights joined with the airports they left from: delays by airport, state and hour. A week of earthquakes, newest first, as the
feed has them: by network and six hours, once with a bound that waits for all, once with a grace that does not. What stands in
README is run as it stands there, so that what a reader pastes is what is shown to be right.
"""
import collections
import json
import os
import pathlib
import sqlite3
import subprocess
import sys
import tempfile
import time

import rows

BIN, SOURCE = map(os.path.abspath, sys.argv[1:])
DATA = os.path.join(SOURCE, "tests", "data")

DELAYS_SQL = """
SELECT iata AS airport, state, strftime('%Y-%m-%dT%H:%M:%SZ', hour * 3600, 'unixepoch') AS window_start,
       strftime('%Y-%m-%dT%H:%M:%SZ', hour * 3600 + 3600, 'unixepoch') AS window_end, count(*) AS flights,
       count(*) FILTER (WHERE delay > 15) AS late, 1.0 * sum(delay) / count(*) AS delay
FROM (SELECT *, CAST(strftime('%s', replace(date, '/', '-') || ':00') AS INTEGER) / 3600 AS hour FROM flights)
JOIN airports ON origin = iata GROUP BY iata, state, hour
"""
QUAKES_SQL = """
SELECT net, strftime('%Y-%m-%dT%H:%M:%SZ', six * 21600, 'unixepoch') AS window_start,
       strftime('%Y-%m-%dT%H:%M:%SZ', six * 21600 + 21600, 'unixepoch') AS window_end,
       count(*) AS quakes, max(mag) AS strongest
FROM (SELECT *, time / 21600000 AS six FROM earthquakes) GROUP BY net, six
"""
GROUP_SQL = "SELECT net, strftime('%Y-%m-%dT%H:%M:%SZ', time / 21600000 * 21600, 'unixepoch'), id FROM earthquakes"


def events_of(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def load(database, table, name, columns):
    database.execute("CREATE TABLE %s (%s)" % (table, ",".join(columns)))
    database.executemany("INSERT INTO %s VALUES (%s)" % (table, ",".join("?" * len(columns))),
                         [[event[column] for column in columns] for event in events_of(os.path.join(DATA, name))])


def commands_of(name):
    """The commands that stand in README under a name, as one script."""
    text = pathlib.Path(SOURCE, "README.md").read_text(encoding="utf-8")
    block = text.split("\n**%s.**" % name, 1)[1].split("\n```console\n", 1)[1].split("\n```", 1)[0]
    return "\n".join(line[2:] for line in block.split("\n") if line[:2] in ("$ ", "> "))


def run(name, folder):
    os.symlink(os.path.join(SOURCE, "tests"), folder + "/tests")
    environment = dict(os.environ, PATH=BIN + ":" + os.environ["PATH"])
    ran = subprocess.run(["bash", "-e", "-o", "pipefail", "-c", commands_of(name)], env=environment, cwd=folder,
                         stdout=subprocess.DEVNULL, check=False)
    if ran.returncode != 0:
        raise RuntimeError("exit %d" % ran.returncode)


def delays(database, folder):
    run("Delays", folder)
    return rows.difference(rows.multiset(events_of(folder + "/delays.ndjson")), rows.wanted(database, DELAYS_SQL))


def quakes_bounded(database, folder):
    run("Earthquakes", folder)
    return rows.difference(rows.multiset(events_of(folder + "/quakes.ndjson")), rows.wanted(database, QUAKES_SQL))


def quakes_with_grace(database, folder):
    """Of each network and window, what is counted and what is late are all that SQL finds, none of it twice."""
    run("Earthquakes", folder)
    late = [event["id"] for event in events_of(folder + "/late.ndjson")]
    soon = events_of(folder + "/soon.ndjson")
    if not late or not soon or len(late) != len(set(late)):
        return "%d rows and %d late show nothing, or some are late twice" % (len(soon), len(late))
    rest = collections.Counter()
    for net, start, event in database.execute(GROUP_SQL):
        rest[net, start] += event not in late
    counted = collections.Counter({(row["net"], row["window_start"]): row["quakes"] for row in soon})
    if len(counted) != len(soon) or counted != +rest:
        return "counted %s, but not late are %s" % (sorted(counted.items()), sorted((+rest).items()))
    return ""


def main():
    database = sqlite3.connect(":memory:")
    load(database, "flights", "flights.ndjson", ["date", "delay", "distance", "origin", "destination"])
    load(database, "airports", "flown_airports.ndjson", ["iata", "name", "city", "state"])
    load(database, "earthquakes", "earthquakes.ndjson", ["id", "time", "mag", "net"])
    failed = 0
    for name, test in (("delays by airport, state and hour, beside SQL", delays),
                       ("earthquakes by network and six hours, beside SQL", quakes_bounded),
                       ("with a grace, counted and late earthquakes are all", quakes_with_grace)):
        start = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            try:
                said = test(database, folder)
            except (RuntimeError, ValueError, OSError, IndexError) as error:
                said = "%s: %s" % (type(error).__name__, error)
        failed += bool(said)
        rows.tally("failed" if said else "passed", time.monotonic() - start, name, said)
    sys.exit(1 if failed else 0)


main()
