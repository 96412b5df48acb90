#!/usr/bin/python3
"""kafka.py BIN TOOLS DIRECTORY [--events N] [--rounds N] [--only produce|consume] [--broker HOST:PORT] [--jars FOLDER]

produce and consume on a real Kafka, beside kcat and Kafka's own perf tools: one run, one broker, the same records, in turns,
medians. Prints the rate and the CPU seconds for each GB of values. The broker is made by scripts/kafka-dev in DIRECTORY,
unless one is named.

The perf tools run on a Java machine that takes a second to start and to warm up. That second is in their CPU, and not in
their rate: they count that by themselves, without it. The rate of the others is that of the whole command.
"""
import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import report  # noqa: E402
from measure import Run  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class Java:
    """A perf tool of Kafka's, whose own figure is the rate."""

    def __init__(self, command, rate, output):
        self.command, self.rate, self.output = command, rate, output

    def run(self):
        run = Run("%s > '%s'" % (self.command, self.output))
        with open(self.output, encoding="utf-8") as file:
            run.rate = self.rate(file.read())
        return run


def producer_rate(text):
    return float(re.findall(r"records sent, ([0-9.]+) records/sec", text)[-1])


def consumer_rate(text):
    """start.time, end.time, data.consumed.in.MB, MB.sec, data.consumed.in.nMsg, nMsg.sec, rebalance.time.ms, ..."""
    return float(text.strip().splitlines()[-1].split(", ")[5])


class Bench:
    def __init__(self, options, directory, broker):
        self.options, self.dir, self.broker = options, directory, broker
        self.events = options.events
        self.clk = directory + "/clk"
        self.topics = 0
        subprocess.run("'%s/clk' %d > '%s'" % (options.tools, self.events, self.clk), shell=True, check=True)
        self.size = os.path.getsize(self.clk) - self.events  # of the values: without newlines

    def tool(self, name):
        return "%s/%s" % (self.options.bin, name)

    def java(self, arguments):
        # The producer keeps the whole payload file in memory.
        heap = 512 + 3 * self.size // 2**20
        return "java -Xmx%dm -cp '%s/*' org.apache.kafka.tools.%s" % (heap, self.options.jars, arguments)

    def topic(self):
        self.topics += 1
        name = "bench-%d" % self.topics
        Run("%s create -q -b %s --partitions %d %s" % (self.tool("topics"), self.broker, self.options.partitions, name))
        return name

    def measure(self, what, commands, topic_of):
        """By name: median rate in records a second, and CPU seconds for a GB."""
        runs = {name: [] for name in commands}
        for _ in range(self.options.rounds):
            for name, command in commands.items():
                topic = topic_of()
                made = command(topic)
                if isinstance(made, Java):
                    run = made.run()
                else:
                    run = Run(made)
                    run.rate = self.events / run.wall
                runs[name].append(run)
                if what == "produce":
                    Run("%s delete -q -b %s %s" % (self.tool("topics"), self.broker, topic))
        found = {}
        for name, all_runs in runs.items():
            rate = statistics.median(run.rate for run in all_runs)
            cpu = statistics.median(run.cpu for run in all_runs) / (self.size / 1e9)
            found[name] = (rate, cpu)
            print("    %-52s %8.0f kev/s %7.0f MB/s   %6.2f CPU s/GB" % (
                name, rate / 1e3, rate * self.size / self.events / 1e6, cpu), flush=True)
        return found

    @staticmethod
    def compare(found, ours, peers):
        best_rate = max(found[name][0] for name in peers)
        best_cpu = min(found[name][1] for name in peers)
        report.row("K", "%s against the best of the others: rate" % ours, found[ours][0] / best_rate, "x", 0.8, 1)
        report.row("K", "%s against the best of the others: CPU for a GB" % ours, found[ours][1] / best_cpu, "x", 1.2, 1,
                   smaller_is_better=True)

    def produce(self):
        ours = lambda flags: lambda topic: "%s -q -b %s %s %s %s" % (self.tool("produce"), self.broker, flags, topic, self.clk)
        kcat = lambda flags: lambda topic: "kcat -P -q -b %s %s -t %s -l %s" % (self.broker, flags, topic, self.clk)
        perf = lambda flags: lambda topic: Java(
            self.java("ProducerPerformance --bootstrap-server %s --topic %s --num-records %d --throughput -1 "
                      "--payload-file %s %s" % (self.broker, topic, self.events, self.clk, flags)),
            producer_rate, self.dir + "/perf")
        idempotent = "-X acks=all -X enable.idempotence=true"
        commands = {"produce": ours(""), "produce -z lz4": ours("-z lz4"), "produce --durability os": ours("--durability os")}
        if shutil.which("kcat"):
            commands["kcat -P"] = kcat("")
            commands["kcat -P, idempotent"] = kcat(idempotent)
            commands["kcat -P, idempotent, lz4"] = kcat(idempotent + " -z lz4")
        commands["ProducerPerformance"] = perf("")
        commands["ProducerPerformance, batch.size=1000000 linger.ms=5"] = perf(
            "--command-property batch.size=1000000 linger.ms=5")
        found = self.measure("produce", commands, self.topic)
        plain = [name for name in commands if not name.startswith("produce") and "lz4" not in name]
        self.compare(found, "produce", plain)
        if "kcat -P, idempotent, lz4" in commands:
            self.compare(found, "produce -z lz4", ["kcat -P, idempotent, lz4"])

    def consume(self):
        topic = self.topic()
        Run("%s -q -b %s %s %s" % (self.tool("produce"), self.broker, topic, self.clk))
        commands = {"consume -e": lambda t: "%s -q -b %s -e %s > /dev/null" % (self.tool("consume"), self.broker, t),
                    "consume -e -J": lambda t: "%s -q -b %s -e -J %s > /dev/null" % (self.tool("consume"), self.broker, t)}
        if shutil.which("kcat"):
            commands["kcat -C -e"] = lambda t: "kcat -C -q -e -b %s -o beginning -t %s > /dev/null" % (self.broker, t)
        commands["ConsumerPerformance"] = lambda t: Java(
            self.java("ConsumerPerformance --bootstrap-server %s --topic %s --num-records %d --hide-header" % (
                self.broker, t, self.events)), consumer_rate, self.dir + "/perf")
        found = self.measure("consume", commands, lambda: topic)
        self.compare(found, "consume -e", [name for name in commands if not name.startswith("consume")])


