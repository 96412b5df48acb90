#!/usr/bin/python3
"""A tool with --state that is killed: state_test.py BIN SUBJECT

SUBJECT counts lines and writes what it counted. It, window, and each kind of table and of join, killed with -9 around every
100th event and at every call that changes a file, are run again with the same command line: into a file the output is that
of a run that was not killed; into a pipe it is, once the rows that came again are taken away. A full disk ends the run with
exit 4, and the next goes on.
"""
import array
import fcntl
import json
import os
import signal
import subprocess
import sys
import tempfile
import termios
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from real_disk import Mount, Tally, number, own_mounts  # noqa: E402

EVENTS = 2000
CALLS = "write,pwrite64,fdatasync,fsync,ftruncate,openat,rename,renameat,unlink,mkdir"


def keys():
    return [b"key %d" % (i * 7919 % 97) for i in range(EVENTS)]


def envelope(i, topic, key, value):
    return json.dumps({"topic": topic, "partition": i % 3, "offset": i // 3, "ts": i, "key": key, "value": value},
                      separators=(",", ":")).encode()


def envelopes():
    return [envelope(i, "t", None, key.decode()) for i, key in enumerate(keys())]


def rows():
    """Of a table: now and then one goes. Each says which event it is of, so that no two rows are alike."""
    return [envelope(i, "t", "k%d" % (i * 7919 % 97), None if i % 11 == 5 else {"n": i, "g": i % 7}) for i in range(EVENTS)]


def two_sides():
    """Of a join: each key on both sides, and what of the left refers to what of the right."""
    return [envelope(i, "lr"[i * 7919 % 13 % 2], "k%d" % (i * 104729 % 41), {"n": i, "ref": "k%d" % (i % 41)})
            for i in range(EVENTS)]


# Whose output has to survive: name, the command behind BIN/, its events.
JOIN = ["join", "-q", "-J", "--left", "l", "--right", "r"]
KINDS = [
    ("window", ["window", "-q", "-J", "--tumbling", "50ms", "--grace", "20ms", "--by", "key=."], envelopes),
    ("table", ["table", "-q", "-J"], rows),
    ("table --changes", ["table", "-q", "-J", "--changes", "--ttl", "300ms"], rows),
    ("table --group-by", ["table", "-q", "-J", "--changes", "--group-by", "g", "--agg", "n=count()", "--agg", "top=max(n)"], rows),
    ("join of streams", [*JOIN, "--within", "40ms", "--grace", "5ms", "--type", "outer"], two_sides),
    ("join with a table", [*JOIN, "--table", "--type", "left"], two_sides),
    ("join as of", [*JOIN, "--table", "--as-of", "--grace", "20ms", "--type", "left"], two_sides),
    ("join of tables", [*JOIN, "--tables", "--type", "outer"], two_sides),
    ("join by foreign key", [*JOIN, "--foreign-key", "ref", "--type", "left"], two_sides),
]


class Lab:
    def __init__(self, bin_, subject):
        self.bin, self.subject = bin_, subject
        self.folder = tempfile.mkdtemp(prefix="weir-state-crash-")
        self.bus = self.folder + "/bus"
        self.fresh()

    def fresh(self):
        self.number = getattr(self, "number", 0) + 1
        self.state = "%s/state%d" % (self.folder, self.number)
        self.out = "%s/out%d" % (self.folder, self.number)

    def command(self, *more, tool=None):
        """`tool`: else the subject."""
        begin = [self.subject, "-q"] if tool is None else [self.bin + "/" + tool[0], *tool[1:]]
        return [*begin, "--state", self.state, "--state-interval", "0", *more]

    def path(self, name, lines):
        path = self.folder + "/" + name
        with open(path, "wb") as file:
            file.write(b"".join(line + b"\n" for line in lines))
        return path


def finish(command, out, **more):
    """Runs it to its end, appending to `out`; its exit code and what it said."""
    with open(out, "ab") as file:
        ran = subprocess.run(command, stdout=file, stderr=subprocess.PIPE, timeout=120, **more)
    return ran.returncode, ran.stderr.decode(errors="replace")


def read(path):
    with open(path, "rb") as file:
        return file.read()


def whole_output(lab, lines, *flags, tool=None):
    """Of a run that nobody disturbs, and that saves nothing."""
    begin = [lab.subject, "-q"] if tool is None else [lab.bin + "/" + tool[0], *tool[1:]]
    out = subprocess.run([*begin, *flags, lab.path("whole", lines)], stdout=subprocess.PIPE, timeout=120, check=True).stdout
    assert out.count(b"\n") >= 50, "too little to be a test"
    return out


def feed_and_kill(process, lines):
    """Hands lines to its stdin, waits until it has taken them, and kills it."""
    pipe = process.stdin.fileno()
    try:
        process.stdin.write(b"".join(line + b"\n" for line in lines))
        process.stdin.flush()
        left = array.array("i", [1])
        while left[0] > 0 and process.poll() is None:
            fcntl.ioctl(pipe, termios.FIONREAD, left)
    except BrokenPipeError:
        pass
    process.kill()
    process.wait()
    try:
        process.stdin.close()
    except BrokenPipeError:
        pass


def killed_into_a_file(lab, whole, lines, memory, tool=None):
    lab.fresh()
    command = lab.command(*([] if tool else ["-J"]), "--max-state", memory, tool=tool)
    for end in range(100, EVENTS, 100):
        with open(lab.out, "ab") as out:
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=out, stderr=subprocess.DEVNULL)
        # Whoever feeds it begins where it likes, as long as that is not behind what was saved.
        feed_and_kill(process, lines[:end])
    code, errors = finish(command, lab.out, input=b"".join(line + b"\n" for line in lines))
    if code != 0:
        return "exit %d: %s" % (code, errors)
    return "" if read(lab.out) == whole else "the output is another one"


