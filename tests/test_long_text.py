"""A letter of fifty pages is read with every span right, and with work that grows as its length and no faster."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

import pytest

from rx2fhir.entities import Entity
from rx2fhir.interpret import interpret
from rx2fhir.prescription import Prescription
from rx2fhir.recognize.marked import read_marked
from rx2fhir.statement import Statement

PAGES = 50

PROSE = """Hospital course
She was seen by the team every morning and walked with a frame. Haemoglobin 112 g/L, creatinine 88 umol/L, eGFR 61.
The chest film showed a small effusion on the left, which was smaller on the second film. Her temperature was 37.2 and
her pulse 88. The physiotherapist saw her twice, and the family was told of the plan on 12 March 2025. She was treated
with [DRUG Mirvelo] 1 g IV three times a day for 5 days and improved.

"""

LIST = """Medication on discharge
1. [DRUG Nardexa] 5 mg tablets: one tablet every morning
2. [DRUG Zortalin] 20 mg capsules: 2 capsules at night, then 1 capsule at night after 2 weeks
3. [DRUG Pelvamin] 10 mg: 1 tablet every 6 hours as needed for pain, maximum 4 tablets a day
Stopped: [DRUG Corvasil] and [DRUG Ambrelin]

"""

PAGE, NAMES = read_marked(PROSE * 3 + LIST)


def letter(pages: int) -> Prescription:
    """So many pages of one letter, each the same."""
    shifted = [_shift(name, page * len(PAGE)) for page in range(pages) for name in NAMES]
    return interpret(PAGE * pages, shifted)


def _shift(name: Entity, by: int) -> Entity:
    return Entity(name.label, name.start + by, name.end + by, name.text)


def spans(statement: Statement, by: int) -> list[tuple[int, int]]:
    """The spans of a statement, its drug and its dosages, `by` code points further to the left."""
    parts: list[Any] = [statement, statement.medication, *statement.dosages]
    return [(part.start - by, part.end - by) for part in parts]


def test_every_statement_of_fifty_pages_has_its_spans() -> None:
    first, whole = letter(1).statements, letter(PAGES).statements
    assert len(first) == 8
    assert len(whole) == PAGES * len(first)
    for at, statement in enumerate(whole):
        page, place = divmod(at, len(first))
        assert spans(statement, page * len(PAGE)) == spans(first[place], 0)
        assert statement.status == first[place].status


@pytest.mark.skipif(sys.getprofile() is not None, reason="something else counts the calls already")
def test_the_work_of_fifty_pages_is_five_times_that_of_ten() -> None:
    letter(PAGES)  # what is read once and remembered is no work of this text
    few, many = calls(PAGES // 5), calls(PAGES)  # below ten, a page is read in fewer stretches
    assert few > 10_000
    assert many < 5.25 * few


def calls(pages: int) -> int:
    """How many functions are called to read a letter: the work, whatever the machine is doing besides."""
    counted = 0

    def count(frame: FrameType, event: str, arg: Any) -> None:
        nonlocal counted
        counted += event == "call"

    sys.setprofile(count)
    try:
        letter(pages)
    finally:
        sys.setprofile(None)
    return counted
