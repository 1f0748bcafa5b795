"""Texts that say the same as others: two prescriptions in one text, in the other order, boilerplate round them."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from corpus import Case, cases, facts
from rx2fhir.interpret import interpret
from rx2fhir.language import languages, load
from rx2fhir.normalize.reader import Reader
from rx2fhir.prescription import Prescription
from rx2fhir.recognize.marked import read_marked
from rx2fhir.text import tokenize


@cache
def drug_lines(language: str) -> Sequence[Case]:
    """The corpus texts of a language that begin with the name of their only drug."""
    found = (case for case in cases() if case.language == language)
    return [case for case in found if case.text.startswith("[DRUG ") and case.text.count("[DRUG ") == 1]


@cache
def boilerplate(language: str) -> Sequence[str]:
    """Headings and dispensing notes of a pack that have one wording, no number, and say nothing of the drugs below."""
    pack = load(language)
    rows = (row for row in pack.rows if row.concept == "background" and row.key in ("heading", "noise"))
    phrases = [row.phrase for row in rows if not re.search(r"[{<\[(|\\\d]", row.phrase)]
    return [phrase for phrase in phrases if not _tells(Reader(phrase, pack))]


def _tells(reader: Reader) -> bool:
    """Drugs below such a title are not prescribed, or no longer."""
    return any(reader.ends(name, 0) for name in ("<mentioned_below>", "<past_below>", "<earlier_below>"))


def read(marked: str, language: str) -> Prescription:
    """A text of the corpus, read."""
    return interpret(*read_marked(marked), language)


def said(rx: Prescription) -> list[dict[str, Any]]:
    """The facts of each dosage; source words without their case, blanks, accents and dashes."""
    return [{name: _folded(value) for name, value in row.items()} for row in facts(rx)]


def _folded(value: Any) -> Any:
    return [token.text for token in tokenize(value)] if isinstance(value, str) else value


def variations(chance: random.Random) -> Iterator[tuple[str, str, str, list[dict[str, Any]]]]:
    """(name, language, text, facts) of random pairs of drug lines: what each text must give."""
    while True:
        language = chance.choice([code for code in languages() if drug_lines(code)])
        one, two = (case.text for case in chance.choices(drug_lines(language), k=2))
        first, second = said(read(one, language)), said(read(two, language))
        note = chance.choice(boilerplate(language))
        yield "two lines", language, f"{one}\n{two}", first + second
        yield "the other order", language, f"{two}\n{one}", second + first
        yield "a heading", language, f"{note}\n{one}", first
        yield "a note behind", language, f"{one}\n{note}", first
