"""statement.daily_dose(): strength x dose x frequency of a mean day."""

from __future__ import annotations

from decimal import Decimal

import pytest

from test_explanations import read


@pytest.mark.parametrize(
    ("language", "text", "low", "high", "unit"),
    [
        ("fr", "[DRUG zorkane] 500 mg 1 comprimé matin et soir", 1000, 1000, "mg/d"),
        ("en", "[DRUG zorkane] 500 mg tablets 1-2 tablets three times a day", 1500, 3000, "mg/d"),
        ("en", "[DRUG zorkane] 500 mg tablets 1-2 tablets every 4-6 hours", 2000, 6000, "mg/d"),
        ("en", "[DRUG zorkane] 500 mg tablets 1-2 tablets every 4-6 hours as needed", 0, 6000, "mg/d"),
        ("de", "[DRUG Zorkan] 47,5 mg 1-0-1/2", "71.25", "71.25", "mg/d"),
        ("en", "[DRUG zorkane] 250 mg/5 ml 10 ml twice daily", 1000, 1000, "mg/d"),
        ("en", "[DRUG zorkane] 100 micrograms/dose inhaler 2 puffs four times a day", 800, 800, "ug/d"),
        ("en", "[DRUG zorkane] 7 mg once a week", 1, 1, "mg/d"),
        ("en", "[DRUG zorkane] 7 mg on monday and thursday", 2, 2, "mg/d"),
        ("en", "[DRUG zorkane] 2.5 mg daily for 1 week then 5 mg daily", "2.5", 5, "mg/d"),
        ("en", "[DRUG zorkane] 400 mg daily in 2 divided doses", 400, 400, "mg/d"),
        ("en", "20 IU in the morning and 10 IU at night", 30, 30, "[iU]/d"),
        ("en", "[DRUG zorkane] 10 mg up to 3 times a day", 0, 30, "mg/d"),
    ],
)
def test_range_of_a_mean_day(language: str, text: str, low: str, high: str, unit: str) -> None:
    [statement] = read(text, language).statements
    daily = statement.daily_dose()
    assert daily is not None and daily.low is not None and daily.high is not None
    assert (daily.low.value, daily.high.value) == (Decimal(low), Decimal(high))
    assert {daily.low.unit, daily.high.unit} == {unit}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "2 tablets daily"),  # no strength
        ("en", "[DRUG zorkane] 500 mg tablets"),  # no frequency
        ("en", "[DRUG zorkane] 500 mg drops 20 drops daily"),  # how much a drop holds is not said
        ("en", "[DRUG zorkane] 500 mg/30 mg tablets 1 tablet daily"),  # of which ingredient?
        ("en", "[DRUG zorkane] 5 mg/kg daily"),
        ("en", "[DRUG zorkane] 5 mg as a single dose"),
    ],
)
def test_none_where_the_text_leaves_it_open(language: str, text: str) -> None:
    [statement] = read(text, language).statements
    assert statement.daily_dose() is None
