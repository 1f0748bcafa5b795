"""Random texts for so many minutes: exceptions, broken invariants, changed facts, and the slowest seconds a megabyte.

    python benchmarks/fuzz.py [--minutes 60] [--seed 1]

Texts are words and signs of the corpus in any order with labels of a very bad model, corpus texts with damaged bytes,
and pairs of corpus lines whose facts are known (`tests/metamorphic.py`). Each result is checked by `tests/truth.py`:
spans, nothing lost, nothing invented, FHIR R4 and R5 with all invariants. What is found is printed as it stands, to be
kept as a line of the corpus or of a test.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from corpus import cases
from metamorphic import said, variations
from mutations import MUTATIONS
from rx2fhir.entities import LABELS, Entity
from rx2fhir.interpret import interpret
from rx2fhir.language import languages
from rx2fhir.recognize.marked import read_marked
from truth import assert_sound

Input = tuple[str, str | None, str, tuple[Entity, ...], object]
"""Kind, language, text, entities, and the facts that it must give, or None."""
LEAST_CHARACTERS = 200
"""Shorter texts tell nothing of the time a megabyte takes."""


def inputs(chance: random.Random) -> Iterator[Input]:
    """Texts of each kind by turns, without end."""
    corpus = [(case.language, *read_marked(case.text)) for case in cases()]
    words = {code: _words(text for language, text, _ in corpus if language == code) for code in languages()}
    pairs = variations(chance)
    while True:
        language = chance.choice(sorted(words))
        text = chance.choice(["", " "]).join(chance.choices(words[language], k=chance.randrange(60)))
        yield "words in any order", chance.choice([language, None]), text, tuple(_labels(text, chance)), None
        language, text, _ = chance.choice(corpus)
        damaged = MUTATIONS[chance.choice(sorted(MUTATIONS))](text.encode(), chance)
        yield "damaged text", language, damaged.decode("utf-8", "replace"), (), None
        kind, language, marked, wanted = next(pairs)
        yield kind, language, *read_marked(marked), wanted


def _words(texts: Iterator[str]) -> list[str]:
    return sorted({word for text in texts for word in re.findall(r"\w+|\W", text)})


def _labels(text: str, chance: random.Random) -> Iterator[Entity]:
    """Labels of a very bad model."""
    for word in re.finditer(r"\S+", text):
        if chance.random() < 0.2:
            yield Entity(chance.choice(LABELS), *word.span(), word[0])


def check(
    kind: str, language: str | None, text: str, entities: tuple[Entity, ...], wanted: object
) -> tuple[str, float]:
    """What is wrong with the result ("" for nothing), and the seconds that reading took."""
    start = time.process_time()
    try:
        rx = interpret(text, entities, language)
        seconds = time.process_time() - start
        if wanted is not None and said(rx) != wanted:
            return f"facts changed ({kind})", seconds
        assert_sound(rx)
    except AssertionError as error:
        return f"invariant broken: {error!s:.300}", time.process_time() - start
    except Exception as error:
        return f"exception: {error!r:.300}", time.process_time() - start
    return "", seconds


def main() -> None:
    """Print each finding, and the figures at the end."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    for language in languages():  # the time of loading a pack is no time of reading
        interpret("1 3/5/2026", (), language)
    found: Counter[str] = Counter()
    slowest, end = (0.0, ""), time.monotonic() + 60 * options.minutes
    for kind, language, text, entities, wanted in inputs(random.Random(options.seed)):
        if time.monotonic() > end:
            break
        wrong, seconds = check(kind, language, text, entities, wanted)
        found["inputs"] += 1
        size = len(text.encode("utf-8", "replace")) / 1e6
        if len(text) >= LEAST_CHARACTERS and seconds / size > slowest[0]:  # twice: once it may be the collector's time
            again = check(kind, language, text, entities, wanted)[1]
            slowest = max(slowest, (min(seconds, again) / size, text))
        if wrong:
            found[wrong.split(":")[0]] += 1
            print(
                f"{wrong}\n    {language} {kind} {text!r} {[(e.label, e.start, e.end) for e in entities]}", flush=True
            )
    counts = ", ".join(f"{count} {name}" for name, count in found.items())
    print(f"{counts}; slowest {slowest[0]:.1f} s/MB: {slowest[1]!r}")


if __name__ == "__main__":
    main()