def kafka_dev(verb, directory, port):
    return subprocess.run([ROOT + "/scripts/kafka-dev", verb, "--port", str(port), "--dir", directory + "/broker"],
                          stdout=subprocess.PIPE, text=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("bin")
    parser.add_argument("tools")
    parser.add_argument("directory")
    parser.add_argument("--events", type=int, default=2000000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--partitions", type=int, default=1)
    parser.add_argument("--only", choices=["produce", "consume"])
    parser.add_argument("--broker", help="one that runs already")
    parser.add_argument("--port", type=int, default=21990)
    parser.add_argument("--jars", default=os.environ.get("WEIR_KAFKA_JARS", ROOT + "/build/kafka-jars"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.directory, prefix="kafka-bench-") as directory:
        broker = options.broker
        if broker is None:
            started = kafka_dev("start", directory, options.port)
            if started.returncode != 0:
                report.skipped("produce and consume on Kafka", started.stdout.strip() or "no broker")
                return started.returncode
            broker = started.stdout.strip()
        try:
            bench = Bench(options, directory, broker)
            for part in ["produce", "consume"]:
                if options.only in (None, part):
                    print(part + ", %d events on %d partition(s):" % (bench.events, options.partitions), flush=True)
                    getattr(bench, part)()
        finally:
            if options.broker is None:
                kafka_dev("stop", directory, options.port)
    return 1 if report.missed_floors else 0


if __name__ == "__main__":
    sys.exit(main())
