"""Scores of statements: doubt lowers them, and `min_confidence` makes issues of the low ones."""

from __future__ import annotations

import pytest

from rx2fhir import Parser, UsageError
from test_bad_input import Silent
from test_explanations import read


def score(text: str) -> float:
    [found] = read(text, "en").confidences
    return found


def test_a_statement_with_nothing_against_it() -> None:
    assert score("[DRUG zorkane] 5 mg twice daily") > 0.95


@pytest.mark.parametrize(
    "text",
    [
        "[DRUG zorkane] 5 mg twice daily zorks of the flimmer",  # words that nobody read
        "[DRUG zorkane] 5 mg twice daily three times daily",  # a conflict
        "Zorkane 5 mg twice daily",  # a name that the model did not see
    ],
)
def test_doubt_lowers_the_score(text: str) -> None:
    assert score(text) < score("[DRUG zorkane] 5 mg twice daily")


def test_low_scores_become_issues() -> None:
    text, codes = "1 tablet twice daily three times daily", []
    for least in (0.0, 0.95):
        rx = Parser(Silent(), min_confidence=least).parse(text, "en")
        codes.append("low-confidence" in {issue.code for issue in rx.issues})
    assert codes == [False, True]


def test_high_scores_stay_without_issues() -> None:
    rx = Parser(Silent(), min_confidence=0.95).parse("1 tablet twice daily", "en")
    assert "low-confidence" not in {issue.code for issue in rx.issues}


@pytest.mark.parametrize("least", [-0.1, 1.1, float("nan")])
def test_other_numbers_are_wrong_use(least: float) -> None:
    with pytest.raises(UsageError, match="from 0 to 1"):
        Parser(Silent(), min_confidence=least)
