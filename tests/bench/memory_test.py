#!/usr/bin/python3
"""The memory of a stateless tool does not depend on its input and stays below its floor: memory_test.py BIN TOOLS"""
import os
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from measure import Run, peak_mib  # noqa: E402

FLOOR_MIB = 16
GROWTH_MIB = 1
failed = False


def tally(status, seconds, name, reason=""):
    """As tests/support/tally.h writes it."""
    print("%s: %s%s" % (status, name, ": " + reason if reason else ""))
    path = os.environ.get("WEIR_TALLY")
    if path:
        place = os.environ.get("WEIR_TALLY_PREFIX", "") + os.environ.get("WEIR_TEST", "")
        with open(path, "a", encoding="utf-8") as file:
            file.write("%s\t%.3f\t%s: %s\t%s\n" % (status, seconds, place, name, reason))


def main():
    global failed
    bin_, tools = sys.argv[1:]
    with tempfile.TemporaryDirectory() as directory:
        for events in (20000, 300000):
            Run("%s/clk %d > %s/clk%d" % (tools, events, directory, events))
        for tool, command in (("filter", "{bin}/filter '.price > 100' {dir}/clk{n} > /dev/null"),
                              ("map", "{bin}/map '.page, .geo' {dir}/clk{n} > /dev/null"),
                              ("produce", "{bin}/produce -q -b {dir}/bus t{n} {dir}/clk{n}"),
                              ("consume", "{bin}/consume -q -b {dir}/bus -e t{n} > /dev/null")):
            start = time.monotonic()
            few, many = (peak_mib(tools + "/peak", command.format(bin=bin_, dir=directory, n=n)) for n in (20000, 300000))
            wrong = ""
            if many > FLOOR_MIB:
                wrong = "%.1f MiB for 300,000 events" % many
            elif many > few + GROWTH_MIB:
                wrong = "%.1f MiB for 20,000 events, %.1f MiB for 300,000" % (few, many)
            print("%s: %.1f MiB for 9 MB of input, %.1f MiB for 139 MB" % (tool, few, many))
            tally("failed" if wrong else "passed", time.monotonic() - start, tool + " needs the same memory for any input", wrong)
            failed = failed or bool(wrong)
    sys.exit(failed)


main()
