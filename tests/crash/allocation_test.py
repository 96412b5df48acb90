#!/usr/bin/python3
"""E5, memory that cannot be had: allocation_test.py BIN FAIL_ALLOCATION.so

Each pipeline is run once for every allocation of one of its tools (or every few, WEIR_ALLOCATION_STEP), which then fails,
alone or with all behind it. The tool ends with exit 8 and a message, or does without; no signal, no wrong or torn output,
and what produce acknowledged is in the log, which reads.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from real_disk import Tally, number  # noqa: E402

# CLI11 makes constants before main(), where nobody can catch: the process ends there, having done nothing.
BEFORE_MAIN_MAX = 16
FORMAT = "%K{big32}%k%S{big32}%v%d{big64}"
# Of each the log that it begins with. Only a group has use for the one with positions, whose 50 partitions take longer to copy
# than the run takes.
PIPELINES = {
    "filter": ("none", ["filter", ".n > 3 and (.text | test(\"^x\"))", "events"]),
    "filter, dead letters": ("none", ["filter", "--dead-letter", "bad", ".n > 3", "broken"]),
    "map": ("none", ["map", "{n, text: (.text | ascii_upcase), all: [.[] | tostring]}", "events"]),
    "map, envelopes": ("records", ["map", "-J", "--key", ".n", ".text", "topic:given"]),
    "produce": ("records", ["produce", "-q", "-T", "--key", ".n", "-z", "zstd", "new", "events"]),
    "consume": ("records", ["consume", "-q", "-e", "-f", FORMAT, "given"]),
    "consume, a group": ("positions", ["consume", "-q", "-e", "-g", "readers", "-J", "given"]),
}


def fresh(directory, log):
    for name in ("weir-data", "bad"):
        path = os.path.join(directory, name)
        if os.path.isdir(path):
            shutil.rmtree(path)
        elif os.path.exists(path):
            os.unlink(path)
    if log != "none":
        shutil.copytree(os.path.join(directory, log), os.path.join(directory, "weir-data"))


def wrong_with(bin_, directory, name, ran, whole):
    """Empty, or what is wrong with a run whose allocation failed."""
    if ran.returncode < 0:
        return "signal %d: %s" % (-ran.returncode, ran.stderr[-200:])
    # A system call that has no memory for us is told as what it is.
    told = b"out of memory" in ran.stderr or b"cannot allocate memory" in ran.stderr
    if ran.returncode not in (0, 4, 8) or (ran.returncode != 0 and not told):
        return "exit %d: %s" % (ran.returncode, ran.stderr[-200:])
    if ran.returncode == 0 and ran.stdout != whole:
        return "exit 0, and not all of the output"
    if not whole.startswith(ran.stdout):
        return "output that should not be there"
    if name == "produce" and os.path.isdir(directory + "/weir-data/new-0"):
        read = subprocess.run([bin_ + "/consume", "-q", "-e", "new"], cwd=directory, capture_output=True)
        if read.returncode != 0:
            return "the log does not read: %s" % read.stderr
        if not whole.startswith(read.stdout) or not read.stdout.startswith(ran.stdout):
            return "what was acknowledged is not what is in the log"
    return ""


def sweep(bin_, library, directory, log, name, command, step, for_good):
    """Trials, how many of them ended before main(), and the first thing that was wrong."""
    command = [bin_ + "/" + command[0]] + command[1:]
    env = dict(os.environ, LD_PRELOAD=library, WEIR_ALLOCATIONS=directory + "/count", TZ="UTC")
    fresh(directory, log)
    whole = subprocess.run(command, cwd=directory, env=env, capture_output=True)
    with open(directory + "/count", encoding="ascii") as file:
        allocations = int(file.read())
    del env["WEIR_ALLOCATIONS"]
    env["WEIR_FAIL_FOR_GOOD"] = "1" if for_good else "0"
    trials = before_main = 0
    first = 1
    while True:  # those before main() come first
        env["WEIR_FAIL_ALLOCATION"] = str(first)
        ran = subprocess.run(command, cwd=directory, env=env, capture_output=True)
        if ran.returncode >= 0 or ran.stdout or first > BEFORE_MAIN_MAX:
            break
        first += 1
        trials += 1
        before_main += 1
    for index in range(first, allocations + 1, step):
        trials += 1
        fresh(directory, log)
        env["WEIR_FAIL_ALLOCATION"] = str(index)
        ran = subprocess.run(command, cwd=directory, env=env, capture_output=True, timeout=120)
        wrong = wrong_with(bin_, directory, name, ran, whole.stdout)
        if wrong:
            return trials, before_main, "allocation %d of %d: %s" % (index, allocations, wrong)
    return trials, before_main, ""


def main():
    bin_, library = (os.path.abspath(path) for path in sys.argv[1:])
    step = number("WEIR_ALLOCATION_STEP", 29)
    tally = Tally()
    with tempfile.TemporaryDirectory() as directory:
        records, positions = directory + "/records", directory + "/positions"
        events = "".join('{"n":%d,"text":"%s"}\n' % (n, "x" * (n * 31)) for n in range(30))
        with open(directory + "/events", "w", encoding="ascii") as file:
            file.write(events)
        with open(directory + "/broken", "w", encoding="ascii") as file:
            file.write(re.sub(r'("n":\d*5),', r"\1;", events))
        subprocess.run([bin_ + "/produce", "-q", "-b", records, "--key", ".n", "given", directory + "/events"], check=True)
        shutil.copytree(records, positions)
        # The first group of a log makes the topic that keeps positions: 50 partitions, which take a while.
        subprocess.run([bin_ + "/consume", "-q", "-e", "-b", positions, "-g", "first", "given"], check=True, stdout=subprocess.DEVNULL)
        for name, (log, command) in PIPELINES.items():
            start = time.monotonic()
            trials, before, wrong = sweep(bin_, library, directory, log, name, command, step, False)
            if not wrong:
                more, _, wrong = sweep(bin_, library, directory, log, name, command, step * 4, True)
                trials += more
            tally.counted("E5 allocations that fail, " + name, trials, bool(wrong), "%d of them before main()" % before)
            tally.test(name + " without memory ends with exit 8 and spoils nothing", time.monotonic() - start, wrong)
    sys.exit(tally.failed)


main()
