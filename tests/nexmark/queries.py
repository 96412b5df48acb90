#!/usr/bin/python3
"""queries.py BIN GENERATE [--events N] [--seed N] [--rate N] [--group N] [QUERY...]: the Nexmark queries of queries/*.sh
on a stream of GENERATE in three topics, each held against sql/*.sql in SQLite on the same events. Exit 1 when one differs.
"""
import argparse
import json
import os
import sqlite3
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "sql"))
import rows  # noqa: E402
import stream  # noqa: E402

TABLES = {
    "person": "id INTEGER, name, emailAddress, creditCard, city, state, dateTime INTEGER, extra",
    "auction": "id INTEGER, itemName, description, initialBid INTEGER, reserve INTEGER, expires INTEGER, seller INTEGER, "
               "category INTEGER, dateTime INTEGER, extra",
    "bid": "auction INTEGER, bidder INTEGER, price INTEGER, channel, url, dateTime INTEGER, extra",
}
INDEXES = ("person (id)", "auction (id)", "auction (seller)", "bid (auction)", "bid (bidder)", "bid (dateTime)")


def database(lines):
    """The events as tables; `arrival` counts them in the order in which they came."""
    made = sqlite3.connect(":memory:")
    values = {table: [] for table in TABLES}
    for arrival, line in enumerate(lines):
        event = json.loads(line)
        values[event["topic"]].append((*event["value"].values(), arrival))
    for table, columns in TABLES.items():
        made.execute("CREATE TABLE %s (%s, arrival INTEGER)" % (table, columns))
        places = ",".join("?" * (columns.count(",") + 2))
        made.executemany("INSERT INTO %s VALUES (%s)" % (table, places), values[table])
    for index, columns in enumerate(INDEXES):
        made.execute("CREATE INDEX i%d ON %s" % (index, columns))
    return made


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("bin")
    parser.add_argument("generate")
    parser.add_argument("queries", nargs="*")
    stream.add_flags(parser, events=100_000, rate=200)
    options = parser.parse_intermixed_args()
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        lines = stream.generated(options.generate, options)
        events = stream.Stream(options.bin, folder, lines)
        made = database(lines.splitlines())
        for query in options.queries or stream.all_queries():
            start = time.monotonic()
            try:
                sql = (stream.HERE / "sql" / (query + ".sql")).read_text()
                said = rows.difference(rows.ours(events.run(query)), rows.wanted(made, sql))
            except (RuntimeError, ValueError, sqlite3.Error) as error:
                said = str(error)
            failed += bool(said)
            rows.tally("failed" if said else "passed", time.monotonic() - start, query + ", beside SQL", said)
    sys.exit(1 if failed else 0)


main()