def killed_into_a_pipe(lab, whole, lines, tool=None):
    lab.fresh()
    rows = whole.splitlines()
    place = {row: i for i, row in enumerate(rows)}
    if len(place) != len(rows):
        return "two rows are alike"
    command, seen = lab.command(*([] if tool else ["-J"]), tool=tool), 0
    for end in [*range(100, EVENTS, 100), None]:
        with open(lab.folder + "/piece", "wb") as piece:
            cat = subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=piece)
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=cat.stdin, stderr=subprocess.DEVNULL)
            cat.stdin.close()
            if end is None:
                process.communicate(b"".join(line + b"\n" for line in lines), timeout=120)
            else:
                feed_and_kill(process, lines[:end])
            cat.wait()
        got = read(lab.folder + "/piece")
        got = got[: got.rfind(b"\n") + 1].splitlines()
        if not got:
            continue
        first = place.get(got[0])
        if first is None or got != rows[first : first + len(got)]:
            return "what came after a kill is no piece of the output"
        if first > seen:
            return "rows %d to %d are missing" % (seen, first)
        seen = max(seen, first + len(got))
    return "" if seen == len(rows) else "%d rows of %d" % (seen, len(rows))


def killed_at_every_call(lab, whole, lines, tool=None):
    """Trials, and the first thing that was wrong."""
    file = lab.path("events", lines)
    trials = 0
    for call in CALLS.split(","):
        for when in range(1, 1000):
            lab.fresh()
            with open(lab.out, "ab") as out:
                ran = subprocess.run(
                    ["strace", "-qq", "-f", "-o", "/dev/null", "-e", "trace=" + call, "-e",
                     "inject=%s:signal=KILL:when=%d" % (call, when), *lab.command(file, tool=tool)],
                    stdout=out, stderr=subprocess.DEVNULL, timeout=120)
            if ran.returncode == 0:
                break  # there is no such call any more
            trials += 1
            code, errors = finish(lab.command(file, tool=tool), lab.out)
            if code != 0:
                return trials, "killed at %s %d, then exit %d: %s" % (call, when, code, errors)
            if read(lab.out) != whole:
                return trials, "killed at %s %d: the output is another one" % (call, when)
    return trials, ""


def full_disk(lab, whole, lines, memory="1GiB", tool=None):
    """Of the state, with a little more room each time. Trials, and the first thing that was wrong."""
    lab.fresh()
    file = lab.path("events", lines)
    with Mount(lab.folder + "/disk", "tmpfs", 4096) as disk:
        lab.state = disk.path + "/state"
        command = lab.command("--max-state", memory, file, tool=tool)
        room = os.statvfs(disk.path)
        seen = 0
        for leave in range(0, 4096, 16):
            with open(disk.path + "/ballast", "wb") as ballast:
                try:
                    ballast.write(bytes(max(0, room.f_bavail * room.f_frsize - (leave << 10))))
                except OSError:
                    pass
            code, errors = finish(command, lab.out)
            if code == 0:
                break
            if code != 4 or "disk full" not in errors:
                return seen, "exit %d: %s" % (code, errors)
            seen += 1
            os.unlink(disk.path + "/ballast")
        if seen == 0:
            return seen, "the disk was never full"
        return seen, "" if read(lab.out) == whole else "the output is another one"


