"""Runs one expression over many lines: on jq 1.6, and on ours.

An outcome is what one line gave: (results, error). `results` are JSON texts, as printed; `error` is None or the message.
For jq, DIED stands for a line on which it crashed, hung or ran out of memory.
"""

import json
import os
import resource
import shutil
import subprocess

SECONDS_MAX = 10  # for jq
OUR_SECONDS_MAX = 60  # two engines, and other work beside it
DEATHS_MAX = 3  # of one expression; the rest of its lines count as died too, or one that hangs on all would take hours
MEMORY_MAX = 2 << 30
DIED = "died"
ENVIRONMENT = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "TZ": "UTC", "LC_ALL": "C.UTF-8"}


def have_jq_1_6():
    if shutil.which("jq") is None:
        return False
    done = subprocess.run(["jq", "--version"], capture_output=True, check=False)
    return done.stdout.strip() == b"jq-1.6"


def limit_memory():
    """Of this process and those it starts: an engine that eats memory must not take the machine along."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MAX, MEMORY_MAX))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def run(command, text, seconds=SECONDS_MAX):
    """Returns (exit code, stdout, stderr); the exit code is DIED when the time ran out."""
    try:
        done = subprocess.run(command, input=text, capture_output=True, check=False, timeout=seconds,
                              env=ENVIRONMENT)
        return done.returncode, done.stdout, done.stderr
    except subprocess.TimeoutExpired as late:
        return DIED, late.stdout or b"", b"took longer than %d s" % seconds


class Refused(Exception):
    """The expression does not compile; the message says why."""


def jq_wrapped(expression):
    # The expression ends its line, so that a comment in it ends too. Results before an error are kept. An error has
    # its value written out by jq itself, since `catch` alone cannot tell {"r":1} thrown from a result.
    return "[try ((" + expression + "\n) | [tojson]) catch {e: tojson}]"


def jq_outcomes(expression, lines):
    """One outcome or DIED for each line; Refused when jq does not take the expression."""
    outcomes = []
    program = jq_wrapped(expression)
    deaths = 0
    while len(outcomes) < len(lines):
        if deaths == DEATHS_MAX:
            return outcomes + [DIED] * (len(lines) - len(outcomes))
        rest = lines[len(outcomes):]
        code, out, error = run(["jq", "-c", program], "\n".join(rest).encode() + b"\n")
        if code == 3:
            raise Refused(error.decode(errors="replace").strip())
        answers = out.decode(errors="replace").split("\n")[:-1]
        outcomes += [jq_outcome(answer) for answer in answers[:len(rest)]]
        if len(answers) < len(rest):
            outcomes.append(DIED)
            deaths += 1
    return outcomes


def jq_outcome(answer):
    results, error = [], None
    for part in json.loads(answer):
        if isinstance(part, list):
            results += part
        else:
            error = json.loads(part["e"])
            if not isinstance(error, str):
                error = part["e"] + " (not a string)"  # as our message has it
    return results, error


class Ours:
    """expression_results of this build: see expression_results.cpp for what it prints."""

    def __init__(self, program):
        self.program = program

    def builtins(self):
        """(name/arity, is it left out on purpose) of every function."""
        out = run([self.program, "--builtins"], b"")[1].decode()
        return [(line.split(" ")[0], line.endswith(" excluded")) for line in out.splitlines()]

    def run(self, expression, lines):
        """Returns (header, answers): the first decoded, the others as printed."""
        code, out, error = run([self.program, expression], "\n".join(lines).encode() + b"\n", OUR_SECONDS_MAX)
        if code == 2:
            raise Refused(error.decode(errors="replace").strip())
        printed = out.decode(errors="surrogateescape").split("\n")[:-1]
        if code != 0 or len(printed) != len(lines) + 1:
            raise RuntimeError("ours died (%s) after %d lines: %s" % (code, len(printed) - 1, error[-2000:].decode(errors="replace")))
        return json.loads(printed[0]), printed[1:]
