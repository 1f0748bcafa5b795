"""Amounts of one intake and of one day that are beyond any label, by unit or form."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from rx2fhir.plausibility.limits import error, limit, words
from rx2fhir.quantity import in_base, most
from rx2fhir.statement import DosageInstruction, Issue, Quantity, Statement
from rx2fhir.statement.intakes import intakes_per_day

_DOSE = "doseAndRate.dose"


def amount_issues(statement: Statement) -> Iterator[Issue]:
    """implausible-dose: more at once, or on one day, than `amounts.csv` allows."""
    for dosage in statement.dosages:
        if dosage.dose is None:
            continue
        dose = most(dosage.dose)
        base = in_base(dose)
        at_once = limit("amounts", "unit", base.unit or "", "per_intake")
        if at_once is not None and base.value > at_once:
            yield error("implausible-dose", f"{words(dose)} at once", dosage, _DOSE)
        elif total := _too_much(dosage, dose):
            yield error("implausible-dose", f"{words(total)} a day", dosage, _DOSE)


def _too_much(dosage: DosageInstruction, dose: Quantity) -> Quantity | None:
    """The amount of a day where it is too much; as needed, or for so many doses, it is not known."""
    open_ended = not dosage.as_needed and not (dosage.timing and dosage.timing.count)
    times = intakes_per_day(dosage.timing) if open_ended else None
    allowed = limit("amounts", "unit", in_base(dose).unit or "", "per_day")
    if times is None or allowed is None or in_base(dose).value * times[1] <= allowed:
        return None
    return Quantity((dose.value * times[1]).quantize(Decimal("0.01")), dose.unit)
