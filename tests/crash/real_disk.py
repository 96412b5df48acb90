"""Real file systems for the crash tests: small ones that are full soon, and ones whose power can be cut.

Everything happens in a mount namespace of its own, so that nothing stays mounted whatever happens to the test.
"""
import array
import ctypes
import fcntl
import os
import shutil
import subprocess
import sys
import threading
import time
import uuid

CLONE_NEWNS = 0x20000
EXT4_IOC_SHUTDOWN = 0x8004587D  # _IOR('X', 125, __u32)


def number(name, otherwise):
    return int(os.environ.get(name, otherwise))


def skip(reason):
    """Exit 77 is a skip to ctest; scripts/test counts it. What failed before stays a failure."""
    print("SKIP: " + reason)
    sys.exit(1 if Tally.failed else 77)


def own_mounts(needs):
    """Makes a mount namespace, or skips the whole test."""
    if os.geteuid() != 0:
        skip("file systems can be mounted by root only")
    for tool in needs:
        if shutil.which(tool) is None:
            skip(tool + " is not installed")
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNS) != 0:
        skip("no mount namespace: " + os.strerror(ctypes.get_errno()))
    if subprocess.run(["mount", "--make-rprivate", "/"], capture_output=True).returncode != 0:
        skip("the mounts of this machine cannot be made private")


class Boot:
    """A boot id of this mount namespace's own: after a cut the machine has started again, and what is said of the boot
    before counts for nothing."""

    ID = "/proc/sys/kernel/random/boot_id"

    def __init__(self, directory):
        self.file = directory + "/boot_id"
        self.next()
        ran = subprocess.run(["mount", "--bind", self.file, self.ID], capture_output=True, text=True)
        if ran.returncode != 0:
            skip("the boot id cannot be replaced here: " + ran.stderr.strip())

    def next(self):
        with open(self.file, "w", encoding="ascii") as file:
            file.write(str(uuid.uuid4()) + "\n")


class Mount:
    """A file system of its own at `path`; gone with the `with` statement."""

    def __init__(self, path, kind, size_kib, options=""):
        self.path, self.kind, self.options = path, kind, options
        self.image = path + ".image"
        os.makedirs(path, exist_ok=True)
        if kind == "tmpfs":
            self.options = "size=%dk" % size_kib
        else:
            with open(self.image, "wb") as file:
                file.truncate(size_kib << 10)
            made = subprocess.run(["mkfs." + kind, "-q", "-F", "-m", "0", self.image], capture_output=True, text=True)
            if made.returncode != 0:
                skip("mkfs.%s: %s" % (kind, made.stderr.strip()))
        self.mounted = False

    def __enter__(self):
        self.mount()
        return self

    def __exit__(self, *_):
        self.unmount()
        if os.path.exists(self.image):
            os.unlink(self.image)

    def mount(self):
        what = ["-t", "tmpfs", "none"] if self.kind == "tmpfs" else ["-t", self.kind, self.image]
        options = self.options if self.kind == "tmpfs" else ",".join(filter(None, ["loop", self.options]))
        ran = subprocess.run(["mount", "-o", options, *what, self.path], capture_output=True, text=True)
        if ran.returncode != 0:
            skip("cannot mount %s here: %s" % (self.kind, ran.stderr.strip()))
        self.mounted = True

    def unmount(self):
        if not self.mounted:
            return
        for _ in range(200):  # whoever wrote has been waited for; the kernel may need a moment
            if subprocess.run(["umount", self.path], capture_output=True).returncode == 0:
                self.mounted = False
                return
            time.sleep(0.01)
        raise RuntimeError("cannot unmount " + self.path)

    def cut_power(self, flag):
        """flag 0: freeze first, 1: write the journal, 2: nothing; what was not on the disk is gone after a remount."""
        fd = os.open(self.path, os.O_RDONLY)
        try:
            fcntl.ioctl(fd, EXT4_IOC_SHUTDOWN, array.array("I", [flag]))
        except OSError as error:
            skip("this kernel cannot shut a file system down: " + str(error))
        finally:
            os.close(fd)


class Producer:
    """`produce --resume` of a file. What is stored, by this run or one before it, --tee passes on in the order of the
    file: `acknowledged` counts those lines."""

    def __init__(self, bin_, bus, lines, *flags):
        self.acknowledged = 0
        self.wrong = ""
        self.process = subprocess.Popen(
            [bin_ + "/produce", "-q", "-T", "-b", bus, "--resume", "run", "--batch-size", "4KiB", *flags, "events", lines],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.errors = b""
        self.readers = [threading.Thread(target=self.count), threading.Thread(target=self.listen)]
        for reader in self.readers:
            reader.start()

    def count(self):
        for _ in self.process.stdout:
            self.acknowledged += 1

    def listen(self):
        self.errors = self.process.stderr.read()

    def wait(self):
        """Its exit code, when all it said has been read."""
        code = self.process.wait(timeout=120)
        for reader in self.readers:
            reader.join()
        return code


def stored(bin_, bus):
    """The values in the topic, in order, and what went wrong with reading them."""
    ran = subprocess.run([bin_ + "/consume", "-q", "-e", "-b", bus, "events"], capture_output=True, timeout=120)
    return ran.stdout.splitlines(), ran.stderr.decode(errors="replace") if ran.returncode != 0 else ""


class Tally:
    """As tests/support/tally.h writes it."""

    failed = False  # any test of this process

    def test(self, name, seconds, reason=""):
        status = "failed" if reason else "passed"
        Tally.failed = Tally.failed or bool(reason)
        print("%s: %s%s" % (status, name, ": " + reason if reason else ""))
        path = os.environ.get("WEIR_TALLY")
        if path:
            place = os.environ.get("WEIR_TALLY_PREFIX", "") + os.environ.get("WEIR_TEST", "")
            with open(path, "a", encoding="utf-8") as file:
                file.write("%s\t%.3f\t%s: %s\t%s\n" % (status, seconds, place, name, reason.replace("\n", " ")))

    def counted(self, what, trials, violations, more=""):
        line = "counted: %s: %d trials, %d violations%s" % (what, trials, violations, ", " + more if more else "")
        print(line)
        path = os.environ.get("WEIR_TALLY")
        if path:
            with open(path + ".notes", "a", encoding="utf-8") as file:
                file.write(line + "\n")
