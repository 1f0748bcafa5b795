"""A maximum below the dose that the same text schedules: one of them is wrong, and only the prescriber knows which."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from rx2fhir.plausibility.limits import error, words
from rx2fhir.quantity import in_base
from rx2fhir.statement import Amount, DosageInstruction, Issue, Quantity, Range, Ratio, Statement
from rx2fhir.statement.intakes import intakes_per_day

_SECONDS_A_DAY = 86400


def maximum_issues(statement: Statement) -> Iterator[Issue]:
    """conflicting-maximum: less is allowed than the least that is to be taken; one intake must always fit."""
    for dosage in statement.dosages:
        dose = _least(dosage.dose)
        if dose is None:
            continue
        single, total = dosage.max_dose_per_administration, dosage.max_dose_per_period
        if single and _below(single, dose):
            message = f"at most {words(single)} at once, but {words(dose)} are scheduled"
            yield error("conflicting-maximum", message, dosage, "maxDosePerAdministration")
        scheduled = _scheduled(dosage, dose, total) if total else None
        if total and scheduled and _below(total.numerator, scheduled):
            message = f"at most {words(total.numerator)}, but {words(scheduled)} are scheduled in the same time"
            yield error("conflicting-maximum", message, dosage, "maxDosePerPeriod")


def _least(dose: Amount | None) -> Quantity | None:
    return dose.low if isinstance(dose, Range) else dose


def _scheduled(dosage: DosageInstruction, dose: Quantity, maximum: Ratio) -> Quantity:
    """The least that is taken within the period of a maximum: one intake, where nothing says how often."""
    per = in_base(maximum.denominator)
    days = per.value / _SECONDS_A_DAY if per.unit == "s" else None
    times = intakes_per_day(dosage.timing)
    if dosage.as_needed or times is None or days is None:
        return dose
    value = dose.value * times[0] * days
    return Quantity(value.quantize(Decimal("0.0001")), dose.unit)


def _below(maximum: Quantity, amount: Quantity) -> bool:
    one, two = in_base(maximum), in_base(amount)
    return one.unit == two.unit and one.value < two.value
