"""Texts with entity spans, composed from `mappings/training/`: the training data of the bundled model."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from random import Random

from rx2fhir.codes import mappings_dir
from rx2fhir.errors import UnknownLanguage
from rx2fhir.training.cases import Case, Span
from rx2fhir.training.grammar import Grammar, Pieces, read_rules
from rx2fhir.training.junk import junk
from rx2fhir.training.names import name_builtins, unseen
from rx2fhir.training.noise import Chars, disturb
from rx2fhir.training.packs import with_pack


def training_dir() -> Path:
    """Folder of the training grammars and names."""
    return mappings_dir() / "training"


def languages() -> tuple[str, ...]:
    """Codes of the languages that have a training grammar."""
    return tuple(sorted(path.stem for path in training_dir().glob("??.yaml")))


@cache
def grammar(language: str) -> Grammar:
    """The grammar of a language: the rules common to all, its own, and the rows of its language pack.

    Raises UnknownLanguage, naming the choices.
    """
    if language not in languages():
        raise UnknownLanguage(f"no training grammar {language!r}; grammars: {', '.join(languages())}")
    rules = read_rules(training_dir() / "common.yaml", training_dir() / f"{language}.yaml")
    return Grammar(with_pack(rules, language), {**name_builtins(language), "junk": junk})


def generate(seed: int, choice: Sequence[str] | None = None) -> Iterator[Case]:
    """Endless samples, the languages (all, or those of `choice`) taken at random; equal seeds give equal texts."""
    random = Random(seed)
    codes = tuple(choice or languages())
    while True:
        yield sample(random.choice(codes), random)


def sample(language: str, random: Random) -> Case:
    """One text of a language; none that holds a name kept for tests."""
    pieces = grammar(language).expand("text", random)
    while not unseen().isdisjoint(re.findall(r"\w+", "".join(text for text, _ in pieces).lower())):
        pieces = grammar(language).expand("text", random)
    text, entities = _spans(disturb(_number(pieces), random), [label for _, label in pieces if label])
    return Case(text, entities, language)


def _number(pieces: Pieces) -> Chars:
    """The characters of the pieces with the number of their entity (from 1; 0 outside)."""
    chars: Chars = []
    number = 0
    for text, label in pieces:
        number += label is not None
        chars += [(char, number if label else 0) for char in text]
    return chars


def _spans(chars: Chars, labels: Sequence[str]) -> tuple[str, tuple[Span, ...]]:
    """Text and entity spans of numbered characters, blanks at a span's edges left out."""
    spans: dict[int, tuple[int, int]] = {}
    for index, (char, number) in enumerate(chars):
        if number and not char.isspace():
            spans[number] = (spans.get(number, (index, 0))[0], index + 1)
    text = "".join(char for char, _ in chars)
    return text, tuple((labels[number - 1], start, end) for number, (start, end) in sorted(spans.items()))
