"""Coverage: the share of the words that are read or known to be no dosage; nothing that was read is dropped."""

from __future__ import annotations

import pytest

from corpus import Case, cases
from rx2fhir.interpret import interpret
from rx2fhir.language import languages
from test_explanations import read


@pytest.mark.parametrize(
    ("text", "covered"),
    [
        ("1 tablet twice daily", 1),
        ("", 1),
        ("...", 1),
        ("zzorkish", 0),
        ("1 tablet daily zorkish", 12 / 19),
        ("1 tablet and 2 capsules daily", 1),
        ("1 tablet twice daily three times daily", 7 / 32),  # the two frequencies are left out
    ],
)
def test_share_of_letters_and_digits(text: str, covered: float) -> None:
    assert interpret(text, language="en").coverage == pytest.approx(covered)


@pytest.mark.parametrize("language", languages())
def test_every_word_is_read_noise_or_reported(language: str) -> None:
    """Of all texts of the corpus, each with what is accounted for nowhere."""
    lost = {case.text: _lost(case) for case in cases() if case.language == language}
    assert len(lost) > 1
    assert {text: words for text, words in lost.items() if words} == {}


def _lost(case: Case) -> str:
    rx = read(case.text, case.language)
    parts = [*rx.explanations, *rx.noise, *rx.issues]
    told = {at for part in parts for at in range(part.start, part.end)}
    return "".join(char for at, char in enumerate(rx.text) if char.isalnum() and at not in told)


@pytest.mark.parametrize(
    ("text", "words", "severity"),
    [
        ("take 5 ml by measuring spoon three times daily", "measuring spoon", "information"),
        ("take 1 tablet daily, do not take [DRUG warfarin]", "1 tablet", "warning"),
        ("500 mg stat twice daily", "stat", "information"),
        ("[DRUG Nardexa] 3x1 bds", "x1", "warning"),
    ],
)
def test_what_no_element_holds_is_reported(text: str, words: str, severity: str) -> None:
    rx = read(text, "en")
    assert (words, severity) in {(rx.text[i.start : i.end], i.severity) for i in rx.issues if i.code == "unused-text"}


def test_an_amount_in_a_word_that_nobody_knows_is_no_information() -> None:
    rx = read("half a tablet in the morning and a zorkish tablet at night", "en")
    assert ("zorkish", "warning") in {(rx.text[i.start : i.end], i.severity) for i in rx.issues}


def test_the_dose_of_a_stopped_drug_is_told_as_information() -> None:
    issues = read("stop [DRUG zorkane] 5 mg twice daily", "en").issues
    assert {(issue.code, issue.severity) for issue in issues} == {("unused-text", "information")}


@pytest.mark.parametrize(
    ("language", "text", "words", "severity"),
    [
        ("en", "1 tablet zorkish daily", "zorkish", "warning"),
        ("en", "1 tablet daily zorkish", "zorkish", "information"),
        ("en", "1 tablet per 10 kg daily", "10 kg", "warning"),
        ("en", "1 tablet\nzorkish\ndaily", "zorkish", "information"),
        ("de", "1 Tablette zorkend täglich", "zorkend", "warning"),
        ("es", "[DRUG Zorkan] 5 mg al día bajando", "bajando", "warning"),
        ("de", "[DRUG Zorkan] 5 mg täglich, reduzieren", "reduzieren", "warning"),
        ("en", "1 tablet daily. Admitted with increasing breathlessness", "breathlessness", "information"),
    ],
)
def test_what_is_said_of_an_amount_is_a_warning(language: str, text: str, words: str, severity: str) -> None:
    rx = read(text, language)
    found = {(rx.text[i.start : i.end], i.severity) for i in rx.issues if i.code == "unread-text"}
    assert severity in {told for said, told in found if words in said}, rx.issues
