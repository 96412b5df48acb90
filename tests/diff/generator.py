"""Makes expressions from the grammar, so deep and no deeper."""

import random as random_module
import re

import grammar
import lines

HOLE = re.compile(r"<(\w+)(?:@(\w+))?>")
WORDS = ["", "", " ", "is ", "x", ": ", "é", "#", "n=", "/"]
# In jq 1.6 a `?` or try catches the break by which these stop (weir-expressions(7), DIFFERENCES); `.a?` is not that.
STOPS_BY_BREAK = re.compile(r"\b(limit|first|nth|label|isempty|until|IN|any|all)\b")
# And in all() one that did catch something makes the whole true.
CATCHES = re.compile(r"\ball\b.*\?|\?.*\ball\b|\)\?|(?<![\w.])[a-z]\w*\?|\btry\b")
# What is beside an expression sees the whole input, whatever the expression did with it.
BESIDE = ["[%s], .", "{r: [%s], i: .}", ". as $all | [%s] | ., $all"]
BESIDE_SHARE = 0.1
LEAF_SHARE = [0, 0.2, 0.4, 0.7, 1]  # by depth
DEPTH_MAX = len(LEAF_SHARE) - 1
ATOM = re.compile(r"""\.?[\w$.]*(\[[^\]\[]*\])*|"[^"\\]*"|\[[^\[\]]*\]|\{[^{}]*\}""")


def weighted(random, rows):
    return random.choices(rows, [row[0] for row in rows])[0][1]


class Generator:
    def __init__(self, seed):
        self.random = random_module.Random(seed)
        self.lines = lines.Lines(self.random)

    def line(self):
        return self.lines.line()

    def expression(self):
        while True:
            everyday = self.random.random() < grammar.EVERYDAY_SHARE
            expression = self.fill("top", "event", 0, everyday)
            if not (STOPS_BY_BREAK.search(expression) and CATCHES.search(expression)):
                return self.random.choice(BESIDE) % expression if self.random.random() < BESIDE_SHARE else expression

    # At every level of a whole-language expression one hole in three, and the outermost, is filled from WHOLE.
    def fill(self, kind, input, depth, everyday):
        leaves = grammar.LEAVES[input].get(kind)
        if leaves and self.random.random() < LEAF_SHARE[min(depth, DEPTH_MAX)]:
            return self.random.choice(leaves)
        whole = not everyday and (depth == 0 or kind not in grammar.EVERYDAY or self.random.random() < (0.6 if depth == 1 else 0.25))
        rows = grammar.WHOLE[kind] if whole else grammar.EVERYDAY[kind]
        template = weighted(self.random, rows)
        # What names members of the event makes no sense for another input.
        if input != "event" and (template.startswith(".") or "<name>" in template or " .items" in template or "(.items" in template):
            return self.random.choice(leaves or ["."])
        if template in grammar.LITERALS:
            return self.random.choice(grammar.LITERALS[template])
        return HOLE.sub(lambda hole: self.hole(hole, template, input, depth, everyday), template)

    def hole(self, hole, template, input, depth, everyday):
        kind, other = hole.groups()
        if kind == "words":
            return self.random.choice(WORDS)
        if kind in grammar.LITERALS:
            return self.random.choice(grammar.LITERALS[kind])
        if kind not in grammar.EVERYDAY and kind not in grammar.WHOLE:
            return hole.group()  # (?<name>...) in a pattern
        text = self.fill(kind, other or input, depth + 1, everyday)
        alone = template == hole.group() or (template[hole.start() - 1:hole.start()] == "(" and template[hole.end():hole.end() + 1] == ")")
        return text if alone or ATOM.fullmatch(text) else "(" + text + ")"
