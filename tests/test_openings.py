"""What is not tried at a token would have read nothing there."""

from __future__ import annotations

import pytest

from corpus import cases
from rx2fhir.language import languages, load
from rx2fhir.normalize.reader import Reader
from rx2fhir.normalize.slots import SLOTS
from rx2fhir.recognize.marked import read_marked

EVERY = 10
"""One text of so many is looked at: each slot at each token takes its time."""


def test_a_slot_reads_only_where_it_can_begin() -> None:
    some = list(cases())[::EVERY]
    assert {case.language for case in some} == set(languages())
    missed = [found for case in some for found in _missed(Reader(read_marked(case.text)[0], load(case.language)))]
    assert missed == []


def _missed(reader: Reader) -> list[tuple[str, str, int]]:
    """(slot, text, token) where a slot reads something and is not expected to."""
    return [
        (name, reader.text, at)
        for at, openings in enumerate(reader.openings[: len(reader.tokens)])
        for name, read in SLOTS.items()
        if name not in openings and read(reader, at)
    ]


@pytest.mark.parametrize("text", ["2", "½", ".5", "07:00", "x gtt", "2/5/2025", "一", "٣ mg"])
def test_figures_and_signs_open_what_they_can_begin(text: str) -> None:
    assert _missed(Reader(text, load("en"))) == []
