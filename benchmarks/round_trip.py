"""How much of the corpus is written back in words that say the same, in its own language and in the others.

    python benchmarks/round_trip.py [--every N] [LANGUAGE ...]

A line a language: statements with a dosage, and for each language to write in the share that has a text. `to_text`
reads each text again before it gives it, so what it gives says the same; the rest is counted by reason.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from pathlib import Path

from rx2fhir import CannotSay, Statement, to_text
from rx2fhir.corpus import read_cases
from rx2fhir.interpret import interpret
from rx2fhir.recognize.marked import read_marked
from rx2fhir.wording.frame import worded

CORPUS = Path(__file__).resolve().parents[1] / "fixtures" / "corpus"
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")


def main() -> None:
    """Print the shares, then the reasons of what was not written."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("languages", nargs="*", default=worded())
    arguments.add_argument("--every", type=int, default=1, help="only every n-th text of the corpus")
    options = arguments.parse_args()
    reasons: Counter[str] = Counter()
    for source in options.languages:
        found = statements(source, options.every)
        shares = [f"{target} {share(found, target, reasons):.3f}" for target in worded()]
        print(f"{source} {len(found):6d}  {'  '.join(shares)}", flush=True)
    for reason, count in reasons.most_common(20):
        print(f"{count:6d} {reason}")


def statements(language: str, every: int) -> list[Statement]:
    """What the corpus of a language prescribes."""
    cases = [case for case in read_cases(CORPUS / language) if case.means != "unread"][::every]
    parsed = (interpret(*read_marked(case.text), language) for case in cases)
    return [statement for rx in parsed for statement in rx.statements if statement.dosages]


def share(found: list[Statement], language: str, reasons: Counter[str]) -> float:
    """The share that has a text in a language."""
    written = 0
    for statement in found:
        try:
            to_text(statement, language)
            written += 1
        except CannotSay as error:
            reasons[_QUOTED.sub("...", str(error).partition(": ")[2])[:80]] += 1
    return written / max(len(found), 1)


if __name__ == "__main__":
    main()
