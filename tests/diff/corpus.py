"""The corpus: what an expression gives on an input, in files that people read.

    $ EXPRESSION            several such lines are the lines of one expression
    @ MARK: REASON          when it is no plain comparison with jq, see below
    < INPUT
    > RESULT                none, one, several
    ! ERROR                 JSON text of the message, or `bad`: the line is no event

Without a mark the results are jq 1.6's, recorded. The marks:
    since VERSION           jq 1.6 has it not; the results are written by hand
    differs                 we differ from jq 1.6 on purpose; ours by hand, and jq's recorded behind `~`
    refused                 the expression is refused, exit 2, with REASON in the message; no inputs
"""

import dataclasses
import json
import os


@dataclasses.dataclass
class Pair:
    input: str
    results: list
    error: str | None = None  # JSON text, or "bad"
    jq: list = dataclasses.field(default_factory=list)  # lines behind `~`, as they stand


@dataclasses.dataclass
class Case:
    place: str  # FILE:LINE
    expression: str
    mark: str = ""
    reason: str = ""
    pairs: list = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class File:
    path: str
    items: list  # cases, and the lines between them

    def cases(self):
        return [item for item in self.items if isinstance(item, Case)]


def read(path):
    items, case, expression_open = [], None, False
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file.read().split("\n")[:-1], 1):
            kind, rest = line[:2], line[2:]
            if kind == "$ " or line == "$":
                if expression_open:
                    case.expression += "\n" + rest
                else:
                    case = Case("%s:%d" % (os.path.basename(path), number), rest)
                    items.append(case)
                expression_open = True
                continue
            expression_open = False
            if kind == "@ ":
                case.mark, _, case.reason = (part.strip() for part in rest.partition(":"))
            elif kind == "< ":
                case.pairs.append(Pair(rest, []))
            elif kind == "> ":
                case.pairs[-1].results.append(rest)
            elif kind == "! ":
                case.pairs[-1].error = rest
            elif line.startswith("~"):
                case.pairs[-1].jq.append(line[1:])
            elif not line or line.startswith("#"):
                items.append(line)
            else:
                raise ValueError("%s:%d: what is '%s'?" % (path, number, line))
    return File(path, items)


def outcome_lines(outcome):
    results, error = outcome
    return ["> " + result for result in results] + ([] if error is None else ["! " + error])


def write(file):
    lines = []
    for item in file.items:
        if isinstance(item, str):
            lines.append(item)
            continue
        lines += ["$ " + line for line in item.expression.split("\n")]
        if item.mark:
            lines.append(("@ %s: %s" % (item.mark, item.reason)).rstrip())
        for pair in item.pairs:
            lines.append("< " + pair.input)
            lines += outcome_lines((pair.results, pair.error))
            lines += ["~" + line for line in pair.jq]
    with open(file.path, "w", encoding="utf-8") as out:
        out.write("\n".join(lines) + "\n")


def error_text(message):
    return None if message is None else json.dumps(message, ensure_ascii=False)
