#!/usr/bin/env python3
"""Holds the engines to the corpus (corpus.py), and the corpus to jq 1.6 where it is there.

    corpus_against_jq.py RESULTS_PROGRAM CORPUS_DIR [--record] [--only FILE...]

Every pair must give what is recorded, on both engines. Every function of the builtins table must occur. With jq 1.6 the
recording is checked again: what is recorded is what it gives, and what is marked as a difference does differ.
--record writes down what jq 1.6 gives, for cases without a mark and behind `~`.
"""

import argparse
import concurrent.futures
import glob
import json
import os
import re
import sys
import time

import corpus
import engines
import tally
import values


class Checker:
    def __init__(self, program):
        self.ours = engines.Ours(program)
        self.problems = []
        self.pairs = 0
        self.refused = 0
        self.not_compared = 0
        self.uses = set()

    def problem(self, case, what, *more):
        self.problems.append((case.place, case.expression, what) + more)

    # -- ours against what is recorded

    def check(self, case):
        if case.mark == "refused":
            self.check_refused(case)
            return
        try:
            header, answers = self.ours.run(case.expression, [pair.input for pair in case.pairs])
        except (engines.Refused, RuntimeError) as why:
            self.problem(case, str(why))
            return
        self.uses.update(header["uses"])
        for pair, text in zip(case.pairs, answers):
            self.pairs += 1
            answer = json.loads(text)
            if "tree" in answer:
                self.problem(case, "engines differ on " + pair.input, text)
            if not self.as_recorded(case, pair, answer):
                self.problem(case, "on " + pair.input, "ours " + text,
                             "want " + json.dumps([pair.results, pair.error], ensure_ascii=False))

    def check_refused(self, case):
        self.refused += 1
        try:
            self.ours.run(case.expression, ["null"])
            self.problem(case, "is accepted, and should be refused")
        except engines.Refused as why:
            if case.reason not in str(why):
                self.problem(case, "is refused without '%s': %s" % (case.reason, why))
        except RuntimeError as why:
            self.problem(case, str(why))

    @staticmethod
    def as_recorded(case, pair, answer):
        if pair.error == "bad":
            return "bad" in answer
        if "bad" in answer or len(answer["results"]) != len(pair.results):
            return False
        if corpus.error_text(answer.get("error")) != pair.error:
            return False
        if case.mark == "differs":  # also in what only jq 1.6 takes for the same
            return answer["results"] == pair.results
        return all(values.same_value(ours, want) for ours, want in zip(answer["results"], pair.results))

    # -- what is recorded against jq

    def check_recording(self, case, record):
        if case.mark == "refused":
            return
        if case.mark:
            self.check_difference(case, record)
            return
        try:
            outcomes = engines.jq_outcomes(case.expression, [pair.input for pair in case.pairs])
        except engines.Refused as why:
            self.problem(case, "jq 1.6 refuses it", str(why))
            return
        for pair, outcome in zip(case.pairs, outcomes):
            if outcome == engines.DIED:
                self.problem(case, "jq 1.6 died on " + pair.input)
                continue
            results, error = outcome[0], corpus.error_text(outcome[1])
            if record:
                pair.results, pair.error = results, error
            elif (results, error) != (pair.results, pair.error):
                self.problem(case, "jq 1.6 gives something else than recorded on " + pair.input,
                             "jq 1.6   " + json.dumps(outcome, ensure_ascii=False),
                             "recorded " + json.dumps([pair.results, pair.error], ensure_ascii=False))

    def check_difference(self, case, record):
        for pair in case.pairs:
            try:
                lines = self.jq_lines(case, pair.input)
            except engines.Refused:
                lines = ["refused"]
            ours = corpus.outcome_lines((pair.results, pair.error))
            if lines == ours:
                self.problem(case, "is marked '%s', and jq 1.6 gives the same on %s" % (case.mark, pair.input))
            if case.mark.startswith("since"):
                continue
            if record:
                pair.jq = lines
            elif lines != pair.jq:
                self.problem(case, "jq 1.6 gives something else than recorded on " + pair.input, "\n".join(lines))

    @staticmethod
    def jq_lines(case, line):
        """Also of a line that is no JSON, or more than one value."""
        code, out, error = engines.run(["jq", "-c", engines.jq_wrapped(case.expression)], line.encode() + b"\n")
        if code == 3:
            raise engines.Refused(error.decode())
        lines = []
        for answer in out.decode(errors="replace").splitlines():
            results, failed = engines.jq_outcome(answer)
            lines += corpus.outcome_lines((results, corpus.error_text(failed)))
        if code == engines.DIED or code < 0:
            return ["died"]
        return lines + (["! bad"] if code else [])

    # -- does it cover the language?

    def check_coverage(self, cases):
        functions = self.ours.builtins()
        text = "\n".join(case.expression + " " + case.reason for case in cases if case.mark == "refused")
        missing = []
        for function, excluded in functions:
            name = function.split("/")[0]
            occurs = re.search(r"(?<![\w$])" + re.escape(name) + r"(?!\w)", text) if excluded else function in self.uses
            if not occurs:
                missing.append(function)
        for construct in CONSTRUCTS:
            if construct not in self.uses:
                missing.append(construct)
        if missing:
            self.problems.append(("coverage", "", "no case has: " + " ".join(missing)))
        return len(functions)


