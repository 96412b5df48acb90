#!/usr/bin/env python3
"""Holds the expression engines against jq 1.6: the same expressions on the same lines must give the same results and the
same messages.

    expressions_against_jq.py RESULTS_PROGRAM DATA_DIR [--pairs N] [--seed N] [--show N]

Generates lines (lines.py) and expressions (grammar.py) from a seed (printed), adds the expressions of everyday.py and
slices of real data, and counts what was compared, construct by construct. A pair is one expression on one line. Every
expression runs on the engine that is chosen for it, and on the tree engine if that is another: both must agree. Numbers are compared as doubles, since jq 1.6 knows nothing else; integers beyond 2^53, which we keep and it
does not, are left to the corpus, as is everything else in which we differ on purpose (weir-expressions(7)).
Exit: 0 when all agree (or there is no jq 1.6 to compare with, which is said loudly), 1 when not.
"""

import argparse
import collections
import concurrent.futures
import os
import sys
import time

import comparison as comparison_module
import engines
import everyday
import generator as generator_module
import tally

LINES_PER_EXPRESSION = 100
EXPRESSIONS_PER_LINES = 4
LINE_ENGINE_SHARE_MIN = 0.80  # of the generated expressions


def jobs(generator, data, pairs):
    """(expression, lines, generated): the lists, then generated ones until there are so many pairs of them."""
    lines = [generator.line() for _ in range(LINES_PER_EXPRESSION)]
    for expression in everyday.EVERYDAY:
        yield expression, lines, False
    for expression in everyday.MUST_BE_REFUSED_BY_BOTH:
        yield expression, ["1"], False
    for name, expressions in everyday.REAL.items():
        with open(os.path.join(data, name + ".ndjson"), encoding="utf-8") as file:
            slice_ = file.read().splitlines()[:everyday.REAL_LINES]
        for expression in expressions:
            yield expression, slice_, False
    planned = 0
    while planned < pairs:
        lines = [generator.line() for _ in range(LINES_PER_EXPRESSION)]
        for _ in range(EXPRESSIONS_PER_LINES):
            yield generator.expression(), lines, True
            planned += len(lines)


def ahead(pool, compare, work, depth=32):
    """Outcomes in order, with a bounded number under way."""
    waiting = collections.deque()
    for job in work:
        waiting.append((job, pool.submit(compare.outcome, job[0], job[1])))
        if len(waiting) >= depth:
            job, future = waiting.popleft()
            yield job, future.result()
    while waiting:
        job, future = waiting.popleft()
        yield job, future.result()


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("program")
    arguments.add_argument("data")
    arguments.add_argument("--pairs", type=int, default=50_000)
    arguments.add_argument("--seed", type=int, default=20010105)
    arguments.add_argument("--show", type=int, default=20, help="different expressions of which differences are printed")
    options = arguments.parse_args()
    if not engines.have_jq_1_6():
        print("SKIPPED: there is no jq 1.6 to compare with", file=sys.stderr)
        tally.tally("skipped", 0, "expressions against jq", "there is no jq 1.6 to compare with")
        return 0
    engines.limit_memory()
    print("seed", options.seed)
    started = time.monotonic()
    compare = comparison_module.Comparison(engines.Ours(options.program))
    generator = generator_module.Generator(options.seed)
    with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for (expression, lines, generated), outcome in ahead(pool, compare, jobs(generator, options.data, options.pairs)):
            compare.add(expression, lines, outcome, generated)
    return report(compare, options, time.monotonic() - started)


def report(compare, options, seconds):
    counts = compare.counts
    for construct, count in compare.constructs.most_common():
        tally.counted("pairs against jq with " + construct, count, compare.wrong_constructs[construct])
    generated = sum(compare.by_engine.values())
    line_share = compare.by_engine["line"] / max(generated, 1)
    engines_text = ", ".join("%s %d" % row for row in compare.by_engine.most_common())
    tally.counted("pairs against jq, all", counts["pairs"], len(compare.differences),
                  "seed %d; %d expressions; errors in both %.1f %%; generated expressions by engine: %s, wholly line %.1f %%; jq died on %d; "
                  "numbers written otherwise in %d; refused by both %d expressions" %
                  (options.seed, counts["expressions"], 100 * counts["errors"] / max(counts["pairs"], 1), engines_text, 100 * line_share,
                   counts["oracle died"], counts["other number form"], counts["refused by both"]))
    show(compare.differences, options.show)
    problems = []
    if compare.differences:
        problems.append("%d differences" % len(compare.differences))
    if counts["pairs"] < options.pairs:
        problems.append("%d pairs are too few" % counts["pairs"])
    if generated and line_share < LINE_ENGINE_SHARE_MIN:
        problems.append("the line engine runs only %.1f %% of the generated expressions wholly" % (100 * line_share))
    if problems:
        print("FAILED: " + "; ".join(problems))
    tally.tally("failed" if problems else "passed", seconds, "expressions give what jq gives, %d pairs" % counts["pairs"], "; ".join(problems))
    return 1 if problems else 0


def cut(text, most=1000):
    return text if len(text) <= most else text[:most] + "..."


def show(differences, most):
    shown = collections.Counter()
    for expression, line, ours, theirs in differences:
        shown[expression] += 1
        if shown[expression] > 2 or len(shown) > most:
            continue
        print("DIFFERENT %s\n  on   %s\n  ours %s\n  jq   %s" % (expression, line, cut(ours), cut(theirs)))


if __name__ == "__main__":
    sys.exit(main())
