"""Compares what two engines gave, and counts."""

import collections
import json
import re

import engines
import values

# Messages that are not jq's on purpose: a pattern on jq's, and what ours must begin with.
OTHER_WORDS = [
    # RE2 says why it does not take a pattern in its own words; jq's library in its.
    (re.compile(r'.* \(at offset \d+\) is not a valid regex: '), "Regex failure: "),
]
# jq's own limit, which is not ours: it holds for copies of an empty string too.
TOO_LONG = "Repeat string result too long"
# jq shows the first 11 bytes of a value's text, with the numbers in its own form ...
SHOWN = re.compile(r"\((.{0,20}?)\)(?= |$)", re.S)
# ... and a character cut in two, which we leave out.
CUT_CHARACTER = re.compile("\ufffd+(?=\\.\\.\\.)")


def same_message(ours, theirs):
    theirs = CUT_CHARACTER.sub("", theirs)
    if ours == theirs:
        return True
    if any(pattern.match(theirs) and ours.startswith(begin) for pattern, begin in OTHER_WORDS):
        return True
    return blurred(ours) == blurred(theirs)


def blurred(message):
    def blur(match):
        shown = match.group(1)
        return "(...)" if re.search(r"\d", shown) else match.group()
    return SHOWN.sub(blur, message)


class Comparison:
    """Of pairs: one expression on one line."""

    def __init__(self, ours):
        self.ours = ours
        self.counts = collections.Counter()  # pairs, errors, oracle died, other number form, refused by both, expressions
        self.by_engine = collections.Counter()  # generated expressions
        self.constructs = collections.Counter()
        self.differences = []
        self.wrong_constructs = collections.Counter()

    def outcome(self, expression, lines):
        """Runs both; what add() wants. Touches nothing of self, so that several may run at once."""
        try:
            header, answers = self.ours.run(expression, lines)
        except engines.Refused as why:
            try:
                engines.jq_outcomes(expression, ["null"])
            except engines.Refused:
                return "refused by both", None, None, None
            return "refused", str(why), None, None
        except RuntimeError as why:
            return "died", str(why), None, None
        try:
            theirs = engines.jq_outcomes(expression, lines)
        except engines.Refused as why:
            return "accepted", str(why), None, None
        return "ran", header, answers, theirs

    def add(self, expression, lines, outcome, generated):
        what, header, answers, theirs = outcome
        if what == "refused by both":
            self.counts[what] += 1
            return
        if what != "ran":
            self.differences.append((expression, "", what + ": " + header, ""))
            return
        self.counts["expressions"] += 1
        if generated:
            self.by_engine[header["engine"]] += 1
        for use in header["uses"]:
            self.constructs[use] += len(lines)
        for line, text, their in zip(lines, answers, theirs):
            why = self.compare(text, their)
            if why == " " and "1e17" in line and "length/0" in header["uses"]:
                self.counts["other number form"] += 1  # a text with 1e+17 in it is shorter than ours
            elif why:
                self.differences.append((expression, line, why + text, json.dumps(their, ensure_ascii=False)))
                self.wrong_constructs.update(header["uses"])

    def compare(self, text, theirs):
        """Empty, or what is wrong."""
        self.counts["pairs"] += 1
        ours = json.loads(text)
        if "tree" in ours:
            return "tree differs: "
        if theirs == engines.DIED or theirs[1] == TOO_LONG or json.dumps(TOO_LONG) in theirs[0]:
            self.counts["oracle died"] += 1
            return ""
        results, error = theirs
        self.counts["errors"] += error is not None
        if (error is None) != ("error" not in ours) or len(results) != len(ours["results"]):
            return " "
        if error is not None and not same_message(ours["error"], error):
            return "message: "
        for one, other in zip(ours["results"], results):
            if not values.same_value(one, other):
                if not values.same_but_for_number_form(one, other):
                    return " "
                self.counts["other number form"] += 1
        return ""
