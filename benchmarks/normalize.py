"""Speed of stage 2 alone, on one core: distinct sigs a second, and seconds against the length of a text.

    python benchmarks/normalize.py [--texts 2000] [--longest 1000000]

The sigs are the distinct texts of fixtures/corpus with the drug names marked there; no text is read twice, so no
cache of results could help. The first tenth of a language is read before the clock starts: by then its pack is
compiled, and a date, a misspelt word and an unknown name have been met. CPU time is measured, not the clock, so that
other work on the machine does not count.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import dateparser
import yaml

from rx2fhir.entities import Entity
from rx2fhir.interpret import interpret
from rx2fhir.language import languages
from rx2fhir.quantity import same_amount
from rx2fhir.recognize.marked import read_marked
from rx2fhir.statement import Quantity

CORPUS = Path(__file__).resolve().parents[1] / "fixtures" / "corpus"
WARM_UP = "Paracetamoll 500 mg 1 zorbitaam 3/5/2025"
LENGTHS = (1_000, 10_000, 100_000, 1_000_000)
REPEATED = {
    "prescription lines": "doliprane 500 mg 1 comprimé le matin pendant une semaine\n",
    "one drug name": "paracetamol ",
    "amounts": "1 cp ",
    "digits": "7",
    "digit and dash": "1-",
    "digit and slash": "1/",
    "brackets": "(",
    "line breaks": "\n",
    "blanks": " ",
}

Sig = tuple[str, tuple[Entity, ...]]


def sigs(language: str) -> list[Sig]:
    """The distinct texts of a language's corpus with their drug names, shuffled the same way in every run."""
    blocks = (block for path in sorted((CORPUS / language).glob("*.yaml")) for block in _blocks(path))
    marked = sorted({text for block in blocks for text in block["texts"]})
    random.Random(1).shuffle(marked)
    return list({text: (text, entities) for text, entities in map(read_marked, marked)}.values())


def _blocks(path: Path) -> list[dict[str, list[str]]]:
    return yaml.safe_load(path.read_text(encoding="utf-8")) or []


def seconds(texts: list[Sig], language: str | None) -> float:
    """CPU seconds to read all texts once."""
    start = time.process_time()
    for text, entities in texts:
        interpret(text, entities, language)
    return time.process_time() - start


def rates(most: int) -> Iterator[tuple[str, int, float, float]]:
    """(language, texts, texts a second with the language named, the same with it detected)."""
    for language in languages():
        found = sigs(language)[:most]
        first, rest = found[: len(found) // 10], found[len(found) // 10 :]
        if rest:
            seconds(first, language)
            seconds(first, None)
            # Each half is fresh: no text is read in both ways.
            half = len(rest) // 2
            detected, named = seconds(rest[:half], None), seconds(rest[half:], language)
            yield language, len(rest), (len(rest) - half) / named, half / detected


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--texts", type=int, default=2000, help="at most so many of each language")
    parser.add_argument("--longest", type=int, default=LENGTHS[-1], help="longest text, in characters")
    options = parser.parse_args()
    same_amount(Quantity(Decimal(1), "g"), Quantity(Decimal(1000), "mg"))  # loads pint
    for language in languages():
        interpret(WARM_UP, (), language)  # compiles the pack
        dateparser.parse("3 5 2025", languages=[language])  # takes a moment when first asked
    print(f"{'language':10}{'distinct sigs':>15}{'sigs/s, named':>15}{'detected':>10}")
    for language, count, named, detected in rates(options.texts):
        print(f"{language:10}{count:15,}{named:15,.0f}{detected:10,.0f}", flush=True)
    lengths = [length for length in LENGTHS if length <= options.longest]
    print(f"\n{'CPU seconds for':20}" + "".join(f"{length:>12,}" for length in lengths) + "  characters")
    for name, unit in REPEATED.items():
        print(f"{name:20}", end="", flush=True)
        for length in lengths:
            spent = seconds([(unit * (length // len(unit)), ())], "fr")
            print(f"{spent:12.3f}", end="", flush=True)
        print()


if __name__ == "__main__":
    main()
