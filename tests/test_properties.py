"""What holds for every text: facts have their words, writing does not change meaning, output is sound FHIR."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from corpus import Case, cases, facts, read_marked
from rx2fhir.entities import LABELS, Entity
from rx2fhir.interpret import interpret
from rx2fhir.language import languages
from rx2fhir.prescription import Prescription
from rx2fhir.statement import Quantity
from rx2fhir.text import tokenize
from truth import assert_sound

CASES = list(cases())
corpus = st.sampled_from(CASES)
many = settings(max_examples=150)
few = settings(max_examples=60)


@cache
def words(language: str) -> list[str]:
    """All words and signs of a language's corpus."""
    texts = (read_marked(case.text)[0] for case in CASES if case.language == language)
    return sorted({word for text in texts for word in re.findall(r"\w+|\W", text)})


@st.composite
def mixtures(draw: st.DrawFn) -> tuple[str, str, tuple[Entity, ...]]:
    """A language, words of its corpus in any order, and what a very bad model says of them."""
    language = draw(st.sampled_from(languages()))
    parts = draw(st.lists(st.sampled_from(words(language)), max_size=40))
    text = draw(st.sampled_from(["", " "])).join(parts)
    points = st.integers(0, len(text))
    spans = draw(st.lists(st.tuples(st.sampled_from(LABELS), points, points), max_size=6))
    ordered = sorted((min(one, two), max(one, two), label) for label, one, two in spans if one != two)
    apart = [span for span, last in zip(ordered, [(0, 0, ""), *ordered], strict=False) if span[0] >= last[1]]
    return language, text, tuple(Entity(label, start, end, text[start:end]) for start, end, label in apart)


@many
@given(corpus)
def test_corpus_texts(case: Case) -> None:
    text, entities = read_marked(case.text)
    rx = interpret(text, entities, case.language)
    assert_sound(rx)


@many
@given(mixtures())
def test_words_in_any_order(mixture: tuple[str, str, tuple[Entity, ...]]) -> None:
    language, text, entities = mixture
    rx = interpret(text, entities, language)
    assert_sound(rx)


@few
@given(st.text(max_size=60), st.sampled_from([None, *languages()]))
def test_any_characters(text: str, language: str | None) -> None:
    rx = interpret(text, (), language)
    assert_sound(rx)


# How a text is written does not change what it says.
WRITINGS: dict[str, Callable[[str], str]] = {
    "upper case": str.upper,
    "lower case": str.lower,
    "no accents": lambda char: unicodedata.normalize("NFD", char)[0],
    "doubled blanks": lambda char: char * 2 if char == " " else char,
    "tabs": lambda char: "\t" if char == " " else char,
    "no-break spaces": lambda char: "\u00a0" if char == " " else char,
    "curly quotes": lambda char: {"'": "\u2019", '"': "\u201d"}.get(char, char),
    "en dashes": lambda char: "\u2013" if char == "-" else char,
    "other hyphens": lambda char: "\u2011" if char == "-" else char,
    "minus signs": lambda char: "\u2212" if char == "-" else char,
    "fraction slashes": lambda char: "\u2044" if char == "/" else char,
    "narrow blanks": lambda char: "\u202f" if char == " " else char,
    "full width": lambda char: chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char,
    "soft hyphens": lambda char: char + "\u00ad" if char.isalpha() else char,
    "zero-width blanks": lambda char: char + "\u200b" if char == " " else char,
    "joined figures": lambda char: char + "\u2060" if char.isdigit() else char,
    "decomposed accents": lambda char: unicodedata.normalize("NFD", char),
}
BLANKS = ("doubled blanks", "tabs", "narrow blanks", "zero-width blanks")


def rewrite(marked: str, writing: str) -> tuple[str, tuple[Entity, ...]]:
    """The text written another way, character by character, with its entities moved along."""
    text, entities = read_marked(marked)
    parts = [WRITINGS[writing](char) for char in text]
    at = [sum(map(len, parts[:point])) for point in range(len(parts) + 1)]
    new = "".join(parts)
    moved = [(entity.label, at[entity.start], at[entity.end]) for entity in entities]
    return new, tuple(Entity(label, start, end, new[start:end]) for label, start, end in moved)


def comparable(rx: Prescription) -> list[dict[str, Any]]:
    """The facts; source words without their case, blanks, accents and dashes."""
    return [{name: _folded(value) for name, value in row.items()} for row in facts(rx)]


def _folded(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return [token.text for token in tokenize(value)]


@pytest.mark.parametrize("writing", WRITINGS)
@few
@given(case=corpus)
def test_writing_does_not_change_meaning(writing: str, case: Case) -> None:
    assume(writing not in BLANKS or not re.search(r"\d \d", case.text))  # 20 000 is one number
    plain = interpret(*read_marked(case.text), case.language)
    other = interpret(*rewrite(case.text, writing), case.language)
    assert comparable(other) == comparable(plain)


def facts_of(case: Case) -> dict[str, Any]:
    """What a text with one dosage must give; nothing for others."""
    return {} if isinstance(case.means, str) or len(case.means) != 1 else case.means[0]


def scalable(case: Case) -> bool:
    """One dosage of so many of something, its number the only one of the text."""
    wanted = facts_of(case)
    if not {"dose", "dose_unit"} <= wanted.keys() or "strength" in wanted:
        return False
    return re.findall(r"\d+|[½¼¾⅓⅔]", case.text) == [str(wanted["dose"])]


@few
@given(case=st.sampled_from([case for case in CASES if scalable(case)]), factor=st.integers(2, 9))
def test_a_dose_in_digits_scales(case: Case, factor: int) -> None:
    number = str(facts_of(case)["dose"])
    once = interpret(*read_marked(case.text), case.language)
    scaled = interpret(*read_marked(case.text.replace(number, str(int(number) * factor))), case.language)
    [one], [other] = doses(once), doses(scaled)
    assert (other.value, other.unit) == (one.value * factor, one.unit)


def doses(rx: Prescription) -> list[Quantity]:
    found = [dosage.dose for statement in rx.statements for dosage in statement.dosages]
    return [dose for dose in found if isinstance(dose, Quantity)]


FOUND = [
    ("en", "1OU have"),
    ("en", "instead dose 1OU postmeals"),
    ("de", "1x täglich bis 15. Aug.\n 2025"),
    ("it", "1 cp x\n 2"),
]


@pytest.mark.parametrize(("language", "text"), FOUND)
def test_what_random_texts_found(language: str, text: str) -> None:
    """Findings of benchmarks/fuzz.py: each was lost, invented, or out of place once."""
    assert_sound(interpret(text, (), language))
