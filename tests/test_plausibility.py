"""What no label would prescribe is an error on the right words; what labels prescribe is not."""

from __future__ import annotations

from decimal import Decimal

import pytest

from rx2fhir.codes import table
from test_explanations import read

CODES = {"implausible-dose", "implausible-frequency", "implausible-duration", "conflicting-maximum"}


def errors(text: str, language: str) -> list[tuple[str, str]]:
    rx = read(text, language)
    return [(i.code, rx.text[i.start : i.end]) for i in rx.issues if i.severity == "error" and i.code in CODES]


@pytest.mark.parametrize(
    ("language", "text", "code", "words"),
    [
        ("en", "take 30 tablets at once daily", "implausible-dose", "30 tablets"),
        ("fr", "prendre 30 comprimés le matin", "implausible-dose", "30 comprimés"),
        ("de", "10 Tabletten alle 4 Stunden", "implausible-dose", "10 Tabletten"),
        ("en", "300000 mg daily", "implausible-dose", "300000 mg"),
        ("en", "[DRUG digoxin] 5 g daily", "implausible-dose", "5 g"),
        ("fr", "[DRUG lévothyroxine] 50 mg 1 comprimé le matin", "implausible-dose", "50 mg"),
        ("es", "1 comprimido 20 veces al día", "implausible-frequency", "20 veces al día"),
        ("it", "1 compressa al giorno per 900 giorni", "implausible-duration", "per 900 giorni"),
        ("en", "2 tablets 4 times a day max 6 tablets a day", "conflicting-maximum", "max 6 tablets a day"),
        ("en", "3 tablets as needed max 2 tablets a day", "conflicting-maximum", "max 2 tablets a day"),
        ("en", "3 tablets max 2 tablets a day", "conflicting-maximum", "max 2 tablets a day"),
    ],
)
def test_implausible(language: str, text: str, code: str, words: str) -> None:
    assert errors(text, language) == [(code, words)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "[DRUG dexamethasone] 2 mg tablets 20 tablets once a week"),
        ("en", "10 puffs every 4 hours"),
        ("en", "1 drop every 15 minutes"),
        ("en", "1-2 tablets every 4-6 hours as needed max 8 tablets a day"),
        ("en", "2 tablets 4 times a day max 8 tablets a day"),
        ("en", "1 tablet every 5 minutes x 3 doses"),
        ("fr", "[DRUG lévothyroxine] 175 µg 1 comprimé le matin"),
        ("en", "1 tablet daily for 5 years"),
        ("en", "60 mg daily"),
        ("en", "24 million units daily"),
        ("en", "[DRUG budesonide/formoterol] 160/4.5 micrograms 2 puffs twice daily"),
    ],
)
def test_plausible(language: str, text: str) -> None:
    assert errors(text, language) == []


def test_what_is_implausible_stays_as_written() -> None:
    [statement] = read("take 30 tablets at once daily", "en").statements
    assert statement.dosages[0].dose is not None


@pytest.mark.parametrize(
    ("name", "key", "columns"),
    [
        ("amounts", "unit", ("per_intake", "per_day")),
        ("frequencies", "period_unit", ("times",)),
        ("lengths", "unit", ("longest", "antibiotic")),
        ("ingredients", "ingredient", ("largest_mg",)),
    ],
)
def test_every_limit_has_a_source(name: str, key: str, columns: tuple[str, ...]) -> None:
    for row in table(name, key, "plausibility").values():
        assert row["source"] and row["retrieved"]
        assert all(Decimal(row[column]) > 0 for column in columns)


def test_units_of_amounts_are_forms_or_base_units() -> None:
    units = {row["base"] for row in table("units", "code").values()} | set(table("forms", "name"))
    assert set(table("amounts", "unit", "plausibility")) <= units
