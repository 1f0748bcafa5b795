"""What must hold for every result: its parts are slices of the text, nothing is lost, nothing is invented."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from itertools import product
from typing import Any

from rx2fhir.fhir import check
from rx2fhir.language import load
from rx2fhir.normalize.number import FRACTIONS
from rx2fhir.normalize.reader import Reader
from rx2fhir.packrows import Row
from rx2fhir.prescription import Prescription
from rx2fhir.statement import DosageInstruction, Evidence, Statement, Timing
from rx2fhir.text import UNSEEN, tokenize

_FIGURE = re.compile(r"\d+(?:[.,'`’ ]\d+)*")
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "viii": 8, "x": 10, "xv": 15, "xx": 20}
_HALF = Decimal("0.5")
_MINUTES = (Decimal(60), Decimal(1440))
_LARGE = 10**6
_SMALLER = {"g": "mg", "mg": "ug"}
_LIST_MARK = re.compile(r"(?:^|\s)\d{1,2}[.)]|^\s*\d{1,2}(?:\s*[|;\t]|,(?=\D)|  )", re.M)
_NUMBERED_LINE = re.compile(r"^[ \t]*(\d{1,2})(?= +[^\W\d_])", re.M)


def assert_sound(rx: Prescription) -> None:
    """All that can be asked of any result, of any text."""
    assert_slices(rx)
    assert_nothing_lost(rx)
    assert_nothing_invented(rx)
    for release, resource in product(("R4", "R5"), ("MedicationStatement", "MedicationRequest")):
        for fields in rx.to_dicts(release=release, resource=resource):
            assert check(fields, release) == []


def assert_slices(rx: Prescription) -> None:
    """Entities, issues, statements and their parts are spans of the text, in text order.

    The words above a list are part of each of its statements: these stand in the order of their drugs.
    """
    for entity in rx.entities:
        assert entity.text == rx.text[entity.start : entity.end] != ""
        assert 0 <= entity.score <= 1
    for issue in rx.issues:
        assert 0 <= issue.start < issue.end <= len(rx.text)
        assert issue.message
    for statement in rx.statements:
        _assert_statement(statement, rx.text)
    drugs = [statement.medication or statement for statement in rx.statements]
    for parts in (rx.entities, rx.issues, drugs):
        starts = [part.start for part in parts]
        assert starts == sorted(starts)


def _assert_statement(statement: Statement, text: str) -> None:
    assert 0 <= statement.start < statement.end <= len(text)
    drug = statement.medication
    spans = [(dosage.start, dosage.end) for dosage in statement.dosages]
    for start, end in spans + ([(drug.start, drug.end)] if drug else []):
        assert statement.start <= start < end <= statement.end
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
    spans = [(part.start, part.end) for parts in (rx.statements, rx.issues, rx.explanations) for part in parts]
    for start, end in spans:
        told[start:end] = b"\1" * (end - start)
    for mark in [*_LIST_MARK.finditer(rx.text), *_numbers_of_lines(rx)]:
        told[mark.start() : mark.end()] = b"\1" * len(mark[0])
    tokens = [token for token in tokenize(rx.text) if token.text[0].isalnum()]
    lost = [token.text for token in tokens if not told[token.start] and token.text not in _idle(rx.language)]
    assert not lost, (lost, rx.text)


def _numbers_of_lines(rx: Prescription) -> Iterator[re.Match[str]]:
    """The numbers that lines begin with, one more or less than another, and that are told to be marks of a list."""
    marks = {part.start for part in rx.noise if part.rule == "grammar:mark"}
    found = [mark for mark in _NUMBERED_LINE.finditer(rx.text) if mark.start(1) in marks]
    numbers = {int(mark[1]) for mark in found}
    return (mark for mark in found if not numbers.isdisjoint((int(mark[1]) - 1, int(mark[1]) + 1)))


@cache
def _idle(language: str | None) -> frozenset[str]:
    """Words that only join others, and filler."""
    if language is None:
        return frozenset()
    pack = load(language)
    fillers = [row.phrase for row in pack.rows if row.concept == "background" and row.key == "filler"]
    joints = [row.phrase for rows in pack.lists.values() for row in rows]
    return frozenset(token.text for phrase in [*fillers, *joints] for token in tokenize(phrase) if token.is_word)


def assert_nothing_invented(rx: Prescription) -> None:
    """Every number of a dosage is said by the words of its evidence, or by the row of the pack that read them.

    Where a word was read as another, and that is reported, its number is not looked for.
    """
    if any(issue.code == "misspelt" for issue in rx.issues):
        return
    for statement in rx.statements:
        drug = statement.medication
        for strength in drug.strengths if drug else ():
            said = _said(rx, [Evidence("strength", strength.start, strength.end, "")])
            assert set(_decimals((strength.value, strength.per))) <= said, (strength, rx.text)
        for dosage in statement.dosages:
            said = _said(rx, dosage.evidence) | _events(dosage.timing)
            missing = set(_numbers(dosage)) - said
            assert not missing, (missing, dosage, rx.text)


def _numbers(dosage: DosageInstruction) -> Iterator[Decimal]:
    """All numbers of a dosage but clock times and dates."""
    for name in ("dose", "rate", "timing", "max_dose_per_period", "max_dose_per_administration"):
        yield from _decimals(getattr(dosage, name))


def _events(timing: Timing | None) -> set[Decimal]:
    """How many events are named: "every 3 weeks, morning and night" is twice in 3 weeks."""
    return {Decimal(len(timing.when)), Decimal(len(timing.time_of_day))} if timing else set()


def _decimals(value: Any) -> Iterator[Decimal]:
    """All numbers within a value of the statement model."""
    if isinstance(value, (int, Decimal)):
        yield Decimal(value)
    elif isinstance(value, tuple):
        yield from (number for part in value for number in _decimals(part))
    elif hasattr(value, "__dataclass_fields__"):
        yield from (number for name in value.__dataclass_fields__ for number in _decimals(getattr(value, name)))


def _said(rx: Prescription, evidence: Sequence[Evidence]) -> set[Decimal]:
    """The numbers that evidence says, and what is made of two: 2 x 5 ml, 1 ½, days 15 to 28, an offset in minutes."""
    language, found = str(rx.language), {Decimal(1)}
    for fact in evidence:
        found |= _written(language, rx.text[fact.start : fact.end])
        found |= _literals(_row(language, fact.rule))
    small = {number for number in found if number < _LARGE}
    made = {one * two for one in small for two in (*small, *_MINUTES)}
    made |= {one - two + 1 for one in small for two in small}
    made |= {one + two for one in small for two in (*small, _HALF) if two < 1}
    return found | {round(number, 6) for number in made | small}


def _written(language: str, words: str) -> set[Decimal]:
    """The numbers of some words: figures in all their readings, fractions, number words, roman numerals."""
    words = words.translate(dict.fromkeys(map(ord, UNSEEN)))
    found = {number for sign, number in FRACTIONS.items() if sign in words}
    for figure in _FIGURE.findall(words):
        parts = re.split("[.,'`’ ]", figure)
        found |= {Decimal(part) for part in (*parts, "".join(parts), "".join(parts[:-1]) + "." + parts[-1])}
    found |= {Decimal(one) / Decimal(two) for one, two in re.findall(r"(\d)\s?[/⁄]\s?([1-9])", words)}
    reader = Reader(words, load(language))
    for at, token in enumerate(reader.tokens):
        found |= {Decimal(_ROMAN.get(token.text, 1))}
        found |= {Decimal(key) for name in ("numbers", "ordinals") for _, key in reader.ends(name, at)}
        found |= {_HALF for name in ("<half_of>", "<half_more>") if reader.ends(name, at)}
        for name in ("durations", "times"):
            found |= {number for _, row, _ in reader.rows(name, at) for number in _literals(row)}
    return found | _converted(reader)


def _converted(reader: Reader) -> set[Decimal]:
    """The greater of two masses in the unit of the other: 1000 of "500 mg to 1 g"."""
    said = [measure for at in range(len(reader.tokens)) for _, measure in reader.read("measure", at)]
    units = {measure.unit for measure in said}
    return {1000 * one.count.low for one in said if _SMALLER.get(str(one.unit)) in units}


def _literals(row: Row | None) -> set[Decimal]:
    """The numbers in the meaning of a row: the 2 of "twice a day", "for a fortnight" (`2 wk`), two meals, "in turn"."""
    turn = row is not None and ("alternate" in row.means or row.means.get("day_of_week") == "other")
    found = {Decimal(2)} if turn else set()
    for value in row.means.values() if row else ():
        texts = [str(value)] if not isinstance(value, list) else [str(len(value))]
        found |= {Decimal(part) for text in texts for part in text.split() if _FIGURE.fullmatch(part)}
    return found


@cache
def _rows(language: str) -> Mapping[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in load(language).rows:
        found.setdefault(row.rule, []).append(row)
    return found


def _row(language: str, rule: str) -> Row | None:
    return next(iter(_rows(language).get(rule, [])), None)
