#!/usr/bin/python3
"""group_members.py BIN-DIR BROKER [TEST...]: what members of a group do to each other on a real cluster.

Every wait is for something to be so, and gives up after PATIENCE seconds.
"""
import array, fcntl, json, os, shutil, signal, subprocess, sys, tempfile, termios, time
from pathlib import Path

PATIENCE = 30
SHORT = ["-X", "session.timeout.ms=1500", "-X", "heartbeat.interval.ms=300", "-X", "max.poll.interval.ms=2000"]


class Lab:
    def __init__(self, binaries, broker):
        self.bin, self.broker = Path(binaries), broker
        self.folder = Path(tempfile.mkdtemp(prefix="weir-group-members-"))
        self.names = 0

    def run(self, tool, *arguments, input=None):
        return subprocess.run([self.bin / tool, "-b", self.broker, *arguments], check=True, text=True,
                              capture_output=True, input=input).stdout

    def fresh(self, partitions, records):
        """A topic, and the name of a group for it. Each partition holds the numbers from 0."""
        self.names += 1
        name = f"members-{os.getpid()}-{self.names}"
        self.run("topics", "create", "-q", "--partitions", str(partitions), name)
        self.write(name, partitions, records)
        return name

    def write(self, name, partitions, records, size=0):
        lines = "".join(json.dumps({"topic": name, "partition": p, "value_text": f"{p} {n}" + " " * size}) + "\n"
                        for n in range(records) for p in range(partitions))
        self.run("produce", "-q", "-J", "--keep-partition", input=lines)

    def member(self, name, *flags, out=None):
        return Member(self, name, flags, out)

    def group(self, name):
        try:
            return json.loads(self.run("groups", "describe", "--json", "--measure", "0", name))
        except subprocess.CalledProcessError:  # nobody has joined yet
            return {"partitions": []}

    def held(self, name):
        """The partitions that some member reads."""
        return {each["partition"] for each in self.group(name)["partitions"] if each["held"]}

    def positions(self, name):
        return {each["partition"]: each["position"] or 0 for each in self.group(name)["partitions"]}

    def state(self, name):
        """Of the group, and how many members it counts."""
        for line in self.run("groups", "list", "--json").splitlines():
            if (each := json.loads(line))["group"] == name:
                return each["state"], each["members"]
        return "Empty", 0

    def lag(self, name):
        return self.group(name)["lag"]


