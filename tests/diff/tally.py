"""What a test tells scripts/test, as tests/support/tally.h writes it."""

import os


def tally(status, seconds, name, reason=""):
    path = os.environ.get("WEIR_TALLY")
    if path:
        place = os.environ.get("WEIR_TALLY_PREFIX", "") + os.environ.get("WEIR_TEST", "")
        with open(path, "a", encoding="utf-8") as file:
            file.write("%s\t%.3f\t%s: %s\t%s\n" % (status, seconds, place, name, reason))


def counted(what, trials, violations, more=""):
    """A count for the record: printed here, and by scripts/test when the run is over."""
    line = "counted: %s: %d trials, %d violations%s" % (what, trials, violations, more and " (" + more + ")")
    print(line)
    path = os.environ.get("WEIR_TALLY")
    if path:
        with open(path + ".notes", "a", encoding="utf-8") as file:
            file.write(line + "\n")
