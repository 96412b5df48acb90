#!/usr/bin/python3
"""nexmark.py BIN TOOLS DIRECTORY [--events N] [--seed N] [--rate N] [--group N] [--rounds N] [--only QUERY...]: the Nexmark
queries of tests/nexmark on a stream of three topics in a local log, warm, results discarded. Events a second are those of the
whole stream, whichever of its topics a query reads; cores are CPU seconds by seconds. In turns, medians.
"""
import argparse
import os
import statistics
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(HERE, "..", "nexmark"))
import stream  # noqa: E402
from measure import Run  # noqa: E402


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("bin")
    parser.add_argument("tools")
    parser.add_argument("directory")
    stream.add_flags(parser, events=1_000_000, rate=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", nargs="*", choices=stream.all_queries())
    options = parser.parse_args()
    queries = options.only or stream.all_queries()
    with tempfile.TemporaryDirectory(dir=options.directory) as folder:
        lines = stream.generated(os.path.join(options.tools, "..", "nexmark", "generate"), options)
        events = stream.Stream(options.bin, folder, lines)
        print("%d events, %.0f MB as envelopes, rate %d/s, groups of %d, seed %d, %d rounds; %d cores" % (
            options.events, len(lines) / 1e6, options.rate, options.group, options.seed, options.rounds, os.cpu_count()))
        del lines
        runs = {query: [] for query in queries}
        for _ in range(options.rounds):
            for query in queries:
                script = "cd '%s' && exec bash -o pipefail '%s' > /dev/null" % (folder, stream.HERE / "queries" / (query + ".sh"))
                runs[query].append(Run(script, events.environment))
        for query, all_runs in runs.items():
            wall = statistics.median(run.wall for run in all_runs)
            cores = statistics.median(run.cpu / run.wall for run in all_runs)
            spread = max(run.wall for run in all_runs) - min(run.wall for run in all_runs)
            print("%-4s %8.3f s (spread %.3f) %8.0f kev/s %6.2f cores" % (
                query, wall, spread, options.events / wall / 1e3, cores), flush=True)


main()
