"""Rows of our tools held against rows of SQL on the same events, as multisets."""
import collections
import json
import os


def canonical(value):
    """Whole numbers exactly, others to 12 digits."""
    if isinstance(value, float):
        return int(value) if value.is_integer() else float("%.12g" % value)
    if isinstance(value, dict):
        return {name: canonical(member) for name, member in value.items()}
    if isinstance(value, list):
        return [canonical(element) for element in value]
    return value


def multiset(rows):
    return collections.Counter(json.dumps(canonical(row), sort_keys=True) for row in rows)


def wanted(database, sql):
    """What a query of SQLite gives, as dictionaries."""
    cursor = database.execute(sql)
    names = [column[0] for column in cursor.description]
    return multiset(dict(zip(names, row)) for row in cursor)


def ours(text):
    return multiset(json.loads(line) for line in text.splitlines())


def difference(our_rows, wanted_rows):
    """In words; empty when there is none."""
    if not wanted_rows:
        return "SQL has no row, so that nothing is shown"
    only_ours, only_wanted = our_rows - wanted_rows, wanted_rows - our_rows
    if not only_ours and not only_wanted:
        return ""
    said = "%d rows, SQL has %d" % (our_rows.total(), wanted_rows.total())
    for whose, rows in (("ours alone", only_ours), ("SQL alone", only_wanted)):
        said += "".join("\n  %s: %s" % (whose, row) for row in sorted(rows)[:3])
    return said


def tally(status, seconds, name, reason=""):
    print("%s: %s%s" % (status, name, ": " + reason if reason else ""), flush=True)
    if os.environ.get("WEIR_TALLY"):
        with open(os.environ["WEIR_TALLY"], "a", encoding="utf-8") as out:
            out.write("%s\t%.3f\t%s%s: %s\t%s\n" % (status, seconds, os.environ.get("WEIR_TALLY_PREFIX", ""),
                                                    os.environ.get("WEIR_TEST", ""), name, reason.split("\n")[0]))
