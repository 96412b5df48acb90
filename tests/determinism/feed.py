#!/usr/bin/python3 -ISE
"""A tool of ours with its input in another form: linked as window, join, table and produce into a folder that stands first in
PATH. $WEIR_FEED_SIZE is how many bytes come at a time: stdin and every FILE are then pipes, as `<(cat FILE)` would make them.
$WEIR_FEED_MEMORY is what --max-state is set to. What was done is a line in $WEIR_FEED_LOG; the tool itself is in $WEIR_FEED_BIN.
"""
import os
import stat
import sys

VALUES = {"--late", "--dead-letter", "--from-file", "--kafka-config", "--state", "--bus", "-b", "-F"}  # files, but no inputs
BY_THE_CLOCK = {"--merge-wait", "--idle", "--order"}  # asked for: the result depends on how input comes
SLOW = 100_000  # bytes; what comes behind them comes in larger pieces, so that the test ends
FIRST_FD = 50


def feed(source, to, size):
    sent = 0
    try:
        while data := os.read(source, 65536):
            for at in range(0, len(data), size if sent < SLOW else 65536):
                os.write(to, data[at:at + (size if sent < SLOW else 65536)])
            sent += len(data)
    except BrokenPipeError:
        pass


def pipe_from(source, size, descriptor):
    """`descriptor` becomes a pipe into which a child writes what it reads from `source`."""
    read, write = os.pipe()
    if os.fork() == 0:
        os.close(read)
        null = os.open("/dev/null", os.O_RDWR)
        for other in (1, 2):  # held open, they would hold up who waits for the tool's output
            os.dup2(null, other)
        feed(source, write, size)
        os._exit(0)
    os.close(write)
    os.dup2(read, descriptor)
    os.close(read)


def with_pipes(words, size):
    made, descriptor = [], FIRST_FD
    for i, word in enumerate(words):
        file = i > 0 and words[i - 1] not in VALUES and os.path.isfile(word)
        if file:
            source = os.open(word, os.O_RDONLY)
            pipe_from(source, size, descriptor)
            os.close(source)
            note("fd %d %s" % (descriptor, word))
            word, descriptor = "/dev/fd/%d" % descriptor, descriptor + 1
        made.append(word)
    if not any(word.startswith(("/dev/fd/", "topic:")) for word in made):
        pipe_from(0, size, 0)
    return made, descriptor - FIRST_FD


def note(text):
    with open(os.environ["WEIR_FEED_LOG"], "a", encoding="utf-8") as log:
        log.write(text + "\n")


def kept(words):
    """Why the input has to stay as it is; empty: it has not."""
    if BY_THE_CLOCK.intersection(words) or any(word == "arrival" or word.endswith(":wall") for word in words):
        return "depends on the clock, as it is asked to"
    files = [word for i, word in enumerate(words) if i > 0 and words[i - 1] not in VALUES and os.path.isfile(word)]
    if "--state" in words and files:
        return "--state goes on in a FILE, and in no pipe without offsets"
    fifos = [word for word in words[1:] if os.path.exists(word) and stat.S_ISFIFO(os.stat(word).st_mode)]
    return "has FIFOs of its own" if fifos else ""


def main():
    tool, words = os.path.basename(sys.argv[0]), sys.argv[:]
    words[0] = tool
    if tool != "produce" and "WEIR_FEED_MEMORY" in os.environ:
        if "--max-state" in words:
            note("memory kept")
        else:
            note("memory set")
            words[1:1] = ["--max-state", os.environ["WEIR_FEED_MEMORY"]]
    if "WEIR_FEED_SIZE" in os.environ:
        why = kept(words)
        if why:
            note("as it is: " + why)
        else:
            words, pipes = with_pipes(words, int(os.environ["WEIR_FEED_SIZE"]))
            note("topic" if any(word.startswith("topic:") for word in words) else "pipes %d" % max(1, pipes))
    os.execv(os.path.join(os.environ["WEIR_FEED_BIN"], tool), words)


main()
