"""transaction_writer.py CLUSTER TOPIC PARTITIONS WORD...: writes transactions, by librdkafka and nothing of ours.

A word is how a transaction of each of so many records ends: +3 is committed, -3 aborted, ?3 left open, as by a writer that
died; +3-2 are two at once, whose records lie between each other. Values say how they end, and are numbered.
"""
import ctypes
import os
import re
import sys

kafka = ctypes.CDLL("librdkafka.so.1")
for name in ("conf_new", "new", "topic_new", "error_string", "init_transactions", "begin_transaction", "commit_transaction",
             "abort_transaction"):
    getattr(kafka, "rd_kafka_" + name).restype = ctypes.c_void_p
kafka.rd_kafka_error_string.restype = ctypes.c_char_p
PRODUCER, COPY, PATIENCE_MS = 0, 2, 30_000
END = {"+": "committed", "-": "aborted", "?": "open"}


def checked(error):
    if error:
        sys.exit("transaction_writer: " + kafka.rd_kafka_error_string(ctypes.c_void_p(error)).decode())


class Writer:
    def __init__(self, cluster, topic, partitions, name):
        self.topic, self.partitions, self.sent = topic, partitions, 0
        conf = ctypes.c_void_p(kafka.rd_kafka_conf_new())
        why = ctypes.create_string_buffer(512)
        for key, value in {"bootstrap.servers": cluster, "transactional.id": name, "transaction.timeout.ms": "600000"}.items():
            if kafka.rd_kafka_conf_set(conf, key.encode(), value.encode(), why, len(why)) != 0:
                sys.exit("transaction_writer: " + why.value.decode())
        self.client = ctypes.c_void_p(kafka.rd_kafka_new(PRODUCER, conf, why, len(why)))
        self.handle = ctypes.c_void_p(kafka.rd_kafka_topic_new(self.client, topic.encode(), None))
        checked(kafka.rd_kafka_init_transactions(self.client, PATIENCE_MS))

    def begin(self):
        checked(kafka.rd_kafka_begin_transaction(self.client))

    def send(self, value):
        data = value.encode()
        if kafka.rd_kafka_produce(self.handle, self.sent % self.partitions, COPY, data, ctypes.c_size_t(len(data)), data,
                                  ctypes.c_size_t(len(data)), None) != 0:
            sys.exit("transaction_writer: cannot send")
        self.sent += 1
        if kafka.rd_kafka_flush(self.client, PATIENCE_MS) != 0:  # a batch of its own
            sys.exit("transaction_writer: cannot flush")

    def end(self, how):
        if how == "+":
            checked(kafka.rd_kafka_commit_transaction(self.client, PATIENCE_MS))
        if how == "-":
            checked(kafka.rd_kafka_abort_transaction(self.client, PATIENCE_MS))


cluster, topic, partitions, *words = sys.argv[1:]
writers, count = [], 0
for word in words:
    parts = [(how, int(number)) for how, number in re.findall(r"([-+?])(\d+)", word)]
    while len(writers) < len(parts):
        writers.append(Writer(cluster, topic, int(partitions), f"{topic}-{os.getpid()}-{len(writers)}"))
    for writer, _ in zip(writers, parts):
        writer.begin()
    for turn in range(max(number for _, number in parts)):
        for writer, (how, number) in zip(writers, parts):
            if turn < number:
                writer.send(f"{END[how]} {count}")
                count += 1
    for writer, (how, _) in zip(writers, parts):
        writer.end(how)
os._exit(0)  # as one that was killed: what is open stays so
