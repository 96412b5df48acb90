#!/usr/bin/python3
"""trickle.py BIN FOLDER...: every step of every case in FOLDERs, with the same bytes in other forms: as files; as pipes that
bring one byte, or up to 64 KiB, at a time, stdin and each FILE alike; with next to no memory for state; and both. What a step
writes, to stdout and into files, and how it ends must be the same: results do not depend on how input came, nor on what was
spilled. feed.py puts itself in the place of the tools, so pipelines, several inputs and topics are covered too: `produce` makes
other batches of what comes in pieces. What has to stay as it is, is counted, with the reason."""
import collections
import os
import pathlib
import re
import subprocess
import sys
import tempfile

WAYS = {
    "one byte at a time": {"WEIR_FEED_SIZE": "1"},
    "64 KiB at a time": {"WEIR_FEED_SIZE": "65536"},
    "files, without memory": {"WEIR_FEED_MEMORY": "1"},
    "1,000 bytes at a time, without memory": {"WEIR_FEED_SIZE": "1000", "WEIR_FEED_MEMORY": "1"},
}
FED = ("window", "join", "table", "produce")
# Cases that are about what is varied here.
SKIPPED = {
    "only_state_on_disk_needs_rocksdb": "it hides what spilling needs",
    "without_rocksdb_the_package_is_named": "it hides what spilling needs",
}
KEEPS_ITS_MEMORY = {
    "a_stream_joined_with_itself": "200,000 events, each fetched from disk",
}
# How long a run took, and when a dead letter was written.
CLOCK = re.compile(rb'"seconds":[-+.e0-9]+,"rate":[-+.e0-9]+|(?<=\{"ts":)[0-9]+(?=,"key":null,"error":)')


def steps_of(case):
    """(files at the start, [(script, stdin)]) of a case file; see tests/e2e/case_file.h."""
    files, steps, to = {}, [], None
    for line in case.read_text(encoding="utf-8").split("\n"):
        if line.startswith("$ "):
            if steps and to == "script":
                steps[-1]["script"].append(line[2:])
            else:
                to = steps.append({"script": [line[2:]], "stdin": []}) or "script"
        elif line.startswith("> ") and to == "script":
            steps[-1]["script"].append(line[2:])
        elif line.startswith("--- file ") and not steps:
            to = ("file", line[len("--- file "):])
            files[to[1]] = []
        elif line.startswith("--- "):
            to = "stdin" if line == "--- stdin" else "other"
        elif to == "stdin":
            steps[-1]["stdin"].append(line)
        elif isinstance(to, tuple):
            files[to[1]].append(line)
    text = lambda lines: "".join(each + "\n" for each in unpadded(lines))
    return {name: text(lines) for name, lines in files.items()}, [
        ("\n".join(step["script"]), text(step["stdin"])) for step in steps]


def unpadded(lines):
    """Without the empty line that stands before the next step."""
    return lines[:-1] if lines and lines[-1] == "" else lines


def files_in(folder):
    """What has been written, but for logs and states, which are no results."""
    found = {}
    for path in sorted(folder.rglob("*")):
        inner = path.relative_to(folder)
        kept = any((folder / each).is_dir() and any((folder / each / name).exists() for name in ("CURRENT", "LOCK", "lock"))
                   for each in inner.parents)
        if path.is_file() and inner.parts[0] != "bus" and not kept:
            found[str(inner)] = path.read_bytes()
    return found


def as_in_others(data, names):
    for name, elsewhere in names.items():
        data = data.replace(name.encode(), elsewhere.encode())
    return CLOCK.sub(b"", data)


def answers(case, way, tools, binaries, done):
    """(script, exit, stdout, files) of each step, all in one fresh folder; `done` counts what feed.py says."""
    files, steps = steps_of(case)
    found, known = [], {}
    with tempfile.TemporaryDirectory() as scratch:
        folder, log = pathlib.Path(scratch, "work"), pathlib.Path(scratch, "log")
        folder.mkdir()
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        environment = dict(os.environ, PATH="%s:%s:%s" % (tools, binaries, os.environ["PATH"]), WEIR_BUS="%s/bus" % folder,
                           WEIR_FEED_BIN=binaries, WEIR_FEED_LOG=str(log), TZ="UTC", **way)
        for script, text in steps:
            log.write_text("")
            with open(os.path.join(scratch, "stdin"), "w+b") as file:
                file.write(text.encode())
                file.seek(0)
                ran = subprocess.run(["sh", "-c", script], stdin=file, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                     cwd=folder, env=environment, timeout=120, check=False)
            names = {scratch: ""}  # what only this way has in a text, and what the others have there
            for note in log.read_text().splitlines():
                if note.startswith("fd "):
                    _, descriptor, name = note.split(" ", 2)
                    names["/dev/fd/" + descriptor] = name
                else:
                    done[note] += 1
            known = {to: known[to] if to in known and known[to][0] == data else (data, as_in_others(data, names))
                     for to, data in [("stdout", ran.stdout), *files_in(folder).items()]}
            found.append((script, ran.returncode, {to: text for to, (_, text) in known.items()}))
    return found


def differ(case, name, first, other):
    """Says so; false when they do not."""
    if first == other:
        return False
    print("%s: %s, it is something else:\n$ %s" % (case, name, first[0]))
    if first[1] != other[1]:
        print("exit %d, but %d" % (first[1], other[1]))
    for to in sorted(set(first[2]) | set(other[2])):
        if first[2].get(to) != other[2].get(to):
            print("%s: %r\n  but %r" % (to, first[2].get(to), other[2].get(to)))
    return True


def main():
    binaries, folders = os.path.abspath(sys.argv[1]), sys.argv[2:]
    broken = 0
    with tempfile.TemporaryDirectory() as tools:
        for tool in FED:
            os.symlink(os.path.join(os.path.dirname(os.path.abspath(__file__)), "feed.py"), os.path.join(tools, tool))
        for folder in folders:
            compared, cases, done = 0, 0, collections.Counter()
            paths = [pathlib.Path(folder)] if folder.endswith(".case") else sorted(pathlib.Path(folder).rglob("*.case"))
            for case in paths:
                if case.stem in SKIPPED:
                    print("%s: SKIPPED: %s" % (case.name, SKIPPED[case.stem]))
                    continue
                cases += 1
                wanted = answers(case, {}, tools, binaries, collections.Counter())
                for name, way in WAYS.items():
                    if "WEIR_FEED_MEMORY" in way and case.stem in KEEPS_ITS_MEMORY:
                        print("%s: %s: SKIPPED: %s" % (case.name, name, KEEPS_ITS_MEMORY[case.stem]))
                        continue
                    for first, other in zip(wanted, answers(case, way, tools, binaries, done)):
                        compared += 1
                        broken += differ(case, name, first, other)
            print("%s: %d cases, %d comparisons of steps" % (folder, cases, compared))
            for what, times in sorted(done.items()):
                print("  %6d tools: %s" % (times, what))
            broken += compared == 0 or done["pipes 1"] == 0 and not folder.endswith(".case")
    sys.exit(1 if broken else 0)


main()
