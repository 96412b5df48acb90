#!/usr/bin/python3
"""A second reader and writer: python3-kafka reads what we write and writes what we read, with every codec.

usage: kafka_python.py RECORD_PEER
"""
import os
import random
import subprocess
import sys
import time

CODECS = ["none", "gzip", "snappy", "lz4", "zstd"]
BATCHES = 200
failed = False


def tally(status, seconds, name, reason=""):
    """As tests/support/tally.h writes it."""
    print("%s: kafka-python: %s%s" % (status, name, ": " + reason if reason else ""))
    path = os.environ.get("WEIR_TALLY")
    if path:
        place = os.environ.get("WEIR_TALLY_PREFIX", "") + os.environ.get("WEIR_TEST", "")
        with open(path, "a", encoding="utf-8") as file:
            file.write("%s\t%.3f\t%s: %s\t%s\n" % (status, seconds, place, name, reason))


try:
    from kafka import codec as kafka_codec
    from kafka.record.default_records import DefaultRecordBatchBuilder
    from kafka.record.memory_records import MemoryRecords
except ImportError as missing:
    tally("skipped", 0, "batches of every codec", "python3-kafka is not installed (%s)" % missing)
    sys.exit(0)


def available(name):
    return name == "none" or getattr(kafka_codec, "has_" + name)()


def hexadecimal(data):
    return "-" if data is None else "x" + data.hex()


def say(offset, ms, append_time, key, value, headers):
    words = [str(offset), str(ms), "append" if append_time else "create", hexadecimal(key), hexadecimal(value)]
    words += [hexadecimal(name.encode()) + "=" + hexadecimal(data) for name, data in headers]
    return " ".join(words)


def say_all(data):
    """What their parser finds in the bytes. It takes -1 for no timestamp type, 1 for append time."""
    lines = []
    batches = 0
    records = MemoryRecords(data)
    while records.has_next():
        batch = records.next_batch()
        assert batch.validate_crc(), "their parser rejects our checksum"
        batches += 1
        for record in batch:
            lines.append(say(record.offset, record.timestamp, record.timestamp_type == 1, record.key, record.value,
                             record.headers))
    assert records.valid_bytes() == len(data), "their parser stopped early"
    return lines, batches


def check_reading(peer, codec):
    data = subprocess.run([peer, "write", codec, str(BATCHES)], stdout=subprocess.PIPE, check=True).stdout
    ours = subprocess.run([peer, "say"], input=data, stdout=subprocess.PIPE, check=True).stdout.decode().splitlines()
    theirs, batches = say_all(data)
    assert theirs == ours, first_difference(theirs, ours)
    assert batches > BATCHES // 2 and len(ours) > BATCHES
    return len(ours)


def random_bytes(source):
    kind = source.randrange(4)
    if kind == 0:
        return None
    if kind == 1:
        return b""
    if kind == 2:
        return bytes(source.randrange(256) for _ in range(source.randrange(200)))
    return (b'{"id":%d}' % source.randrange(1000)) * source.randrange(1, 300)


def check_writing(peer, codec):
    source = random.Random(codec)
    data = b""
    expected = []
    offset = 0
    for _ in range(BATCHES):
        builder = DefaultRecordBatchBuilder(magic=2, compression_type=CODECS.index(codec), is_transactional=0,
                                            producer_id=-1, producer_epoch=-1, base_sequence=-1, batch_size=1 << 20)
        count = source.randrange(1, 40)
        for i in range(count):
            ms = 1700000000000 + source.randrange(-5000, 5000)
            key, value = random_bytes(source), random_bytes(source)
            headers = [("näme%d" % n, random_bytes(source)) for n in range(source.randrange(3))]
            assert builder.append(i, ms, key, value, headers) is not None
            expected.append(say(offset + i, ms, False, key, value, headers))
        batch = bytearray(builder.build())
        batch[0:8] = offset.to_bytes(8, "big")
        data += bytes(batch)
        offset += count
    ours = subprocess.run([peer, "say"], input=data, stdout=subprocess.PIPE, check=True).stdout.decode().splitlines()
    assert ours == expected, first_difference(ours, expected)
    return len(ours)


def first_difference(found, expected):
    for a, b in zip(found, expected):
        if a != b:
            return "found %s, expected %s" % (a[:300], b[:300])
    return "found %d records, expected %d" % (len(found), len(expected))


for codec in CODECS:
    for check, what in ((check_reading, "they read what we wrote"), (check_writing, "we read what they wrote")):
        name = "%s: %s" % (codec, what)
        if not available(codec):
            tally("skipped", 0, name, "python3-%s is not installed" % {"zstd": "zstandard"}.get(codec, codec))
            continue
        start = time.time()
        try:
            count = check(sys.argv[1], codec)
            tally("passed", time.time() - start, "%s, %d records" % (name, count))
        except (AssertionError, subprocess.CalledProcessError) as error:
            failed = True
            tally("failed", time.time() - start, name, str(error))
sys.exit(1 if failed else 0)
