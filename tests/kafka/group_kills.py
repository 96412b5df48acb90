#!/usr/bin/python3
"""group_kills.py BIN-DIR BROKER [KILLS]: members of one group are killed, stopped and added while they read.

Three consumers share the 12 partitions of a topic that is written all the while. KILLS times one of them goes, by KILL or by
TERM in turn, and another comes. Each member's stdout is a file of its own. What has to hold:

  nothing is lost     every record is in some member's file, as a whole line
  never ahead         at any look, the position that the group has stored for a partition is not beyond what the members'
                      files hold of it: every record below it is there

How many records came twice is told, and not judged: it depends on when the members were found missing.

Positions are read by another client (kafka-python), and what it says is held against the files as they were read after.
"""
import collections, os, shutil, signal, subprocess, sys, tempfile, threading, time
from pathlib import Path

PARTITIONS = 12
MEMBERS = 3
SESSION = ["-X", "session.timeout.ms=1500", "-X", "heartbeat.interval.ms=300", "-X", "max.poll.interval.ms=3000"]
PATIENCE = 30
ROUND_EVERY = 0.005


def fail(text):
    print(f"group_kills: {text}")
    sys.exit(1)


def wait_for(what, condition, describe=lambda: ""):
    until = time.monotonic() + PATIENCE
    while not (found := condition()):
        if time.monotonic() > until:
            fail(f"waited {PATIENCE} s for {what}\n{describe()}")
        time.sleep(0.02)
    return found


class Member:
    """One consume; its lines are PARTITION OFFSET."""

    def __init__(self, lab):
        lab.members_made += 1
        self.path = lab.folder / f"member-{lab.members_made}"
        self.at = 0
        self.err = open(f"{self.path}.err", "w+")
        with open(self.path, "wb") as out:
            self.process = subprocess.Popen(
                [lab.bin / "consume", "-b", lab.broker, "-g", lab.group, *SESSION, "-f", "%p %o\\n", lab.topic],
                stdout=out, stderr=self.err)

    def read(self):
        """The whole lines that are new. What a kill cut off in the middle of a line is not out."""
        with open(self.path, "rb") as file:
            file.seek(self.at)
            new = file.read()
        new = new[:new.rfind(b"\n") + 1]
        self.at += len(new)
        return [tuple(map(int, line.split())) for line in new.splitlines()]


class Lab:
    def __init__(self, binaries, broker):
        self.bin, self.broker = Path(binaries), broker
        self.folder = Path(tempfile.mkdtemp(prefix="weir-group-kills-"))
        self.topic = self.group = f"kills-{os.getpid()}"
        self.members_made = 0
        self.members, self.gone = [], []
        self.seen = collections.Counter()  # (partition, offset) -> times
        self.low = [0] * PARTITIONS        # all below it are seen
        self.produced = 0  # of each partition
        self.enough = threading.Event()
        self.looks = 0
        self.run("topics", "create", "-q", "--partitions", str(PARTITIONS), self.topic)

    def run(self, tool, *arguments, **more):
        return subprocess.run([self.bin / tool, "-b", self.broker, *arguments], check=True, text=True,
                              capture_output=True, **more).stdout

    def begin_writing(self):
        """A record for each partition, again and again, until it is told to end."""
        self.writer = subprocess.Popen(
            [self.bin / "produce", "-b", self.broker, "-q", "-J", "--keep-partition"], stdin=subprocess.PIPE)
        round_of = "".join(f'{{"topic":"{self.topic}","partition":{p},"value":1}}\n' for p in range(PARTITIONS)).encode()

        def write():
            while not self.enough.wait(ROUND_EVERY):
                self.writer.stdin.write(round_of)
                self.writer.stdin.flush()
                self.produced += 1
        self.writing = threading.Thread(target=write)
        self.writing.start()

    def end_writing(self):
        self.enough.set()
        self.writing.join()
        self.writer.stdin.close()
        if self.writer.wait(PATIENCE) != 0:
            fail(f"produce ended with {self.writer.returncode}")

    def start(self):
        self.members.append(Member(self))

    def read(self):
        for member in self.members + self.gone:
            self.seen.update(member.read())
        for p in range(PARTITIONS):
            while (p, self.low[p]) in self.seen:
                self.low[p] += 1

    def positions(self):
        """As another client reads them."""
        from kafka import KafkaConsumer, TopicPartition
        if not hasattr(self, "other"):
            self.other = KafkaConsumer(bootstrap_servers=self.broker, group_id=self.group, enable_auto_commit=False)
        found = [self.other.committed(TopicPartition(self.topic, p)) for p in range(PARTITIONS)]
        return [each or 0 for each in found]

    def look(self):
        """Positions first and files after them: what was out when a position was stored is out still."""
        stored = self.positions()
        self.read()
        self.looks += 1
        for p, (position, low) in enumerate(zip(stored, self.low)):
            if position > low:
                fail(f"partition {p}: the position {position} is stored, and only {low} records are out")
        return stored

    def is_out(self, wanted):
        return all(low >= wanted for low in self.low)

    def describe(self):
        told = []
        for member in self.members:
            member.err.seek(0)
            told.append(f"{member.path.name}: {member.err.read()}")
        state = self.run("groups", "describe", self.group)
        return "\n".join([f"out: {self.low} of {self.produced}", state, *told])

    def repeats(self):
        return sum(self.seen.values()) - len(self.seen)


def kill_members(lab, kills):
    for _ in range(MEMBERS):
        lab.start()
    repeats = {"KILL": 0, "TERM": 0}
    for turn in range(kills):
        how = ("KILL", "TERM")[turn % 2]
        wanted = lab.produced + 20
        wait_for("records to be out", lambda: (lab.look(), lab.is_out(wanted))[1])
        before = lab.repeats()
        victim = lab.members.pop(turn % len(lab.members))
        victim.process.send_signal(getattr(signal, "SIG" + how))
        code = victim.process.wait(PATIENCE)
        if code != (-signal.SIGKILL if how == "KILL" else 143):
            victim.err.seek(0)
            fail(f"a member ended with {code}: {victim.err.read()}")
        lab.gone.append(victim)
        lab.look()
        lab.start()
        wanted = lab.produced
        wait_for(f"all records after {how} {turn + 1}", lambda: (lab.look(), lab.is_out(wanted))[1], lab.describe)
        repeats[how] += lab.repeats() - before
    return repeats


def main():
    binaries, broker = sys.argv[1:3]
    kills = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    lab = Lab(binaries, broker)
    lab.begin_writing()
    try:
        repeats = kill_members(lab, kills)
    finally:
        lab.end_writing()
    wait_for("all records", lambda: (lab.look(), lab.is_out(lab.produced))[1], lab.describe)
    for member in lab.members:
        if member.process.poll() is not None:
            fail(f"a member ended by itself with {member.process.returncode}")
        member.process.send_signal(signal.SIGTERM)
    for member in lab.members:
        if member.process.wait(PATIENCE) != 143:
            fail(f"a member that was asked to go ended with {member.process.returncode}")
    stored = lab.look()
    if stored != [lab.produced] * PARTITIONS:
        fail(f"all have left, and the positions are {stored} instead of {lab.produced}")
    lab.run("topics", "delete", "-q", lab.topic)
    shutil.rmtree(lab.folder)
    print(f"group_kills: {kills} members gone, {lab.produced * PARTITIONS} records, each out at least once; "
          f"{repeats['KILL']} repeated after KILL, {repeats['TERM']} after TERM; "
          f"stored positions were looked at {lab.looks} times and never ahead")


main()
