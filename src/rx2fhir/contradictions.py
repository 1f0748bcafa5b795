"""Facts of one dosage that contradict each other: three times a day and two parts of it, a week's rhythm for 3 days.

Nothing is left out of the result: both stay as they are written, with an issue of severity warning.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from rx2fhir.codes import is_countable
from rx2fhir.normalize.values import MEALS
from rx2fhir.quantity import in_base
from rx2fhir.statement import DosageInstruction, Duration, Issue, Quantity, Statement, Strength, Timing

_DAYS = {"d": 1, "wk": 7, "mo": 28, "a": 365}
"""The least days of a unit."""

_MASS = "g"
_PARTS = (2, 3, 4)
"""Tablets are taken whole, in halves, thirds and quarters."""

_DOSE, _SCHEME = "doseAndRate.dose", "grammar:scheme"

_FEW_DAYS = 2
"""Of a week, beside "daily"."""


def contradiction_issues(statements: Sequence[Statement]) -> Iterator[Issue]:
    """conflicting-frequency, conflicting-dose, conflicting-duration and strength-or-dose."""
    for statement in statements:
        for dosage in statement.dosages:
            if dosage.timing:
                yield from _timing_issues(dosage, dosage.timing, alone=len(statement.dosages) == 1)
            yield from _scheme_issues(dosage)
            yield from _part_issues(statement, dosage)


def _timing_issues(dosage: DosageInstruction, timing: Timing, alone: bool) -> Iterator[Issue]:
    """alone: no other dosage is for the other days."""
    if alone and _is_daily(timing) and 0 < len(timing.day_of_week) <= _FEW_DAYS:
        message = "every day, and some days of the week alone: only then, or not then?"
        yield _issue("conflicting-frequency", message, dosage, "timing.repeat.dayOfWeek")
    times, said = timing.frequency or 0, _times_said(timing)
    most = timing.frequency_max or 0
    if said and ((times > 1 and not most and times != said[1]) or (not times and most > said[1] > 1)):
        message = f"{most or times} times, and {said[1]} are named"
        yield _issue("conflicting-frequency", message, dosage, f"timing.repeat.{said[0]}")
    if timing.period and timing.period_unit in _DAYS and isinstance(timing.bounds, Duration):
        length = timing.bounds.value * _DAYS.get(timing.bounds.unit, 0)
        if 0 < length < timing.period * _DAYS[timing.period_unit]:
            yield _issue("conflicting-duration", "ends before its rhythm", dosage, "timing.repeat.bounds")


def _scheme_issues(dosage: DosageInstruction) -> Iterator[Issue]:
    """ "From 1-0-1 to 1-0-0": one of the two is what was taken before; on other weekdays, both are taken."""
    schemes = {(fact.start, fact.end) for fact in dosage.evidence if fact.rule == _SCHEME and fact.element == _DOSE}
    if len(schemes) > 1 and not (dosage.timing and dosage.timing.day_of_week):
        start, end = max(schemes)
        yield Issue("warning", "conflicting-dose", "a second scheme for one dosage", start, end)


def _is_daily(timing: Timing) -> bool:
    return timing.frequency == 1 and timing.frequency_max is None and timing.period == 1 and timing.period_unit == "d"


def _times_said(timing: Timing) -> tuple[str, int] | None:
    """The element that names the times of a day or the days of a week, and how many they are."""
    unit = timing.period_unit if timing.period == 1 else None
    if unit == "d" and timing.time_of_day:
        return "timeOfDay", len(timing.time_of_day)
    if unit == "d" and timing.when and MEALS.isdisjoint(timing.when):
        return "when", len(timing.when)
    return ("dayOfWeek", len(timing.day_of_week)) if unit == "wk" and timing.day_of_week else None


def _part_issues(statement: Statement, dosage: DosageInstruction) -> Iterator[Issue]:
    """ "5 mg, 3 mg daily": 3 mg are no part of a tablet of 5 mg; of steps, each may be of a product of its own."""
    drug = statement.medication
    solid = drug is not None and (drug.form is None or is_countable(drug.form.name))
    strength = drug.strengths[0] if drug and solid and len(drug.strengths) == 1 else None
    share = _share(strength, dosage.dose) if strength and isinstance(dosage.dose, Quantity) else None
    if share is not None and not dosage.sequence and all(share * part % 1 for part in _PARTS):
        message = "no whole, half, third or quarter of the strength: is one of them another product's, or a dose?"
        yield _issue("strength-or-dose", message, dosage, _DOSE)


def _share(strength: Strength, dose: Quantity) -> Decimal | None:
    """How often a dose holds the strength of the product, None where they are no masses."""
    one, two = in_base(Quantity(strength.value, strength.unit)), in_base(dose)
    masses = one.unit == two.unit == _MASS and strength.per is None
    return two.value / one.value if masses and one.value else None


def _issue(code: str, message: str, dosage: DosageInstruction, element: str) -> Issue:
    return Issue("warning", code, message, *dosage.span_of(element))
