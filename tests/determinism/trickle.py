#!/usr/bin/python3
"""trickle.py BIN FOLDER...: every step of the cases in FOLDERs that reads stdin, with the same bytes as a file, one byte at
a time and in pieces of 64 KiB. What it writes and how it ends must be the same: results do not depend on how input came.
A folder whose cases have no stdin is a failure, so that the test cannot pass by doing nothing."""
import os
import pathlib
import subprocess
import sys
import tempfile

WAYS = [("a file", None), ("single bytes", 1), ("64 KiB", 65536)]


def steps_of(case):
    """(files at the start, [(script, stdin or None)]) of a case file; see tests/e2e/case_file.h."""
    files, steps, to = {}, [], None
    for line in case.read_text(encoding="utf-8").split("\n"):
        if line.startswith("$ "):
            to = steps.append({"script": [line[2:]], "stdin": None}) or "script"
        elif line.startswith("> ") and to == "script":
            steps[-1]["script"].append(line[2:])
        elif line.startswith("--- file ") and not steps:
            to = ("file", line[len("--- file "):])
            files[to[1]] = []
        elif line.startswith("--- "):
            to = "stdin" if line == "--- stdin" else "other"
            if to == "stdin":
                steps[-1]["stdin"] = []
        elif to == "stdin":
            steps[-1]["stdin"].append(line)
        elif isinstance(to, tuple):
            files[to[1]].append(line)
    text = lambda lines: None if lines is None else "".join(each + "\n" for each in unpadded(lines))
    return {name: text(lines) for name, lines in files.items()}, [
        ("\n".join(step["script"]), text(step["stdin"])) for step in steps]


def unpadded(lines):
    """Without the empty line that stands before the next step."""
    return lines[:-1] if lines and lines[-1] == "" else lines


def run(script, text, size, folder, environment):
    if size is None:
        with tempfile.TemporaryFile() as file:
            file.write(text.encode())
            file.seek(0)
            ran = subprocess.run(["sh", "-c", script], stdin=file, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=folder,
                                 env=environment, timeout=60, check=False)
        return ran.returncode, ran.stdout
    read, write = os.pipe()
    process = subprocess.Popen(["sh", "-c", script], stdin=read, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=folder,
                               env=environment)
    os.close(read)
    data = text.encode()
    try:
        for at in range(0, len(data), size):
            os.write(write, data[at:at + size])
    except BrokenPipeError:
        pass
    os.close(write)
    out = process.communicate(timeout=60)[0]
    return process.returncode, out


def answers(case, size, binaries):
    """What each step with a stdin answers; the steps before it have run the same way, in one fresh folder."""
    files, steps = steps_of(case)
    found = []
    # What runs on in the background brings its input in pieces of its own.
    if all(text is None or script.rstrip().endswith("&") for script, text in steps):
        return found
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            pathlib.Path(folder, name).write_text(text, encoding="utf-8")
        environment = dict(os.environ, PATH=binaries + ":" + os.environ["PATH"], WEIR_BUS=folder + "/bus", TZ="UTC")
        for script, text in steps:
            answer = run(script, text or "", size if text is not None else None, folder, environment)
            if text is not None:
                found.append((script, answer))
    return found


def main():
    binaries, folders = os.path.abspath(sys.argv[1]), sys.argv[2:]
    broken = 0
    for folder in folders:
        compared = 0
        for case in sorted(pathlib.Path(folder).rglob("*.case")):
            wanted = answers(case, WAYS[0][1], binaries)
            for name, size in WAYS[1:]:
                for (script, first), (_, other) in zip(wanted, answers(case, size, binaries)):
                    compared += 1
                    if first != other:
                        broken += 1
                        print("%s: as %s and as %s differ:\n$ %s\n%r\n%r" % (case, WAYS[0][0], name, script, first, other))
        print("%s: %d comparisons" % (folder, compared))
        broken += compared == 0
    sys.exit(1 if broken else 0)


main()
