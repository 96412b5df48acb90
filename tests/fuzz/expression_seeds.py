#!/usr/bin/env python3
"""Makes fuzzing seeds of tests/diff/corpus: EXPRESSION NUL LINE, one file for each expression; and a libFuzzer dictionary.

    expression_seeds.py CORPUS_DIR OUT_DIR DICTIONARY
"""

import glob
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "diff"))
import corpus  # pylint: disable=wrong-import-position

OPERATORS = ["|=", "//=", "?//", "//", "==", "!=", "<=", ">=", "+=", "-=", "*=", "/=", "%=", "..", ".[]", "\\\\(", " as $", "$__loc__"]


def main():
    source, out, dictionary = sys.argv[1:]
    os.makedirs(out, exist_ok=True)
    words = set(OPERATORS)
    for path in sorted(glob.glob(os.path.join(source, "*.txt"))):
        for case in corpus.read(path).cases():
            words.update(re.findall(r"@?[A-Za-z_][A-Za-z0-9_]+", case.expression))
            line = case.pairs[0].input if case.pairs else "null"
            with open(os.path.join(out, case.place.replace(":", "-")), "wb") as file:
                file.write(case.expression.encode() + b"\0" + line.encode())
    with open(dictionary, "w", encoding="utf-8") as file:
        file.writelines('"%s"\n' % word for word in sorted(words))


if __name__ == "__main__":
    main()
