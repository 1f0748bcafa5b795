"""What a complete prescription would say and the text does not: a dose, its unit, a course that is not over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from rx2fhir.codes import is_countable
from rx2fhir.statement import DosageInstruction, Issue, Medication, Period, Quantity, Range, Statement


def completeness_issues(statements: Sequence[Statement], today: date) -> Iterator[Issue]:
    """dose-missing, unit-missing and date-in-past, each of severity information. today: what "past" is counted from."""
    for statement in statements:
        for dosage in statement.dosages:
            if _lacks_dose(dosage, statement.medication):
                yield _issue("dose-missing", "no dose is said", dosage, "")
            if _lacks_unit(dosage):
                yield _issue("unit-missing", "a dose of no unit", dosage, "doseAndRate.dose")
            bounds = dosage.timing.bounds if dosage.timing else None
            if isinstance(bounds, Period) and bounds.end and bounds.end < today:
                yield _issue("date-in-past", f"ended on {bounds.end}", dosage, "timing.repeat.bounds")


def _lacks_dose(dosage: DosageInstruction, drug: Medication | None) -> bool:
    """A drug with a time and no amount; of creams and what is applied, no amount is usual."""
    if drug is None or drug.text is None or dosage.timing is None or dosage.method or dosage.site:
        return False
    counted = drug.form is None or is_countable(drug.form.name)
    return counted and dosage.dose is None and dosage.rate is None and dosage.timing.count is None


def _lacks_unit(dosage: DosageInstruction) -> bool:
    dose = dosage.dose.high or dosage.dose.low if isinstance(dosage.dose, Range) else dosage.dose
    return isinstance(dose, Quantity) and dose.unit is None


def _issue(code: str, message: str, dosage: DosageInstruction, element: str) -> Issue:
    spans = [(fact.start, fact.end) for fact in dosage.evidence if fact.element == element]
    start, end = spans[0] if spans else (dosage.start, dosage.end)
    return Issue("information", code, message, start, end)
