"""What is looked over after reading: error-prone ways of writing, what is not said, courses that are over."""

from __future__ import annotations

from datetime import date

import pytest

from rx2fhir.codes import table
from rx2fhir.completeness import completeness_issues
from rx2fhir.error_prone import error_prone_issues
from rx2fhir.interpret import interpret
from test_explanations import read


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("en", "10U at night", ["U"]),
        ("en", "10 U at night", ["U"]),
        ("en", "1.0 mg daily", ["1.0"]),
        ("en", ".5 mg daily", [".5"]),
        ("en", "1 tablet QD", ["QD"]),
        ("en", "1 tablet q.o.d.", ["q.o.d."]),
        ("en", "MS 10 mg", ["MS"]),
        ("es", "10 UI por la noche", ["UI"]),
        ("fr", "50 µg le matin", ["µg"]),
        ("en", "10 units at night", []),
        ("en", "1 tablet daily", []),
        ("en", "10.5 mg, 0.5 mg, 100 mg, 1.05 mg daily", []),
        ("en", "take at 8.0 with MSX", []),
        ("de", "10 U", []),
    ],
)
def test_error_prone_ways_of_writing(language: str, text: str, words: list[str]) -> None:
    assert [text[issue.start : issue.end] for issue in error_prone_issues(text, language)] == words


def test_every_abbreviation_has_a_source_and_a_place() -> None:
    for row in table("error_prone", "id", "abbreviations").values():
        assert row["source"] and row["mistaken_for"] and row["better"]
        assert row["place"] in ("unit", "word")


def codes(text: str, language: str = "en") -> set[str]:
    return {issue.code for issue in read(text, language).issues}


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("[DRUG zorkane] twice daily", True),
        ("[DRUG zorkane] tablets twice daily", True),
        ("[DRUG zorkane] 5 mg twice daily", False),
        ("[DRUG zorkane] cream twice daily", False),
        ("apply [DRUG zorkane] twice daily", False),
        ("twice daily", False),
    ],
)
def test_a_missing_dose(text: str, missing: bool) -> None:
    assert ("dose-missing" in codes(text)) == missing


@pytest.mark.parametrize(
    ("text", "doubtful"),
    [
        ("[DRUG zorkane] tablets + [DRUG zelkane] 1 tablet bd", True),
        ("[DRUG zorkane] twice daily, [DRUG zelkane] 1 tablet bd", True),
        ("[DRUG zorkane] 500 mg\n[DRUG zelkane] 1 tablet bd", False),
        ("[DRUG zorkane] cream twice daily, [DRUG zelkane] 1 tablet bd", False),
        ("stop [DRUG zorkane], [DRUG zelkane] 1 tablet bd", False),
        ("[DRUG zorkane] and [DRUG zelkane] twice daily", False),
    ],
)
def test_a_missing_dose_beside_one(text: str, doubtful: bool) -> None:
    found = {(issue.code, issue.severity) for issue in read(text, "en").issues}
    assert (("dose-missing", "warning") in found) == doubtful


def test_a_missing_unit() -> None:
    assert "unit-missing" in codes("[DRUG zorkane] 2 twice daily")
    assert "unit-missing" not in codes("[DRUG zorkane] tablets 2 twice daily")


def test_a_course_that_is_over() -> None:
    rx = interpret("1 tablet daily until 15 March 2020", language="en")
    assert [issue.code for issue in completeness_issues(rx.text, rx.statements, date(2020, 3, 16))] == ["date-in-past"]
    assert not list(completeness_issues(rx.text, rx.statements, date(2020, 3, 15)))


@pytest.mark.parametrize(
    ("text", "untimed"),
    [
        ("1 tablet daily. The dose may be 2 tablets", ["2 tablets"]),
        ("1 tablet twice daily, but only 1 on dialysis days", ["1"]),
        ("1 tablet daily, 2 tablets if pain", []),
        ("1 tablet daily for 5 days, then 2 tablets", []),  # a step goes on as before
        ("3/4 tablet daily (three quarters of a tablet)", []),
        ("1 tablet in the morning, 2 tablets at night", []),
        ("2 tablets", []),
    ],
)
def test_an_amount_with_no_time_beside_one_that_has_its_own(text: str, untimed: list[str]) -> None:
    rx = read(text, "en")
    assert [rx.text[i.start : i.end] for i in rx.issues if i.code == "time-missing"] == untimed


@pytest.mark.parametrize(
    ("text", "doubtful"),
    [
        ("8 mg in a single dose for 2 days", True),
        ("8 mg in a single dose for up to 2 days", True),
        ("8 mg in a single dose", False),
        ("8 mg once on day 1", False),
        ("8 mg once daily for 2 days", False),
    ],
)
def test_a_single_dose_and_a_length(text: str, doubtful: bool) -> None:
    assert ("conflicting-duration" in codes(text)) == doubtful
