"""Reads corpus files and flattens what was read into the same plain facts as they state."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from rx2fhir import codes
from rx2fhir.corpus import Case, read_cases
from rx2fhir.prescription import Prescription
from rx2fhir.recognize.marked import read_marked
from rx2fhir.statement import (
    Concept,
    Dispense,
    DosageInstruction,
    Duration,
    DurationRange,
    Medication,
    Period,
    Quantity,
    Range,
    Ratio,
    Timing,
)

ROOT = Path(__file__).resolve().parents[1] / "fixtures" / "corpus"
OPTIONAL = ("method", "instructions", "form", "dispensed", "repeats", "supply", "valid_until")
"""Facts that a corpus line need not state."""


def cases() -> Iterator[Case]:
    """Every text of every corpus file, found by listing folders."""
    for folder in sorted(ROOT.iterdir()):
        yield from read_cases(folder)


def facts(rx: Prescription) -> list[dict[str, Any]]:
    """One dict of facts a dosage; the medication's facts stand in the first."""
    found = []
    for statement in rx.statements:
        rows = [_dosage(dosage) for dosage in statement.dosages] or [{}]
        rows[0] |= _medication(statement.medication) | _dispense(statement.dispense)
        if statement.status != "active":
            rows[0]["status"] = statement.status
        found += rows
    return found


def agree(wanted: list[dict[str, Any]], got: list[dict[str, Any]]) -> bool:
    """The same facts, but for what a corpus line may leave out."""
    return len(wanted) == len(got) and all(_same(one, two) for one, two in zip(wanted, got, strict=True))


def _same(wanted: dict[str, Any], got: dict[str, Any]) -> bool:
    stated = {name: _plain(value) for name, value in wanted.items() if value is not None}
    kept = {name: _plain(value) for name, value in got.items() if name in wanted or name not in OPTIONAL}
    return stated == kept


def _plain(value: Any) -> Any:
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, (int, float, Decimal)):
        return round(float(value), 4)
    return [_plain(item) for item in value] if isinstance(value, (list, tuple)) else str(value).casefold()


def _medication(drug: Medication | None) -> dict[str, Any]:
    row: dict[str, Any] = {}
    if drug and drug.strengths:
        texts = [_strength(part) for part in drug.strengths]
        row["strength"] = texts[0] if len(texts) == 1 else texts
    if drug and drug.form:
        row["form"] = drug.form.name
    return row


def _dispense(part: Dispense | None) -> dict[str, Any]:
    if part is None:
        return {}
    row = {
        "dispensed": part.quantity and _amount(part.quantity),
        "repeats": part.repeats,
        "supply": part.supply and _bounds(part.supply),
        "valid_until": part.valid_until and part.valid_until.isoformat(),
    }
    return {name: value for name, value in row.items() if value is not None}


def _strength(part: Any) -> str:
    return _amount(Quantity(part.value, part.unit)) + (f"/{_amount(part.per)}" if part.per else "")


def _amount(quantity: Quantity) -> str:
    return f"{quantity.value.normalize():f}" + (f" {quantity.unit}" if quantity.unit else "")


def _dosage(dosage: DosageInstruction) -> dict[str, Any]:
    row = {"sequence": dosage.sequence} if dosage.sequence else {}
    row |= _dose(dosage.dose) | _timing(dosage.timing)
    if isinstance(dosage.rate, Quantity):
        row["rate"] = _amount(dosage.rate)
    if isinstance(dosage.rate, Range) and dosage.rate.low and dosage.rate.high:
        row["rate"] = f"{dosage.rate.low.value}..{_amount(dosage.rate.high)}"
    if dosage.as_needed:
        row["as_needed"] = True
    if dosage.as_needed_for:
        row["as_needed_for"] = dosage.as_needed_for.text
    if isinstance(dosage.max_dose_per_period, Ratio):
        row["max"] = (
            f"{_amount(dosage.max_dose_per_period.numerator)}/{_amount(dosage.max_dose_per_period.denominator)}"
        )
    if dosage.max_dose_per_administration:
        row["max_per_administration"] = _amount(dosage.max_dose_per_administration)
    if dosage.max_dose_per_lifetime:
        row["max_per_lifetime"] = _amount(dosage.max_dose_per_lifetime)
    for name, table in (("route", "routes"), ("site", "sites"), ("method", "methods")):
        concept = getattr(dosage, name)
        if concept:
            row[name] = _name(concept, table)
    if dosage.additional_instructions:
        row["instructions"] = len(dosage.additional_instructions)
    return row


def _name(concept: Concept, table: str) -> str:
    """The table's name for a concept: the one it was coded by."""
    names = [name for name, line in codes.table(table, "name").items() if line["display"] == concept.display]
    return names[0] if names else concept.text


def _dose(dose: Quantity | Range | None) -> dict[str, Any]:
    if isinstance(dose, Quantity):
        row: dict[str, Any] = {"dose": dose.value}
        unit = dose.unit
    elif dose is not None and dose.high:
        low = {"dose": dose.low.value} if dose.low else {}
        row, unit = {**low, "dose_max": dose.high.value}, dose.high.unit
    else:
        return {}
    return row | ({"dose_unit": unit} if unit else {})


def _timing(timing: Timing | None) -> dict[str, Any]:
    if timing is None:
        return {}
    row: dict[str, Any] = {}
    for name in (
        "frequency",
        "frequency_max",
        "period",
        "period_max",
        "period_unit",
        "when",
        "offset",
        "day_of_week",
        "count",
        "count_max",
    ):
        if getattr(timing, name):
            row[name] = getattr(timing, name)
    if timing.time_of_day:
        row["time_of_day"] = [time[:5] for time in timing.time_of_day]
    if timing.duration:
        row["duration"] = f"{timing.duration} {timing.duration_unit}"
    if timing.bounds:
        row["bounds"] = _bounds(timing.bounds)
    return row


def _bounds(bounds: Duration | DurationRange | Period) -> str:
    if isinstance(bounds, Period):
        return f"{bounds.start or ''}..{bounds.end or ''}"
    if isinstance(bounds, Duration):
        return f"{bounds.value} {bounds.unit}"
    unit = (bounds.high or bounds.low or Duration(Decimal(0), "")).unit
    return f"{bounds.low.value if bounds.low else ''}..{bounds.high.value if bounds.high else ''} {unit}"


__all__ = ["Case", "agree", "cases", "facts", "read_marked"]
