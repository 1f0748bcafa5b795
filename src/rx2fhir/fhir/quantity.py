"""Quantity, Range, Ratio, Duration, Period: https://hl7.org/fhir/R4/datatypes.html (R5 is the same)."""

from __future__ import annotations

from decimal import Decimal

from rx2fhir import statement
from rx2fhir.fhir.element import Json
from rx2fhir.quantity import is_ucum

UCUM = "http://unitsofmeasure.org"

# Larger whole numbers lose digits in the double that JSON readers use, and orjson refuses those over 64 bits.
_EXACT = Decimal(2**53)


def number(value: Decimal) -> int | float:
    """`value` as a JSON number: 2 for Decimal("2.0"), 0.1 for Decimal("0.1")."""
    return int(value) if value == value.to_integral_value() and abs(value) <= _EXACT else float(value)


def quantity(amount: statement.Quantity) -> Json:
    """A measure with its UCUM code (500 mg), a counted form with its word (2 tablet), or a bare count."""
    if not amount.unit:
        return {"value": number(amount.value)}
    if is_ucum(amount.unit):
        return _coded(amount.value, amount.unit)
    return {"value": number(amount.value), "unit": amount.unit}


def amount_range(amount: statement.Range) -> Json:
    """Range; an open end is left out."""
    ends = {"low": amount.low, "high": amount.high}
    return {name: quantity(end) for name, end in ends.items() if end is not None}


def ratio(amount: statement.Ratio) -> Json:
    """Ratio: both halves."""
    return {"numerator": quantity(amount.numerator), "denominator": quantity(amount.denominator)}


def duration(length: statement.Duration) -> Json:
    """Duration: always with a UCUM unit of time (drt-1)."""
    return _coded(length.value, length.unit)


def duration_range(length: statement.DurationRange) -> Json:
    """Range of two lengths of time; `max. 7 days` has a high end only."""
    ends = {"low": length.low, "high": length.high}
    return {name: duration(end) for name, end in ends.items() if end is not None}


def period(dates: statement.Period) -> Json:
    """Period of calendar dates."""
    ends = {"start": dates.start, "end": dates.end}
    return {name: end.isoformat() for name, end in ends.items() if end is not None}


def _coded(value: Decimal, code: str) -> Json:
    return {"value": number(value), "unit": code, "system": UCUM, "code": code}
