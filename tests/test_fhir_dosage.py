"""Dosages as FHIR: every element of Dosage, doses and rates, timing, maxima and texts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import orjson
import pytest

from fhir_examples import FULL, amount, dosage, statement
from rx2fhir.fhir import to_dicts
from rx2fhir.statement import (
    Coding,
    Concept,
    DosageInstruction,
    Duration,
    DurationRange,
    Period,
    Quantity,
    Range,
    Ratio,
    Timing,
)

UCUM = "http://unitsofmeasure.org"


def dosage_dict(part: DosageInstruction, release: str = "R4") -> dict[str, Any]:
    """The one Dosage of a statement that holds `part`, without its text."""
    [resource] = to_dicts([statement(part)], release=release)
    [fields] = resource["dosage"]
    return {name: value for name, value in fields.items() if name != "text"}


def repeat(timing: Timing) -> dict[str, Any]:
    return dict(dosage_dict(dosage(timing=timing))["timing"]["repeat"])


def coded(value: float, code: str) -> dict[str, Any]:
    return {"value": value, "unit": code, "system": UCUM, "code": code}


# Quantities


@pytest.mark.parametrize(
    ("quantity", "expected"),
    [
        (amount("1.0", "tablet"), '{"value":1,"unit":"tablet"}'),
        (amount("0.1", "mg"), '{"value":0.1,"unit":"mg","system":"http://unitsofmeasure.org","code":"mg"}'),
        (amount("2.5"), '{"value":2.5}'),
        (amount("1E+2"), '{"value":100}'),
        (amount("10", "unit"), '{"value":10,"unit":"unit"}'),
        (
            amount("20", "mg/kg"),
            '{"value":20,"unit":"mg/kg","system":"http://unitsofmeasure.org","code":"mg/kg"}',
        ),
        (amount("100000000000000000000"), '{"value":1e+20}'),
    ],
)
def test_quantity(quantity: Quantity, expected: str) -> None:
    [part] = dosage_dict(dosage(dose=quantity))["doseAndRate"]
    assert orjson.dumps(part["doseQuantity"]).decode() == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (
            {"dose": Range(amount("1", "puff"), amount("2", "puff"))},
            {"doseRange": {"low": {"value": 1, "unit": "puff"}, "high": {"value": 2, "unit": "puff"}}},
        ),
        ({"dose": Range(high=amount("4"))}, {"doseRange": {"high": {"value": 4}}}),
        ({"rate": amount("50", "mL/h")}, {"rateQuantity": coded(50, "mL/h")}),
        (
            {"rate": Range(amount("1", "L/min"), amount("2", "L/min"))},
            {"rateRange": {"low": coded(1, "L/min"), "high": coded(2, "L/min")}},
        ),
        (
            {"rate": Ratio(amount("1", "L"), amount("8", "h"))},
            {"rateRatio": {"numerator": coded(1, "L"), "denominator": coded(8, "h")}},
        ),
        (
            {"dose": amount("500", "mL"), "rate": amount("100", "mL/h")},
            {"doseQuantity": coded(500, "mL"), "rateQuantity": coded(100, "mL/h")},
        ),
    ],
)
def test_dose_and_rate_stand_in_one_element(facts: dict[str, Any], expected: dict[str, Any]) -> None:
    assert dosage_dict(dosage(**facts)) == {"doseAndRate": [expected]}


# Timing


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        (Duration(Decimal(7), "d"), {"boundsDuration": coded(7, "d")}),
        (
            DurationRange(Duration(Decimal(5), "d"), Duration(Decimal(7), "d")),
            {"boundsRange": {"low": coded(5, "d"), "high": coded(7, "d")}},
        ),
        (DurationRange(high=Duration(Decimal(2), "wk")), {"boundsRange": {"high": coded(2, "wk")}}),
        (
            Period(date(2025, 3, 1), date(2025, 3, 15)),
            {"boundsPeriod": {"start": "2025-03-01", "end": "2025-03-15"}},
        ),
        (Period(end=date(2025, 3, 15)), {"boundsPeriod": {"end": "2025-03-15"}}),
    ],
)
def test_bounds(bounds: Any, expected: dict[str, Any]) -> None:
    assert repeat(Timing(bounds=bounds)) == expected


@pytest.mark.parametrize(
    ("timing", "expected"),
    [
        (Timing(count=1), {"count": 1}),
        (
            Timing(frequency_max=3, period=Decimal(1), period_unit="d"),
            {"frequencyMax": 3, "period": 1, "periodUnit": "d"},
        ),
        (
            Timing(frequency=1, period=Decimal(4), period_max=Decimal(6), period_unit="h"),
            {"frequency": 1, "period": 4, "periodMax": 6, "periodUnit": "h"},
        ),
        (Timing(when=("ACM",), offset=30), {"when": ["ACM"], "offset": 30}),
        (Timing(time_of_day=("08:00:00", "20:00:00")), {"timeOfDay": ["08:00:00", "20:00:00"]}),
        (Timing(day_of_week=("mon", "thu")), {"dayOfWeek": ["mon", "thu"]}),
        (
            Timing(duration=Decimal(30), duration_unit="min"),
            {"duration": 30, "durationUnit": "min"},
        ),
    ],
)
def test_repeat(timing: Timing, expected: dict[str, Any]) -> None:
    assert repeat(timing) == expected


@pytest.mark.parametrize(
    ("timing", "code"),
    [
        (Timing(frequency=1, period=Decimal(1), period_unit="d"), "QD"),
        (Timing(frequency=3, period=Decimal("1.0"), period_unit="d"), "TID"),
        (Timing(frequency=1, period=Decimal(2), period_unit="d"), "QOD"),
        (Timing(frequency=1, period=Decimal(8), period_unit="h"), "Q8H"),
        (Timing(frequency=1, period=Decimal(1), period_unit="wk"), "WK"),
        (Timing(frequency=1, period=Decimal(1), period_unit="d", when=("MORN",)), "AM"),
        (Timing(when=("HS",)), "BED"),
        (
            Timing(frequency=4, period=Decimal(1), period_unit="d", bounds=Duration(Decimal(5), "d")),
            "QID",
        ),
        (Timing(frequency=3, frequency_max=4, period=Decimal(1), period_unit="d"), None),
        (Timing(frequency=1, period=Decimal(12), period_unit="h"), None),
        (Timing(when=("MORN",)), None),
        (Timing(frequency=2, period=Decimal(1), period_unit="d", when=("CM", "CV")), None),
        (Timing(frequency=1, period=Decimal(1), period_unit="d", count=5), None),
    ],
)
def test_timing_code_only_where_it_says_the_same(timing: Timing, code: str | None) -> None:
    fields = dosage_dict(dosage(timing=timing))["timing"]
    assert [part["code"] for part in fields.get("code", {}).get("coding", [])] == ([code] if code else [])


# As needed, maxima, text


def test_as_needed() -> None:
    reason = Concept("gegen Schmerzen")
    assert dosage_dict(dosage(as_needed=True)) == {"asNeededBoolean": True}
    assert dosage_dict(dosage(as_needed=True), "R5") == {"asNeeded": True}
    with_reason = dosage(as_needed=True, as_needed_for=reason)
    assert dosage_dict(with_reason) == {"asNeededCodeableConcept": {"text": "gegen Schmerzen"}}
    assert dosage_dict(with_reason, "R5") == {"asNeeded": True, "asNeededFor": [{"text": "gegen Schmerzen"}]}


def test_maximum_dose_is_one_ratio_in_r4_and_a_list_in_r5() -> None:
    part = dosage(max_dose_per_period=Ratio(amount("4", "g"), amount("1", "d")))
    limit = {"numerator": coded(4, "g"), "denominator": coded(1, "d")}
    assert dosage_dict(part) == {"maxDosePerPeriod": limit}
    assert dosage_dict(part, "R5") == {"maxDosePerPeriod": [limit]}


def test_other_maxima() -> None:
    part = dosage(max_dose_per_administration=amount("2"), max_dose_per_lifetime=amount("550", "mg/m2"))
    assert dosage_dict(part) == {
        "maxDosePerAdministration": {"value": 2},
        "maxDosePerLifetime": coded(550, "mg/m2"),
    }


def test_every_field_of_a_full_dosage_arrives() -> None:
    fields = """
        sequence additionalInstruction patientInstruction timing asNeededCodeableConcept site route method
        doseAndRate maxDosePerPeriod maxDosePerAdministration maxDosePerLifetime
    """
    assert set(dosage_dict(FULL)) == set(fields.split())


def test_display_is_sent_with_a_code_but_not_for_snomed() -> None:
    atc = Coding("http://www.whocc.no/atc", "B01AC06", "acetylsalicylic acid")
    snomed = Coding("http://snomed.info/sct", "26643006", "Oral route")
    codings = dosage_dict(dosage(route=Concept("po", (atc, snomed))))["route"]["coding"]
    assert [coding.get("display") for coding in codings] == ["acetylsalicylic acid", None]


def test_what_fhir_strings_bar_is_replaced() -> None:
    [fields] = to_dicts([statement(dosage(text="1\x00 tab\ud800\tdaily\né"))])
    assert fields["dosage"][0]["text"] == "1\ufffd tab\ufffd\tdaily\né"
    assert orjson.dumps(fields)


@pytest.mark.parametrize("blank", ["", " ", "\n", "\x85", "\u3000"])
def test_blank_text_is_left_out(blank: str) -> None:
    [fields] = to_dicts([statement(dosage(text=blank, sequence=1))])
    assert fields["dosage"] == [{"sequence": 1}]


def test_a_dosage_that_says_nothing_is_left_out() -> None:
    [fields] = to_dicts([statement(dosage(text=""))])
    assert "dosage" not in fields
