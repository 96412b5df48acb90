"""Time and memory of shell commands, for bench.py and memory_test.py."""
import os
import statistics
import tempfile
import time


class Run:
    """One run of a command by sh: seconds of wall clock and of CPU."""

    def __init__(self, command, env=None):
        start = time.monotonic()
        pid = os.posix_spawn("/bin/sh", ["sh", "-c", command], env or os.environ)
        _, status, usage = os.wait4(pid, 0)
        self.wall = time.monotonic() - start
        self.cpu = usage.ru_utime + usage.ru_stime
        self.code = os.waitstatus_to_exitcode(status)
        if self.code != 0:
            raise RuntimeError("exit %d: %s" % (self.code, command))


def peak_mib(peak, command, source=None):
    """Peak resident memory of one program (not of a pipeline), in MiB. `peak`: the program of that name; `source`: a
    command whose output the program reads."""
    with tempfile.NamedTemporaryFile("r") as file:
        Run("%s %s %s %s" % (source + " |" if source else "exec", peak, file.name, command))
        return int(file.read()) / 1024


def timed_in_turns(commands, rounds, before=None):
    """Runs each command once per round, one after the other, so that a slow minute of the machine hits all of them. A
    command is a line for sh, or a function that does the work and returns what has `wall` and `cpu`. By name: the medians
    of both."""
    runs = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            if before:
                before(name)
            runs[name].append(command() if callable(command) else Run(command))
    return {name: Medians(statistics.median(run.wall for run in all_runs), statistics.median(run.cpu for run in all_runs))
            for name, all_runs in runs.items()}


class Medians:
    def __init__(self, wall, cpu):
        self.wall, self.cpu = wall, cpu


def in_turns(commands, rounds, before=None):
    """The median wall time of each, by name."""
    return {name: medians.wall for name, medians in timed_in_turns(commands, rounds, before).items()}
