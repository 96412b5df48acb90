#!/usr/bin/python3
"""queries.py BIN GENERATE [--events N] [--seed N] [--rate N] [--group N] [QUERY...]: the Nexmark queries of queries/*.sh
on a stream of GENERATE in three topics, each held against sql/*.sql in SQLite on the same events. Rows are compared as
multisets: whole numbers exactly, others to 12 digits. Exit 1 when one differs.
"""
import argparse
import collections
import json
import os
import pathlib
import sqlite3
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
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
    rows = {table: [] for table in TABLES}
    for arrival, line in enumerate(lines):
        event = json.loads(line)
        rows[event["topic"]].append((*event["value"].values(), arrival))
    for table, columns in TABLES.items():
        made.execute("CREATE TABLE %s (%s, arrival INTEGER)" % (table, columns))
        made.executemany("INSERT INTO %s VALUES (%s)" % (table, ",".join("?" * len(columns.split(",")) + "?")), rows[table])
    for index, columns in enumerate(INDEXES):
        made.execute("CREATE INDEX i%d ON %s" % (index, columns))
    return made


def canonical(value):
    if isinstance(value, float):
        return int(value) if value.is_integer() else float("%.12g" % value)
    if isinstance(value, dict):
        return {name: canonical(member) for name, member in value.items()}
    if isinstance(value, list):
        return [canonical(element) for element in value]
    return value


def multiset(rows):
    return collections.Counter(json.dumps(canonical(row), sort_keys=True) for row in rows)


def wanted_rows(made, query):
    """A column whose name ends in _json holds JSON: SQLite's way to give an array or an object."""
    cursor = made.execute((HERE / "sql" / (query + ".sql")).read_text())
    names = [column[0] for column in cursor.description]
    for row in cursor:
        yield {name.removesuffix("_json"): json.loads(value) if name.endswith("_json") else value
               for name, value in zip(names, row)}


def our_rows(query, bin_folder, folder):
    environment = dict(os.environ, PATH=bin_folder + ":" + os.environ["PATH"], WEIR_BUS=folder + "/bus")
    ran = subprocess.run(["bash", "-o", "pipefail", str(HERE / "queries" / (query + ".sh"))], env=environment, cwd=folder,
                         stdout=subprocess.PIPE, check=False)
    if ran.returncode != 0:
        raise RuntimeError("exit %d" % ran.returncode)
    return [json.loads(line) for line in ran.stdout.splitlines()]


def difference(ours, wanted):
    """In words; empty when there is none."""
    if not wanted:
        return "SQL has no row, so that nothing is shown"
    only_ours, only_wanted = ours - wanted, wanted - ours
    if not only_ours and not only_wanted:
        return ""
    said = "%d rows, SQL has %d" % (ours.total(), wanted.total())
    for whose, rows in (("ours alone", only_ours), ("SQL alone", only_wanted)):
        said += "".join("\n  %s: %s" % (whose, row) for row in sorted(rows)[:3])
    return said


def tally(status, seconds, name, reason):
    print("%s: %s%s" % (status, name, ": " + reason if reason else ""), flush=True)
    if os.environ.get("WEIR_TALLY"):
        with open(os.environ["WEIR_TALLY"], "a", encoding="utf-8") as out:
            out.write("%s\t%.3f\t%s%s: %s\t%s\n" % (status, seconds, os.environ.get("WEIR_TALLY_PREFIX", ""),
                                                    os.environ.get("WEIR_TEST", ""), name, reason.split("\n")[0]))


def number_of(query):
    return int(query[1:])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("bin")
    parser.add_argument("generate")
    parser.add_argument("queries", nargs="*")
    for flag, default in (("events", 100_000), ("seed", 1), ("rate", 200), ("group", 1)):
        parser.add_argument("--" + flag, type=int, default=default)
    options = parser.parse_intermixed_args()
    queries = options.queries or sorted((path.stem for path in (HERE / "queries").glob("q*.sh")), key=number_of)
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        generate = [options.generate]
        for flag in ("events", "seed", "rate", "group"):
            generate += ["--" + flag, str(getattr(options, flag))]
        lines = subprocess.run(generate, stdout=subprocess.PIPE, check=True).stdout
        subprocess.run([options.bin + "/produce", "-q", "-J", "-b", folder + "/bus", "--durability", "none"], input=lines,
                       check=True)
        made = database(lines.splitlines())
        for query in queries:
            start = time.monotonic()
            try:
                said = difference(multiset(our_rows(query, os.path.abspath(options.bin), folder)),
                                  multiset(wanted_rows(made, query)))
            except (RuntimeError, ValueError, sqlite3.Error) as error:
                said = str(error)
            failed += bool(said)
            tally("failed" if said else "passed", time.monotonic() - start, query + ", beside SQL", said)
    sys.exit(1 if failed else 0)


main()
