#!/usr/bin/python3
"""Kafka's own dump tool finds no fault in the logs we write: dump_tool.py LOG_WRITER POM JAR_DIR

The jars come from Maven Central; where it cannot be reached and they were not fetched before, the test is skipped.
python3-kafka reads the same segment files from end to end, and must count the same records.
"""
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

FAULTS = ["Mismatches in", "Non-consecutive offsets in", "Found timestamp mismatch in", "Found out of order timestamp in",
          "The following indexed offsets are not found in", "invalid bytes at the end of", "isvalid: false", "Exception",
          "corrupt", "invalid index", "Could not"]
failed = False


def tally(status, seconds, name, reason=""):
    """As tests/support/tally.h writes it."""
    global failed
    failed = failed or status == "failed"
    print("%s: %s%s" % (status, name, ": " + reason if reason else ""))
    path = os.environ.get("WEIR_TALLY")
    if path:
        place = os.environ.get("WEIR_TALLY_PREFIX", "") + os.environ.get("WEIR_TEST", "")
        with open(path, "a", encoding="utf-8") as file:
            file.write("%s\t%.3f\t%s: %s\t%s\n" % (status, seconds, place, name, reason))


def jars(pom, folder):
    """The class path; none when Maven Central is out of reach."""
    if not glob.glob(folder + "/kafka-tools-*.jar"):
        if not shutil.which("mvn") or not shutil.which("java"):
            return None, "maven or java is not installed"
        fetched = subprocess.run(["mvn", "-q", "-B", "-f", pom, "dependency:copy-dependencies",
                                  "-DoutputDirectory=" + os.path.abspath(folder)],
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=500)
        if fetched.returncode != 0:
            last = [line for line in fetched.stdout.splitlines() if "ERROR" in line][:1]
            return None, "Maven Central gave no jars: " + (last[0][:200] if last else "unknown")
    return folder + "/*", ""


def dump(path, files, *flags):
    return subprocess.run(["java", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", path,
                           "org.apache.kafka.tools.DumpLogSegments", *flags, "--files", ",".join(files)],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", timeout=300)


def without_first_records(text):
    """Drops what the tool of 4.3 says of every segment that does not begin at offset 0, a broker's too: it takes the
    record before the first one to be -1. A heading that no other pair follows goes with it."""
    text = re.sub(r"(Non-consecutive offsets in .*/0*(\d+)\.log\n)  -1 is followed by \2\n", r"\1", text)
    return re.sub(r"Non-consecutive offsets in .*\n(?!  -?\d+ is followed)", "", text)


def check_dump(path, folder, records):
    logs = sorted(glob.glob(folder + "/*.log"))
    indexes = sorted(glob.glob(folder + "/*.index") + glob.glob(folder + "/*.timeindex"))
    if len(logs) < 3:
        return "only %d segments were written" % len(logs)
    deep = dump(path, logs + indexes, "--deep-iteration", "--print-data-log")
    text = deep.stdout
    # Payloads are printed too and may hold anything; faults are lines of their own.
    bad = [line for line in without_first_records(text).splitlines() if not line.startswith("| ") and any(f in line for f in FAULTS)]
    sanity = dump(path, indexes, "--index-sanity-check")
    # A short last segment has no entry yet.
    passed = sanity.stdout.count("passed sanity check") + len(re.findall(r"\.index is empty\.$", sanity.stdout, re.M))
    bad += [line for line in sanity.stdout.splitlines() if any(f in line for f in FAULTS)]
    if deep.returncode != 0 or sanity.returncode != 0:
        return "the tool ended with %d and %d: %s" % (deep.returncode, sanity.returncode, text[-300:] + sanity.stdout[-300:])
    if bad:
        return bad[0]
    found = len(re.findall(r"^\| offset: \d+", text, re.M))
    if found != records:
        return "%d records dumped, %d written" % (found, records)
    if passed != len(indexes):
        return "%d of %d indexes passed the sanity check: %s" % (passed, len(indexes), sanity.stdout[:300])
    return ""


def check_python(folder, records):
    from kafka.record.memory_records import MemoryRecords
    found = 0
    for path in sorted(glob.glob(folder + "/*.log")):
        with open(path, "rb") as file:
            batches = MemoryRecords(file.read())
        while batches.has_next():
            batch = batches.next_batch()
            if not batch.validate_crc():
                return "checksum rejected"
            for record in batch:
                if record.offset != found:
                    return "offset %d where %d should be" % (record.offset, found)
                found += 1
    return "" if found == records else "%d records read, %d written" % (found, records)


def main():
    writer, pom, folder = sys.argv[1:]
    path, missing = jars(pom, folder)
    with tempfile.TemporaryDirectory() as temp:
        written = subprocess.run([writer, temp], stdout=subprocess.PIPE, text=True, check=True).stdout
        for line in written.splitlines():
            log, records = line.rsplit(" ", 1)
            codec = os.path.basename(log).split("-")[1]
            start = time.monotonic()
            try:
                wrong = check_python(log, int(records))
                tally("failed" if wrong else "passed", time.monotonic() - start, "python3-kafka reads segments, " + codec, wrong)
            except ImportError as error:
                tally("skipped", 0, "python3-kafka reads segments, " + codec, str(error))
            name = "Kafka's DumpLogSegments finds no fault, " + codec
            if path is None:
                tally("skipped", 0, name, missing)
                continue
            start = time.monotonic()
            wrong = check_dump(path, log, int(records))
            tally("failed" if wrong else "passed", time.monotonic() - start, name, wrong)
    sys.exit(failed)


main()
