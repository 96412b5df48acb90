#!/usr/bin/python3
"""E4, a disk that is really full: disk_full_test.py BIN

A file is produced with --resume onto a small file system that has less and less room. Whenever it is full the run ends
with exit 4 and says so; the log holds what was acknowledged, each line once and in order; as soon as there is room the
next run goes on where the log had got to, without any repair.
"""
import os
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from real_disk import Mount, Producer, Tally, number, own_mounts, stored  # noqa: E402

STEP_KIB = 96  # given back after each time that the disk was full


def fill(path, leave_bytes):
    """Writes a file that leaves so much room, or less."""
    room = os.statvfs(path)
    take = room.f_bavail * room.f_frsize - leave_bytes
    with open(path + "/ballast", "wb") as file:
        try:
            while take > 0:
                take -= file.write(bytes(min(take, 1 << 16)))
                file.flush()
        except OSError:
            pass


def check(bin_, bus, lines, acknowledged):
    found, error = stored(bin_, bus)
    if error:
        return "the log does not read: " + error
    if found != lines[: len(found)]:
        return "the log is not the beginning of the file, each line once"
    if len(found) < acknowledged:
        return "%d lines were acknowledged, %d are there" % (acknowledged, len(found))
    return ""


def run(bin_, disk, lines_file, lines, cycles):
    """Full disks seen, and the first thing that was wrong."""
    full = 0
    while full < cycles:
        bus = disk.path + "/log%d" % full
        fill(disk.path, STEP_KIB << 10)
        acknowledged = 0
        for _ in range(1000):
            producer = Producer(bin_, bus, lines_file)
            code = producer.wait()
            acknowledged = max(acknowledged, producer.acknowledged)
            if code not in (0, 4):
                return full, "exit %d: %s" % (code, producer.errors.decode(errors="replace"))
            if os.path.isdir(bus + "/events-0"):
                wrong = check(bin_, bus, lines, acknowledged)
                if wrong:
                    return full, wrong
            elif acknowledged > 0:
                return full, "%d lines were acknowledged, and there is no topic" % acknowledged
            if code == 0:
                break
            full += 1
            if b"disk full" not in producer.errors:
                return full, "exit 4 without 'disk full': " + producer.errors.decode(errors="replace")
            ballast = disk.path + "/ballast"
            os.truncate(ballast, max(0, os.path.getsize(ballast) - (STEP_KIB << 10)))
        else:
            return full, "no run came to its end"
        if acknowledged != len(lines):
            return full, "%d of %d lines were acknowledged when all was stored" % (acknowledged, len(lines))
        os.unlink(disk.path + "/ballast")
        for root, folders, files in os.walk(bus, topdown=False):
            for name in files:
                os.unlink(root + "/" + name)
            for name in folders:
                os.rmdir(root + "/" + name)
    return full, ""


def main():
    (bin_,) = sys.argv[1:]
    own_mounts(["mkfs.ext4", "mount"])
    cycles = number("WEIR_DISK_FULL", 100)
    tally = Tally()
    with tempfile.TemporaryDirectory() as directory:
        lines = [b'{"n":%d,"text":"%s"}' % (n, b"x" * (n * 37 % 400)) for n in range(4000)]
        lines_file = directory + "/lines"
        with open(lines_file, "wb") as file:
            file.write(b"\n".join(lines) + b"\n")
        for kind, size_kib in (("tmpfs", 2048), ("ext4", 8192)):
            start = time.monotonic()
            with Mount(directory + "/" + kind, kind, size_kib) as disk:
                full, wrong = run(bin_, disk, lines_file, lines, cycles)
            tally.counted("E4 full disks, %s of %d MiB" % (kind, size_kib >> 10), full, bool(wrong))
            tally.test("a full %s loses nothing acknowledged, and the next run goes on" % kind, time.monotonic() - start, wrong)
    sys.exit(tally.failed)


main()