# What the parser knows besides functions, as expression_results calls it.
CONSTRUCTS = [".", "..", "literal", "interpolation", ".[key]", ".[key]?", ".[a:b]", ".[]", ".[]?", "[...]", "{...}", "$name",
              "-x", "try", "try catch", "|", ",", "and", "or", "+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=",
              "//", "=", "|=", "+=", "-=", "*=", "/=", "%=", "//=", "if", "reduce", "foreach", "as", "?//", "def",
              "def with parameters", "label", "break", "as [...]", "as {...}", "@text", "@json", "@html", "@uri", "@csv",
              "@tsv", "@sh", "@base64", "@base64d", '@text "..."', '@json "..."', '@html "..."', '@uri "..."',
              '@csv "..."', '@tsv "..."', '@sh "..."', '@base64 "..."', '@base64d "..."']


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("program")
    arguments.add_argument("corpus")
    arguments.add_argument("--record", action="store_true")
    arguments.add_argument("--only", nargs="*", default=[])
    options = arguments.parse_args()
    engines.limit_memory()
    started = time.monotonic()
    paths = sorted(glob.glob(os.path.join(options.corpus, "*.txt")))
    files = [corpus.read(path) for path in paths if not options.only or os.path.basename(path) in options.only]
    cases = [case for file in files for case in file.cases()]
    checker = Checker(options.program)
    with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        if engines.have_jq_1_6():
            list(pool.map(lambda case: checker.check_recording(case, options.record), cases))
        else:
            print("SKIPPED: there is no jq 1.6 to check the recording against", file=sys.stderr)
            tally.tally("skipped", 0, "the recording against jq", "there is no jq 1.6")
        if options.record:
            for file in files:
                corpus.write(file)
        else:
            list(pool.map(checker.check, cases))
    functions = checker.check_coverage(cases) if not options.only and not options.record else 0
    for place, expression, what, *more in checker.problems:
        print("WRONG %s: %s\n  %s" % (place, expression, what.replace("\n", "\n  ")))
        for line in more:
            print("  " + line)
    tally.counted("corpus pairs", checker.pairs, len(checker.problems),
                  "%d expressions, %d more that are refused; all of %d functions occur" %
                  (len(cases) - checker.refused, checker.refused, functions))
    bad = bool(checker.problems)
    tally.tally("failed" if bad else "passed", time.monotonic() - started, "expressions give what the corpus says, %d pairs" % checker.pairs,
          "%d problems" % len(checker.problems) if bad else "")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