class Member:
    def __init__(self, lab, name, flags, out):
        lab.names += 1
        self.path = lab.folder / f"out-{lab.names}"
        self.err = open(f"{self.path}.err", "w+")
        with open(self.path, "wb") as file:
            self.process = subprocess.Popen([lab.bin / "consume", "-b", lab.broker, "-g", name, *SHORT, *flags, name],
                                            stdout=file if out is None else out, stderr=self.err,
                                            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))

    def lines(self):
        return self.path.read_text().splitlines()

    def partitions(self):
        return {int(line.split()[0]) for line in self.lines()}

    def told(self):
        self.err.seek(0)
        return self.err.read()

    def end(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        return self.process.wait(PATIENCE)


def wait_for(what, condition, told=lambda: ""):
    until = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > until:
            raise AssertionError(f"waited {PATIENCE} s for {what} {told()}")
        time.sleep(0.02)


def a_slow_reader_costs_no_membership(lab):
    name = lab.fresh(2, 0)
    lab.write(name, 2, 2000, size=2000)  # more than a pipe holds
    ours, theirs = os.pipe()
    member = lab.member(name, out=theirs)
    os.close(theirs)
    # Nobody reads for three times as long as a member may be silent: that is what is tested, and no wait for something.
    wait_for("the member to have partitions", lambda: len(lab.held(name)) == 2)
    until = time.monotonic() + 6
    while time.monotonic() < until:
        assert len(lab.held(name)) == 2, f"the member was put out: {member.told()}"
        time.sleep(0.1)
    seen = []
    with os.fdopen(ours) as reader:
        for line in reader:
            seen.append(tuple(map(int, line.split())))
            if len(seen) == 4000:
                break
        assert sorted(set(seen)) == sorted(seen), "records came twice"
        assert member.end() == 143
    assert lab.lag(name) == 0
    assert member.told() == "", member.told()


def a_killed_member_has_stored_nothing_that_is_not_out(lab):
    name = lab.fresh(2, 0)
    lab.write(name, 2, 40_000, size=30)  # several batches in a pipe, and more than it holds
    ours, theirs = os.pipe()
    member = lab.member(name, out=theirs)
    os.close(theirs)
    wait_for("positions to be stored", lambda: any(lab.positions(name).values()))
    stored = lab.positions(name)
    member.end(signal.SIGKILL)
    out = set()
    with os.fdopen(ours) as reader:
        for line in reader:
            if line.endswith("\n"):
                out.add(tuple(map(int, line.split())))
    assert len(out) < 80_000, "the pipe held all, so nothing is shown"
    for partition, position in stored.items():
        missing = [n for n in range(position) if (partition, n) not in out]
        assert not missing, f"partition {partition}: {position} is stored, and {len(missing)} records are not out"


def partitions_that_stay_are_read_on_while_others_move(lab):
    name = lab.fresh(4, 10)
    first = lab.member(name)
    wait_for("all records", lambda: len(first.lines()) == 40)
    second = lab.member(name)

    def shared():
        lab.write(name, 4, 1)
        return second.lines()
    wait_for("the second member to read", shared)
    moved = second.partitions()
    before = len(first.lines())
    lab.write(name, 4, 10)
    wait_for("the first to read what is left to it", lambda: len(first.lines()) > before)
    assert len(moved) <= 2, f"{moved} have moved: more than half"
    assert first.end() == 143 and second.end() == 143
    lines = first.lines() + second.lines()
    last = lab.run("consume", "-e", name).splitlines()
    assert sorted(lines) == sorted(last), "a move lost or doubled records"


def a_static_member_comes_back_to_its_partitions(lab):
    name = lab.fresh(4, 5)
    long = ["-X", "session.timeout.ms=20000"]
    one = lab.member(name, *long, "-X", "group.instance.id=one", "-X", "max.poll.interval.ms=20000")
    two = lab.member(name, *long, "-X", "group.instance.id=two", "-X", "max.poll.interval.ms=20000")

    def read_by(member, at):
        return {int(line.split()[0]) for line in member.lines()[at:]}

    def shares():
        """Who reads what just now."""
        at = len(one.lines()), len(two.lines())
        lab.write(name, 4, 1)
        wait_for("all to be read", lambda: len(one.lines()) + len(two.lines()) >= sum(at) + 4)
        return read_by(one, at[0]), read_by(two, at[1])
    # Until the group has settled, a partition may be on its way.
    wait_for("half of them each", lambda: (halves := shares()) == shares() and len(halves[0]) == len(halves[1]) == 2)
    its_own = shares()[1]
    assert two.end() == 143
    # Nobody takes over what it had: no rebalance, since it said that it would come back.
    kept = len(one.lines())
    lab.write(name, 4, 3)
    wait_for("the first to read", lambda: len(one.lines()) >= kept + 3 * (4 - len(its_own)))
    assert not its_own & read_by(one, kept), "the partitions were taken over"
    again = lab.member(name, *long, "-X", "group.instance.id=two", "-X", "max.poll.interval.ms=20000")
    wait_for("it to come back", lambda: len(again.lines()) >= 3 * len(its_own))
    assert again.partitions() == its_own, f"{again.partitions()} instead of {its_own}"
    assert one.end() == 143 and again.end() == 143


def several_catch_up_together_and_end(lab):
    name = lab.fresh(6, 500)
    members = [lab.member(name, "-e") for _ in range(4)]
    for member in members:
        assert member.process.wait(PATIENCE) == 0, member.told()
    lines = [line for member in members for line in member.lines()]
    assert sorted(lines) == sorted(lab.run("consume", "-e", name).splitlines()), "lost or doubled"
    assert lab.lag(name) == 0
    # More members than partitions: those without one end, too.
    single = lab.fresh(1, 10)
    members = [lab.member(single, "-e") for _ in range(3)]
    for member in members:
        assert member.process.wait(PATIENCE) == 0, member.told()
    assert sum(len(member.lines()) for member in members) == 10


def a_position_that_is_not_there_is_told(lab):
    from kafka import KafkaConsumer, OffsetAndMetadata, TopicPartition
    name = lab.fresh(1, 5)
    for reset, wanted in ((), 5), (("-X", "auto.offset.reset=latest"), 0), (("-X", "auto.offset.reset=error"), None):
        other = KafkaConsumer(bootstrap_servers=lab.broker, group_id=name, enable_auto_commit=False)
        other.commit({TopicPartition(name, 0): OffsetAndMetadata(100, "")})
        other.close()
        member = lab.member(name, "-e", *reset)
        code = member.process.wait(PATIENCE)
        told = member.told()
        assert f"group '{name}' is at offset 100 of {name}-0, which holds 0 to 5" in told, told
        assert code == (5 if wanted is None else 0), told
        assert len(member.lines()) == (wanted or 0), member.lines()


def members_that_do_not_share_alike_are_refused(lab):
    name = lab.fresh(2, 1)
    first = lab.member(name)
    wait_for("it to read", lambda: len(first.lines()) == 2)
    second = lab.member(name, "-X", "partition.assignment.strategy=range")
    assert second.process.wait(5) == 2, second.told()
    assert "hint: share as its other members do" in second.told(), second.told()
    assert "did not answer" not in second.told(), second.told()
    assert first.end() == 143


def a_reader_that_shares_eagerly_works(lab):
    name = lab.fresh(4, 50)
    eager = ["-X", "partition.assignment.strategy=range"]
    first = lab.member(name, *eager)
    wait_for("it to read", lambda: len(first.lines()) == 200)
    second = lab.member(name, *eager)

    def shared():
        lab.write(name, 4, 1)
        return second.lines()
    wait_for("the second member to read", shared)
    assert first.end() == 143 and second.end() == 143
    rest = lab.member(name, *eager, "-e")
    assert rest.process.wait(PATIENCE) == 0
    lines = first.lines() + second.lines() + rest.lines()
    assert sorted(lines) == sorted(lab.run("consume", "-e", name).splitlines()), "lost or doubled"


# Whom the group does not know to have left, it waits for until the session ends: longer than any wait here.
LONG = ["-X", "session.timeout.ms=45000", "-X", "heartbeat.interval.ms=3000", "-X", "max.poll.interval.ms=60000"]


def all_have_left(lab, name, within=3):
    started = time.monotonic()
    wait_for("the group to be empty", lambda: lab.state(name)[1] == 0, lambda: lab.state(name))
    assert time.monotonic() - started < within, "the group waited for one that has gone"
    next_one = lab.member(name, "-e", *LONG)
    assert next_one.process.wait(PATIENCE) == 0, next_one.told()
    assert time.monotonic() - started < 10, "the next run waited for one that has gone"


def two_in_the_second_round(lab):
    """A group of two, of which one has given up half of its partitions, and waits for the other to come for them."""
    for _ in range(10):
        name = lab.fresh(4, 10)
        quick = lab.member(name, *LONG, "-X", "heartbeat.interval.ms=100")
        wait_for("it to read", lambda: len(quick.lines()) == 40)
        slow = lab.member(name, *LONG)
        wait_for("a rebalance", lambda: lab.state(name) == ("PreparingRebalance", 2), lambda: lab.state(name))
        # The quick one hears of the other within a second, which ends the first round. The slow one hears of the second
        # round with its next heartbeat, up to three seconds later.
        since = time.monotonic()
        while lab.state(name) == ("PreparingRebalance", 2):
            if time.monotonic() - since > 1.3:
                return name, quick, slow
        assert quick.end() == 143 and slow.end() == 143  # the heartbeat came soon
    raise AssertionError("no second round was long enough to be seen")


def members_that_are_ended_while_the_group_shares_anew_leave_it(lab):
    for slow_first in False, True:
        name, quick, slow = two_in_the_second_round(lab)
        members = [slow, quick] if slow_first else [quick, slow]
        for member, how in zip(members, (signal.SIGINT, signal.SIGTERM)):
            assert member.end(how) == 128 + how, member.told()
            assert member.told() == "", member.told()
        all_have_left(lab, name)


def a_member_that_waits_to_be_let_in_leaves(lab):
    name = lab.fresh(4, 10)
    first = lab.member(name, *LONG)
    wait_for("it to read", lambda: len(first.lines()) == 40)
    second = lab.member(name, *LONG)
    wait_for("a rebalance", lambda: lab.state(name) == ("PreparingRebalance", 2), lambda: lab.state(name))
    assert second.end() == 143, second.told()
    wait_for("the first to be alone", lambda: lab.state(name) == ("Stable", 1), lambda: lab.state(name))
    assert first.end() == 143, first.told()
    all_have_left(lab, name)


def a_member_without_partitions_leaves(lab):
    name = lab.fresh(1, 10)
    members = [lab.member(name, *LONG, "-X", "heartbeat.interval.ms=300") for _ in range(2)]
    wait_for("both to be in", lambda: lab.state(name) == ("Stable", 2), lambda: lab.state(name))
    spare = min(members, key=lambda member: len(member.lines()))
    assert spare.end() == 143, spare.told()
    wait_for("the other to be alone", lambda: lab.state(name) == ("Stable", 1), lambda: lab.state(name))
    members.remove(spare)
    assert members[0].end(signal.SIGINT) == 130, members[0].told()
    all_have_left(lab, name)


def a_member_leaves_however_it_ends(lab):
    for flags in ["-e"], ["-n", "3"]:
        name = lab.fresh(4, 10)
        member = lab.member(name, *LONG, *flags)
        assert member.process.wait(PATIENCE) == 0, member.told()
        all_have_left(lab, name)
    name = lab.fresh(4, 10)
    ours, theirs = os.pipe()
    member = lab.member(name, *LONG, out=theirs)
    os.close(theirs)
    wait_for("it to be in", lambda: lab.state(name) == ("Stable", 1), lambda: lab.state(name))
    os.close(ours)  # its reader goes, and it may be waiting for records
    member.process.wait(PATIENCE)
    all_have_left(lab, name)


def with_a_reader_that_reads_nothing(lab):
    """A member that has more to write than its pipe takes, and what its reader would read."""
    name = lab.fresh(2, 0)
    lab.write(name, 2, 2000, size=2000)
    ours, theirs = os.pipe()
    member = lab.member(name, *LONG, out=theirs)
    os.close(theirs)
    waiting = array.array("i", [0])

    def full():
        before = waiting[0]
        fcntl.ioctl(ours, termios.FIONREAD, waiting)
        return waiting[0] == before > 0
    wait_for("a full pipe", full)
    return name, member, ours


def a_member_that_is_ended_and_cannot_write_leaves_before_its_reader_reads(lab):
    name, member, ours = with_a_reader_that_reads_nothing(lab)
    member.process.send_signal(signal.SIGTERM)
    all_have_left(lab, name, 5)
    assert member.process.poll() is None, "what was read is to be written still"
    with os.fdopen(ours) as reader:
        out = reader.read().splitlines()
    assert member.process.wait(PATIENCE) == 143, member.told()
    assert "records again that are on their way out here" in member.told(), member.told()
    assert len(out) == len(set(out)) > 0


def a_member_that_is_ended_twice_leaves_within_a_second(lab):
    name, member, ours = with_a_reader_that_reads_nothing(lab)
    started = time.monotonic()
    member.process.send_signal(signal.SIGINT)
    code = member.end(signal.SIGTERM)
    assert code in (130, 143), (code, member.told())  # of two that are pending at once either may be told first
    assert time.monotonic() - started < 2, "the second signal did not end it"
    os.close(ours)
    all_have_left(lab, name)


def main():
    lab = Lab(*sys.argv[1:3])
    tests = [a_slow_reader_costs_no_membership, a_killed_member_has_stored_nothing_that_is_not_out,
             partitions_that_stay_are_read_on_while_others_move,
             a_static_member_comes_back_to_its_partitions, several_catch_up_together_and_end,
             a_position_that_is_not_there_is_told, members_that_do_not_share_alike_are_refused, a_reader_that_shares_eagerly_works,
             members_that_are_ended_while_the_group_shares_anew_leave_it, a_member_that_waits_to_be_let_in_leaves,
             a_member_without_partitions_leaves, a_member_leaves_however_it_ends,
             a_member_that_is_ended_and_cannot_write_leaves_before_its_reader_reads,
             a_member_that_is_ended_twice_leaves_within_a_second]
    tests = [test for test in tests if len(sys.argv) < 4 or test.__name__ in sys.argv[3:]]
    failed = 0
    for test in tests:
        started = time.monotonic()
        try:
            test(lab)
            print(f"passed  {time.monotonic() - started:5.1f} s  {test.__name__}")
        except AssertionError as error:
            failed += 1
            print(f"FAILED  {time.monotonic() - started:5.1f} s  {test.__name__}: {error}")
    if not failed:
        shutil.rmtree(lab.folder)
    return 1 if failed else 0


sys.exit(main())
