#!/usr/bin/python3
"""P3, the power of a real file system: fs_cut_test.py BIN

`produce` writes to ext4 on a loop device; at a random moment the kernel's shutdown of the file system takes away what was
not on the disk. After a remount the log must hold what was acknowledged, each line once and in order, and the next run
must go on. The control writes with --durability os, where the same cuts have to lose lines: else they would be none.
"""
import os
import random
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from real_disk import Boot, Mount, Producer, Tally, number, own_mounts, stored  # noqa: E402

LINES = 200000
SIZE_KIB = 64 << 10
CONTROL_CUTS = 20
CONTROL_SHARE = 0.95  # of the cuts must lose something


def cut(bin_, boot, disk, lines_file, flag, wait_lines, *flags):
    """Lines acknowledged by a run whose power went after `wait_lines` of them, or soon after; None if it was through."""
    producer = Producer(bin_, disk.path + "/log", lines_file, *flags)
    deadline = time.monotonic() + 60
    while producer.acknowledged < wait_lines and producer.process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.0005)
    disk.cut_power(flag)
    # An acknowledgement behind the cut would be a lie about what is on the disk, so they count as well.
    code = producer.wait()
    disk.unmount()
    boot.next()
    disk.mount()
    return producer.acknowledged, code


def durable(bin_, boot, directory, options, lines_file, lines, cuts, dice):
    """Cuts made, and the first thing that was wrong."""
    made = 0
    while made < cuts:
        with Mount(directory + "/disk", "ext4", SIZE_KIB, options) as disk:
            acknowledged = 0
            while made < cuts:
                flag = dice.randrange(3)
                told, code = cut(bin_, boot, disk, lines_file, flag, dice.choice((0, 1, 10, 100, 1000, 5000)))
                acknowledged = max(acknowledged, told)
                made += 1
                if os.path.isdir(disk.path + "/log/events-0"):
                    found, error = stored(bin_, disk.path + "/log")
                    if error:
                        return made, "the log does not read: " + error
                else:
                    found = []
                if found != lines[: len(found)]:
                    return made, "the log is not the beginning of the file, each line once"
                if len(found) < acknowledged:
                    return made, "flag %d: %d lines were acknowledged, %d are there" % (flag, acknowledged, len(found))
                if code == 0 or len(found) == len(lines):
                    break
    return made, ""


def control(bin_, boot, directory, lines_file, cuts, dice):
    """Of so many cuts under --durability os, how many lost lines that were acknowledged."""
    lost = 0
    for _ in range(cuts):
        with Mount(directory + "/disk", "ext4", SIZE_KIB, "data=ordered") as disk:
            told, _ = cut(bin_, boot, disk, lines_file, 2, dice.choice((100, 1000, 5000)), "--durability", "os")
            found, _ = stored(bin_, disk.path + "/log")
            lost += len(found) < told
    return lost


def main():
    (bin_,) = sys.argv[1:]
    own_mounts(["mkfs.ext4", "mount"])
    cuts = number("WEIR_FS_CUTS", 300)
    seed = number("WEIR_SEED", 1)
    dice = random.Random(seed)
    tally = Tally()
    with tempfile.TemporaryDirectory() as directory:
        boot = Boot(directory)
        lines = [b'{"n":%d}' % n for n in range(LINES)]
        lines_file = directory + "/lines"
        with open(lines_file, "wb") as file:
            file.write(b"\n".join(lines) + b"\n")
        for mode in ("ordered", "writeback", "journal"):
            start = time.monotonic()
            made, wrong = durable(bin_, boot, directory, "data=" + mode, lines_file, lines, cuts // 3, dice)
            tally.counted("P3 real power cuts, ext4 data=" + mode, made, bool(wrong), "seed %d" % seed)
            tally.test("a real power cut on ext4 data=%s loses nothing acknowledged" % mode, time.monotonic() - start, wrong)
        start = time.monotonic()
        lost = control(bin_, boot, directory, lines_file, CONTROL_CUTS, dice)
        tally.counted("P3 control: cuts that lost something with --durability os", CONTROL_CUTS, lost, "violations wanted")
        tally.test("planted fault, no fsync: the real power cuts see acknowledged lines lost", time.monotonic() - start,
                   "" if lost >= CONTROL_SHARE * CONTROL_CUTS else "only %d of %d cuts lost something" % (lost, CONTROL_CUTS))
    sys.exit(tally.failed)


main()
