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


def peak_mib(peak, command):
    """Peak resident memory of one program (not of a pipeline), in MiB. `peak`: the program of that name."""
    with tempfile.NamedTemporaryFile("r") as file:
        Run("exec %s %s %s" % (peak, file.name, command))
        return int(file.read()) / 1024


def in_turns(commands, rounds, before=None):
    """Runs each command once per round, one after the other, so that a slow minute of the machine hits all of them.
    The median wall time of each, by name."""
    walls = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            if before:
                before(name)
            walls[name].append(Run(command).wall)
    return {name: statistics.median(times) for name, times in walls.items()}
