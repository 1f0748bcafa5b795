"""Timing: https://hl7.org/fhir/R4/datatypes.html#Timing (R5 is the same)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import cache

from rx2fhir import statement
from rx2fhir.codes import table
from rx2fhir.fhir.element import Json
from rx2fhir.fhir.quantity import duration, duration_range, number, period

GTS = "http://terminology.hl7.org/CodeSystem/v3-GTSAbbreviation"


def timing(value: statement.Timing) -> Json:
    """Timing with `repeat`, and `code` where an abbreviation says the same as `repeat` without its bounds."""
    fields: Json = {}
    if facts := _repeat(value):
        fields["repeat"] = facts
    if code := abbreviations().get(replace(value, bounds=None)):
        fields["code"] = {"coding": [{"system": GTS, "code": code}]}
    return fields


def _repeat(value: statement.Timing) -> Json:
    facts = {
        **_bounds(value.bounds),
        "count": value.count,
        "countMax": value.count_max,
        "duration": _decimal(value.duration),
        "durationMax": _decimal(value.duration_max),
        "durationUnit": value.duration_unit,
        "frequency": value.frequency,
        "frequencyMax": value.frequency_max,
        "period": _decimal(value.period),
        "periodMax": _decimal(value.period_max),
        "periodUnit": value.period_unit,
        "dayOfWeek": list(value.day_of_week) or None,
        "timeOfDay": list(value.time_of_day) or None,
        "when": list(value.when) or None,
        "offset": value.offset,
    }
    return {name: fact for name, fact in facts.items() if fact is not None}


def _bounds(bounds: statement.Bounds | None) -> Json:
    if isinstance(bounds, statement.Duration):
        return {"boundsDuration": duration(bounds)}
    if isinstance(bounds, statement.DurationRange):
        return {"boundsRange": duration_range(bounds)}
    return {"boundsPeriod": period(bounds)} if bounds else {}


def _decimal(value: Decimal | None) -> int | float | None:
    return None if value is None else number(value)


@cache
def abbreviations() -> dict[statement.Timing, str]:
    """The abbreviations of gts.csv by the timing that each one stands for."""
    return {_stands_for(row): code for code, row in table("gts", "code").items()}


def _stands_for(row: dict[str, str]) -> statement.Timing:
    return statement.Timing(
        frequency=int(row["frequency"]) if row["frequency"] else None,
        period=Decimal(row["period"]) if row["period"] else None,
        period_unit=row["period_unit"] or None,
        when=tuple(row["when"].split()),
    )
