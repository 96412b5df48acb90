#!/usr/bin/python3
"""broker_kills.py BIN JARS [--kills N] [--port PORT] [--plant lost|twice|order]: a broker is killed and started again under `produce`.

N times kill -9 while keyed lines go through `produce -T` into three partitions. What it prints on stdout is what it says is
stored, so that is taken from outside. Afterwards the topic is read with kcat, another client: every line that was
acknowledged is there, none twice, and those of a key in the order in which they were sent. A killed broker's page cache
stays, so what it acknowledged does. Whether the check can fail is seen with --plant, which spoils what was read.
"""
import argparse
import collections
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
KEYS = 50
PATIENCE = 180  # s; until something is acknowledged again


def tally(status, seconds, name, reason=""):
    """As tests/support/tally.h writes it."""
    print("%s: %s%s" % (status, name, ": " + reason if reason else ""), flush=True)
    path = os.environ.get("WEIR_TALLY")
    if path:
        place = os.environ.get("WEIR_TALLY_PREFIX", "") + os.environ.get("WEIR_TEST", "")
        with open(path, "a", encoding="utf-8") as file:
            file.write("%s\t%.3f\t%s: %s\t%s\n" % (status, seconds, place, name, reason))


class Feed(threading.Thread):
    """Lines key<TAB>number, each key counted for itself, as fast as they are taken but no more than 20,000 a second."""

    def __init__(self, pipe):
        super().__init__(daemon=True)
        self.pipe, self.stopped, self.sent = pipe, threading.Event(), []

    def run(self):
        number = 0
        while not self.stopped.is_set():
            lines = []
            for _ in range(200):
                lines.append("key%d\t%d" % (number % KEYS, number))
                number += 1
            self.sent += lines
            self.pipe.write("".join(line + "\n" for line in lines))
            self.pipe.flush()
            time.sleep(0.01)
        self.pipe.close()


class Taken(threading.Thread):
    """The lines that were acknowledged, as they come."""

    def __init__(self, pipe):
        super().__init__(daemon=True)
        self.pipe, self.lines = pipe, []

    def run(self):
        for line in self.pipe:
            self.lines.append(line.rstrip("\n"))

    def wait_for_more(self, than, seconds):
        until = time.monotonic() + seconds
        while len(self.lines) <= than:
            if time.monotonic() > until:
                return False
            time.sleep(0.02)
        return True


def judge(sent, acknowledged, stored):
    """What is wrong, or nothing. `stored`: (partition, line) as they lie in the topic."""
    times = collections.Counter(line for _, line in stored)
    lost = [line for line in acknowledged if times[line] == 0]
    if lost:
        return "%d acknowledged lines are lost, first %r" % (len(lost), lost[0])
    doubled = [line for line, count in times.items() if count > 1]
    if doubled:
        return "%d lines are stored twice, first %r" % (len(doubled), doubled[0])
    strange = set(times) - set(sent)
    if strange:
        return "%d lines that nobody sent, one is %r" % (len(strange), min(strange))
    newest, where = {}, {}
    for partition, line in stored:
        key, number = line.split("\t")
        if where.setdefault(key, partition) != partition:
            return "%s lies in partitions %s and %s" % (key, where[key], partition)
        if int(number) < newest.get(key, -1):
            return "%s comes after %d of its key" % (line, newest[key])
        newest[key] = int(number)
    return ""


def spoil(stored, how):
    """A fault that the check has to find."""
    middle = len(stored) // 2
    if how == "lost":
        del stored[middle]
    elif how == "twice":
        stored.append(stored[middle])
    elif how == "order":
        partition, key = stored[middle][0], stored[middle][1].split("\t")[0]
        later = next(i for i in range(middle + 1, len(stored)) if stored[i][1].startswith(key + "\t"))
        assert stored[later][0] == partition
        stored[middle], stored[later] = stored[later], stored[middle]


def run(options, folder):
    port = options.port or 10000 + os.getpid() % 5000 * 4
    kafka_dev = lambda verb: subprocess.run(
        [ROOT + "/scripts/kafka-dev", verb, "--port", str(port), "--dir", folder], stdout=subprocess.PIPE, text=True,
        env={**os.environ, "WEIR_KAFKA_JARS": options.jars})
    name = "broker killed %d times under produce: nothing lost, nothing doubled, order kept" % options.kills
    began = time.monotonic()
    started = kafka_dev("start")
    if started.returncode == 77:
        tally("skipped", 0, name, started.stdout.strip())
        return 77
    bus = started.stdout.strip()
    open(folder + "/said", "w", encoding="utf-8").close()
    try:
        subprocess.run([options.bin + "/topics", "create", "-q", "-b", bus, "--partitions", "3", "t"], check=True)
        produce = subprocess.Popen(
            # How long a broker may be away is not what is looked at, and on a busy machine it starts slowly.
            [options.bin + "/produce", "-b", bus, "-X", "message.timeout.ms=900000", "-K", "\t", "-T", "t"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=open(folder + "/said", "w", encoding="utf-8"), text=True)
        feed, taken = Feed(produce.stdin), Taken(produce.stdout)
        feed.start()
        taken.start()
        for kill in range(options.kills):
            if not taken.wait_for_more(len(taken.lines), PATIENCE):
                tally("failed", 0, name, "nothing was acknowledged within %d s after kill %d" % (PATIENCE, kill))
                return 1
            time.sleep(0.05 + 0.11 * (kill % 7))  # at another moment of a batch each time
            if kafka_dev("kill").returncode != 0 or kafka_dev("start").returncode != 0:
                tally("failed", 0, name, "the broker does not start again")
                return 1
        taken.wait_for_more(len(taken.lines), PATIENCE)
        feed.stopped.set()
        feed.join()
        code = produce.wait(timeout=180)
        taken.join()
        read = subprocess.run(["kcat", "-C", "-q", "-e", "-b", bus, "-t", "t", "-o", "beginning", "-f", "%p %k\t%s\n"],
                              stdout=subprocess.PIPE, text=True, check=True)
        stored = [tuple(line.split(" ", 1)) for line in read.stdout.splitlines()]
        if options.plant:
            spoil(stored, options.plant)
        wrong = judge(feed.sent, taken.lines, stored)
        if not wrong and code != 0:
            wrong = "produce ended with %d" % code
        if not wrong and len(taken.lines) != len(feed.sent):
            wrong = "%d lines sent, %d acknowledged" % (len(feed.sent), len(taken.lines))
        print("%d kills, %d lines sent, %d acknowledged, %d stored, %.0f s" % (
            options.kills, len(feed.sent), len(taken.lines), len(stored), time.monotonic() - began), flush=True)
        tally("failed" if wrong else "passed", time.monotonic() - began, name, wrong)
        return 1 if wrong else 0
    finally:
        kafka_dev("kill")
        with open(folder + "/said", encoding="utf-8") as said:
            sys.stdout.write("".join("produce said: " + line for line in said.readlines()[-5:]))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("bin")
    parser.add_argument("jars")
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--port", type=int)
    parser.add_argument("--plant", choices=["lost", "twice", "order"])
    options = parser.parse_args()
    if not shutil.which("kcat"):
        tally("skipped", 0, "broker killed under produce", "kcat is not installed")
        return 77
    with tempfile.TemporaryDirectory() as folder:
        return run(options, folder)


if __name__ == "__main__":
    sys.exit(main())