def full_temporary_disk(lab):
    """What memory has no room for, and the disk neither: nothing is kept, and nothing left behind."""
    many = [envelope(i, "t", "key %d" % i, os.urandom(100).hex()) for i in range(60000)]
    with Mount(lab.folder + "/tmp", "tmpfs", 1024) as disk:
        table = [lab.bin + "/table", "-q", "-J", "--max-state", "64KiB", lab.path("many", many)]
        code, errors = finish(table, lab.folder + "/none", env={**os.environ, "TMPDIR": disk.path})
        if code != 4 or "disk full" not in errors:
            return "exit %d: %s" % (code, errors)
        return "left: %s" % os.listdir(disk.path) if os.listdir(disk.path) else ""


def signal_suspends(lab, whole):
    lab.fresh()
    lines = envelopes()
    with open(lab.out, "ab") as out:
        process = subprocess.Popen(lab.command("-J", "--state-interval", "1h"), stdin=subprocess.PIPE, stdout=out)
    process.stdin.write(b"".join(line + b"\n" for line in lines[:1000]))
    process.stdin.flush()
    left = array.array("i", [1])
    while left[0] > 0:
        fcntl.ioctl(process.stdin.fileno(), termios.FIONREAD, left)
    process.send_signal(signal.SIGTERM)
    code = process.wait(timeout=60)
    if code != 143:
        return "exit %d" % code
    if b"keys" in read(lab.out):
        return "the end was emitted"
    code, errors = finish(lab.command("-J"), lab.out, input=b"".join(line + b"\n" for line in lines))
    if code != 0:
        return "exit %d: %s" % (code, errors)
    return "" if read(lab.out) == whole else "the output is another one"


def topic_suspends(lab, whole):
    lab.fresh()
    lines = keys()
    command = lab.command("-b", lab.bus, "topic:t")
    for part in (lines[:700], lines[700:]):
        ran = subprocess.run([lab.bin + "/produce", "-q", "-b", lab.bus, "t"], input=b"".join(l + b"\n" for l in part),
                             capture_output=True, timeout=60)
        if ran.returncode != 0:
            return ran.stderr.decode(errors="replace")
        code, errors = finish(command, lab.out)
        if code != 0:
            return "exit %d: %s" % (code, errors)
    end = whole.rfind(b"keys ")
    return "" if read(lab.out) == whole[:end] else "the output is another one"


def main():
    lab = Lab(sys.argv[1], os.path.abspath(sys.argv[2]))
    tally = Tally()
    whole, of_envelopes = whole_output(lab, keys()), whole_output(lab, envelopes(), "-J")

    def test(name, run):
        started = time.monotonic()
        result = run()
        trials, wrong = result if isinstance(result, tuple) else (None, result)
        tally.test(name, time.monotonic() - started, wrong)
        if trials is not None:
            tally.counted(name, trials, 1 if wrong else 0)

    for name, tool, made_of in [("a subject", None, envelopes), *KINDS]:
        lines = made_of()
        all_rows = whole_output(lab, lines, tool=tool) if tool else of_envelopes
        # Of tiny memory nearly nothing stays there.
        for memory in ("1GiB", "8KiB"):
            test("%s with %s killed at every 100th event has in a file the rows of a run that was not" % (name, memory),
                 lambda: killed_into_a_file(lab, all_rows, lines, memory, tool))
        test("%s killed at every 100th event gives a pipe every row, some of them again" % name,
             lambda: killed_into_a_pipe(lab, all_rows, lines, tool))
    test("a signal suspends, and the next run goes on", lambda: signal_suspends(lab, of_envelopes))
    test("a topic that has been read to its end suspends, and the next run goes on", lambda: topic_suspends(lab, whole))
    for name, tool, lines in [("a subject", None, keys()), *[(name, tool, made_of()) for name, tool, made_of in KINDS
                                                             if name in ("table --changes", "join of streams")]]:
        all_rows = whole_output(lab, lines, tool=tool)
        test("%s killed at every call that changes a file has the same output" % name,
             lambda: killed_at_every_call(lab, all_rows, lines, tool))
    own_mounts([])
    for name, tool, lines in [("a subject", None, keys()), ("table --changes", KINDS[2][1], rows())]:
        all_rows = whole_output(lab, lines, tool=tool)
        for memory in ("1GiB", "8KiB"):
            test("%s with %s: a full disk is exit 4, and with room the next run goes on" % (name, memory),
                 lambda: full_disk(lab, all_rows, lines, memory, tool))
    test("a temporary disk that is full is exit 4", lambda: full_temporary_disk(lab))
    subprocess.run(["rm", "-rf", lab.folder])
    sys.exit(1 if Tally.failed else 0)


main()
