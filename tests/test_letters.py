"""In a letter, most words are no medication: what looks like a drug there must say so clearly."""

from __future__ import annotations

import pytest

from rx2fhir.interpret import interpret
from rx2fhir.prescription import Prescription
from rx2fhir.recognize.marked import read_marked

PROSE = "She was seen by the team and walked with a frame. The family was present and the ward was told. " * 16
"""No word of it is a dosage; with it, a text is a letter."""


def read(marked: str) -> Prescription:
    return interpret(*read_marked(marked), "en")


@pytest.mark.parametrize(
    "finding",
    [
        "The [DRUG angiography] showed a stenosis of 90 %.",
        "The [DRUG procalcitonin] was 1.8.",
        "Her [DRUG respirations] were 26 and her saturation 86 % daily.",
        "Please look at the [DRUG bisoprolol] in 6 weeks.",
    ],
)
def test_a_finding_of_a_letter_is_no_statement(finding: str) -> None:
    rx = read(f"{PROSE}\n{finding}")
    assert rx.statements == ()
    start = rx.text.index("\n")
    assert any(issue.end > start for issue in rx.issues)


@pytest.mark.parametrize(
    "line",
    [
        "[DRUG Zorbitam] 5 mg once daily",
        "[DRUG Zorbitam] 1 tablet at night",
        "[DRUG Zorbitam] cream to the hands",
        "[DRUG Zorbitam] 1-0-1",
        "[DRUG bisoprolol] once daily",
        "Stop [DRUG bisoprolol]",
    ],
)
def test_a_line_of_a_letter_that_says_more_is_one(line: str) -> None:
    assert len(read(f"{PROSE}\n{line}").statements) == 1


def test_in_prose_the_next_sentence_is_said_of_something_else() -> None:
    rx = read(f"{PROSE}\nShe takes [DRUG bisoprolol] 5 mg once daily. He saw her on 12 March 2025 for 3 weeks.")
    assert [dosage.text for statement in rx.statements for dosage in statement.dosages] == [
        "takes bisoprolol 5 mg once daily"
    ]
    assert any("12 March 2025" in rx.text[issue.start : issue.end] for issue in rx.issues)


@pytest.mark.parametrize(
    "marked", ["[DRUG zorbitam] v 40   [DRUG zorkish] pain", "continue \n[DRUG zorkish] back soaps"]
)
def test_every_word_of_a_statement_that_is_left_out_is_in_an_issue(marked: str) -> None:
    rx = read(marked)
    assert rx.statements == ()
    told = {at for issue in rx.issues for at in range(issue.start, issue.end)}
    assert all(at in told or rx.text[at].isspace() for at in range(len(rx.text)))
