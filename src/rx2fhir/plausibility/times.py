"""Frequencies and lengths that no label has: 20 times a day, 900 days."""

from __future__ import annotations

from collections.abc import Iterator

from rx2fhir.plausibility.limits import error, limit
from rx2fhir.statement import DosageInstruction, Duration, DurationRange, Issue, Medication, Statement

_ATC = "http://www.whocc.no/atc"


def time_issues(statement: Statement) -> Iterator[Issue]:
    """implausible-frequency and implausible-duration: beyond `frequencies.csv` and `lengths.csv`."""
    column = "antibiotic" if statement.medication and _is_antibiotic(statement.medication) else "longest"
    for dosage in statement.dosages:
        times = _too_often(dosage)
        if times:
            yield error("implausible-frequency", times, dosage, "timing.repeat.frequency")
        length = _length(dosage)
        longest = limit("lengths", "unit", length.unit, column) if length else None
        if length and longest is not None and length.value > longest:
            message = f"for {length.value:f} {length.unit}"
            yield error("implausible-duration", message, dosage, "timing.repeat.bounds")


def _too_often(dosage: DosageInstruction) -> str | None:
    timing = dosage.timing
    times = max(timing.frequency or 0, timing.frequency_max or 0) if timing else 0
    if timing is None or not times or not timing.period or not timing.period_unit:
        return None
    allowed = limit("frequencies", "period_unit", timing.period_unit, "times")
    too_often = allowed is not None and times / timing.period > allowed
    return f"{times} times in {timing.period:f} {timing.period_unit}" if too_often else None


def _length(dosage: DosageInstruction) -> Duration | None:
    bounds = dosage.timing.bounds if dosage.timing else None
    if isinstance(bounds, DurationRange):
        return bounds.high or bounds.low
    return bounds if isinstance(bounds, Duration) else None


def _is_antibiotic(drug: Medication) -> bool:
    return any(coding.system == _ATC and coding.code.startswith("J01") for coding in drug.codings)
