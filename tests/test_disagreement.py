"""Where the model and the rules disagree: a warning on the words that are in doubt, and on no others."""

from __future__ import annotations

import pytest

from rx2fhir.disagreement import stage_issues
from rx2fhir.entities import Entity
from rx2fhir.interpret import interpret
from test_explanations import read


def doubts(text: str, language: str = "en") -> list[tuple[str, str]]:
    rx = read(text, language)
    codes = ("stages-disagree", "strength-or-dose", "drug-name-uncertain")
    return [(i.code, rx.text[i.start : i.end]) for i in rx.issues if i.code in codes and i.severity == "warning"]


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("en", "[DOSAGE 1] tablet [FREQUENCY daily], dressing for 3 days", "for 3 days"),
        ("en", "[DOSAGE 1] patch [FREQUENCY daily], tidy up at bedtime", "at bedtime"),
        ("de", "[DOSAGE 1] Tablette [FREQUENCY morgens], abends halbe Tablette", "halbe Tablette"),
        ("it", "[DOSAGE 1] cp [FREQUENCY la sera], medicazione per 5 giorni", "per 5 giorni"),
    ],
)
def test_words_in_which_the_model_sees_nothing(language: str, text: str, words: str) -> None:
    assert ("stages-disagree", words) in doubts(text, language)


@pytest.mark.parametrize(
    "text",
    [
        "1 tablet daily for 3 days, 2 at bedtime",  # no model was asked
        "[DRUG zorkane] 5 mg daily for 3 days",  # or it looks for names alone
        "[DOSAGE 1] tablet [FREQUENCY daily] [DURATION for 3 days]",
        "[FREQUENCY 1-0-1] tablets [DURATION for 3 days]",
        "[DOSAGE 1] tablet [FREQUENCY daily] with food",
        "[DRUG zorkane] [STRENGTH 5 mg] [FREQUENCY daily]",  # a mass with no other amount is the dose
        "[DRUG zorkane] [STRENGTH 5 mg] [STRENGTH 1] tablet [FREQUENCY daily]",
    ],
)
def test_what_gives_no_reason_to_doubt(text: str) -> None:
    assert not doubts(text)


def test_a_count_that_the_model_takes_for_a_strength() -> None:
    assert doubts("[DRUG Curaspot] [STRENGTH 5] gel [FREQUENCY matin et soir]", "fr") == [("strength-or-dose", "5 gel")]


@pytest.mark.parametrize(("between", "score", "doubtful"), [(", ", 0.6, True), (", ", 0.95, False), ("\n", 0.6, False)])
def test_an_unknown_name_behind_a_drug(between: str, score: float, doubtful: bool) -> None:
    text = f"Ramipril 5 mg daily{between}zorkor 2 mg prn"
    entities = [Entity("DRUG", 0, 8, "Ramipril", 0.99), Entity("DRUG", 21, 27, "zorkor", score)]
    if between == "\n":
        entities[1] = Entity("DRUG", 20, 26, "zorkor", score)
    found = [issue.code for issue in interpret(text, entities, "en").issues if issue.severity == "warning"]
    assert ("drug-name-uncertain" in found) == doubtful


def test_each_doubt_is_told_once() -> None:
    rx = read("2-0-1 tablets daily", "en")
    issues = list(stage_issues(rx.text, rx.statements, [Entity("FREQUENCY", 14, 19, "daily", 0.9)]))
    assert len(rx.statements[0].dosages) == 2
    assert [issue.message.split(";")[0] for issue in issues] == ["read as an amount", "read as a part of the day"]
    assert {(issue.start, issue.end) for issue in issues} == {(0, 13)}
