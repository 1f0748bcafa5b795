"""What holds for every text: facts have their words, writing does not change meaning, output is sound FHIR."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import Case, cases, facts, read_marked
from rx2fhir.entities import LABELS, Entity
from rx2fhir.fhir import check
from rx2fhir.interpret import interpret
from rx2fhir.language import languages, load
from rx2fhir.prescription import Prescription
from rx2fhir.statement import Statement
from rx2fhir.text import tokenize

CASES = list(cases())
corpus = st.sampled_from(CASES)
many = settings(max_examples=150)
few = settings(max_examples=60)

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


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


def assert_true_to_the_text(rx: Prescription) -> None:
    """Every part is a slice of the text, in order, and its facts stand inside the statement."""
    for entity in rx.entities:
        assert entity.text == rx.text[entity.start : entity.end] != ""
        assert 0 <= entity.score <= 1
    assert_in_order(rx.entities)
    assert_in_order(rx.issues)
    for issue in rx.issues:
        assert 0 <= issue.start < issue.end <= len(rx.text)
        assert issue.message
    for statement in rx.statements:
        assert_statement(statement, rx.text)


def assert_in_order(parts: Sequence[Any]) -> None:
    assert [part.start for part in parts] == sorted(part.start for part in parts)


def assert_statement(statement: Statement, text: str) -> None:
    assert 0 <= statement.start < statement.end <= len(text)
    drug = statement.medication
    for part in statement.dosages + ((drug,) if drug else ()):
        assert statement.start <= part.start < part.end <= statement.end
    if drug and drug.text is not None:
        assert drug.text == text[drug.start : drug.end]
    if drug and drug.form:
        assert drug.form.text == text[drug.form.start : drug.form.end]
    for dosage in statement.dosages:
        assert dosage.text == text[dosage.start : dosage.end]
        for concept in filter(None, [dosage.route, dosage.site, dosage.method, dosage.as_needed_for]):
            assert concept.text in text[concept.start : concept.end] != ""


def assert_nothing_lost(rx: Prescription) -> None:
    """Every word and number is in a statement, in an issue, or one that the pack knows to carry no fact."""
    told = bytearray(len(rx.text))
    for part in [*rx.statements, *rx.issues]:
        told[part.start : part.end] = b"\1" * (part.end - part.start)
    tokens = [token for token in tokenize(rx.text) if any(char.isalnum() for char in rx.text[token.start : token.end])]
    lost = [token.text for token in tokens if not told[token.start] and token.text not in idle(rx.language)]
    assert not lost, (lost, rx.text)


@cache
def idle(language: str | None) -> frozenset[str]:
    """Words that only join others, and filler."""
    if language is None:
        return frozenset()
    pack = load(language)
    fillers = [row.phrase for row in pack.rows if row.concept == "background" and row.key == "filler"]
    joints = [phrase for phrases in pack.lists.values() for phrase in phrases]
    return frozenset(token.text for phrase in [*fillers, *joints] for token in tokenize(phrase) if token.is_word)


def assert_sound(rx: Prescription) -> None:
    for release, resource in product(("R4", "R5"), ("MedicationStatement", "MedicationRequest")):
        for fields in rx.to_dicts(release=release, resource=resource):
            assert check(fields, release) == []


@many
@given(corpus)
def test_corpus_texts(case: Case) -> None:
    text, entities = read_marked(case.text)
    rx = interpret(text, entities, case.language)
    assert_true_to_the_text(rx)
    assert_nothing_lost(rx)
    assert_sound(rx)


@many
@given(mixtures())
def test_words_in_any_order(mixture: tuple[str, str, tuple[Entity, ...]]) -> None:
    language, text, entities = mixture
    rx = interpret(text, entities, language)
    assert_true_to_the_text(rx)
    assert_nothing_lost(rx)
    assert_sound(rx)


@few
@given(st.text(max_size=60), st.sampled_from([None, *languages()]))
def test_any_characters(text: str, language: str | None) -> None:
    rx = interpret(text, (), language)
    assert_true_to_the_text(rx)
    assert_nothing_lost(rx)
    assert_sound(rx)


# How a text is written does not change what it says.
WRITINGS = {
    "upper case": str.upper,
    "doubled blanks": lambda char: char * 2 if char == " " else char,
    "tabs": lambda char: "\t" if char == " " else char,
    "no-break spaces": lambda char: "\u00a0" if char == " " else char,
    "curly quotes": lambda char: {"'": "\u2019", '"': "\u201d"}.get(char, char),
    "en dashes": lambda char: "\u2013" if char == "-" else char,
    "decomposed accents": lambda char: unicodedata.normalize("NFD", char),
}


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
    plain = interpret(*read_marked(case.text), case.language)
    other = interpret(*rewrite(case.text, writing), case.language)
    assert comparable(other) == comparable(plain)
