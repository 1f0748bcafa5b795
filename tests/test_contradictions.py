"""Facts of one dosage that contradict each other: reported, and left as they are written."""

from __future__ import annotations

import pytest

from test_explanations import read


def warned(text: str) -> list[tuple[str, str]]:
    rx = read(text, "en")
    return [(issue.code, rx.text[issue.start : issue.end]) for issue in rx.issues if issue.severity == "warning"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1 tablet three times a day, in the morning and evening", "in the morning"),
        ("1 tablet twice daily in the morning", "in the morning"),
        ("1 tablet bd at 8 am, 2 pm and 8 pm", "at 8 am, 2 pm and 8 pm"),
        ("1 tablet 3 times a week on Monday and Friday", "on Monday and Friday"),
    ],
)
def test_a_frequency_and_another_number_of_times(text: str, words: str) -> None:
    assert ("conflicting-frequency", words) in warned(text)


@pytest.mark.parametrize("text", ["1 tablet daily on Sundays", "1 tablet once a day Sat and Sun"])
def test_every_day_and_some_days_alone(text: str) -> None:
    assert "conflicting-frequency" in [code for code, _ in warned(text)]


def test_two_schemes_for_one_dosage() -> None:
    rx = read("[DRUG Metoprolol] 50 mg von 1-0-1 auf 1-0-0 reduziert", "de")
    found = [(issue.code, rx.text[issue.start : issue.end]) for issue in rx.issues if issue.severity == "warning"]
    assert found == [("conflicting-dose", "1-0-0")]


@pytest.mark.parametrize(
    "text",
    [
        "1 tablet daily on Mon, Wed and Fri",
        "1 tablet daily Mon to Fri, 2 tablets daily Sat and Sun",
        "1 tablet twice daily in the morning and evening",
        "1 tablet twice daily with food",
        "1 tablet 2 to 3 times daily in the morning and evening",
        "1 tablet once daily in the morning",
        "1 tablet twice a week in the evening",
        "1 tablet twice a week on Monday and Friday",
        "1 tablet bd at 8 am and 8 pm",
        "1 tablet once a week for 4 weeks",
        "1 tablet every 3 days for 3 days",
        "1 tablet daily for 1 day",
        "[DRUG zorkane] 5 mg, 2.5 mg daily",
        "[DRUG zorkane] 5 mg, 7.5 mg daily",
        "[DRUG zorkane] 0.1 mg, 50 mcg daily",
        "[DRUG zorkane] 5 mg/ml, 3 mg daily",
        "[DRUG zorkane] 5 mg cream, 3 g daily",
    ],
)
def test_what_goes_together(text: str) -> None:
    assert not warned(text)


def test_schemes_of_several_weekdays() -> None:
    assert not [
        issue
        for issue in read("montags 1-0-1 Stück; freitags 1-0-1 Stück", "de").issues
        if issue.code == "conflicting-dose"
    ]


@pytest.mark.parametrize("text", ["1 tablet once a week for 3 days", "1 patch every 3 months for 4 weeks"])
def test_an_end_before_the_rhythm(text: str) -> None:
    assert "conflicting-duration" in [code for code, _ in warned(text)]


@pytest.mark.parametrize(
    ("text", "words"),
    [("[DRUG zorkane] 5 mg, 3 mg daily", "3 mg"), ("[DRUG zorkane] 100 mcg, 0.13 mg daily", "0.13 mg")],
)
def test_a_dose_that_is_no_part_of_the_strength(text: str, words: str) -> None:
    assert ("strength-or-dose", words) in warned(text)
