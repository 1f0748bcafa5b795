"""What a complete prescription would say and the text does not: a dose, its unit, its time, an end to come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise

from rx2fhir.codes import is_countable
from rx2fhir.statement import DosageInstruction, Issue, Medication, Period, Quantity, Range, Severity, Statement

_DOSE = "doseAndRate.dose"


def completeness_issues(text: str, statements: Sequence[Statement], today: date) -> Iterator[Issue]:
    """dose-missing, unit-missing and date-in-past of severity information; time-missing, a warning.

    dose-missing is a warning where the drug beside it in one line has a dose. text: of the prescription. today: what
    "past" is counted from.
    """
    yield from _shared_issues(text, statements)
    for statement in statements:
        yield from _untimed_issues(statement)
        for dosage in statement.dosages:
            if _lacks_dose(dosage, statement.medication):
                yield _issue("dose-missing", "no dose is said", dosage, "")
            if _lacks_unit(dosage):
                yield _issue("unit-missing", "a dose of no unit", dosage, _DOSE)
            bounds = dosage.timing.bounds if dosage.timing else None
            if isinstance(bounds, Period) and bounds.end and bounds.end < today:
                yield _issue("date-in-past", f"ended on {bounds.end}", dosage, "timing.repeat.bounds")


def _shared_issues(text: str, statements: Sequence[Statement]) -> Iterator[Issue]:
    """Of two drugs in one line one has no dose: the other's may be that of both, or of this one."""
    for one, two in pairwise(statements):
        if "\n" not in text[one.start : two.end] and _is_dosed(one) != _is_dosed(two):
            bare = two if _is_dosed(one) else one
            drug = bare.medication
            if drug and drug.text and bare.status == "active" and _is_counted(bare, drug):
                message = f"no dose of {drug.text} is said, but of the drug beside it: whose is it?"
                yield Issue("warning", "dose-missing", message, drug.start, drug.end)


def _is_dosed(statement: Statement) -> bool:
    return any(dosage.dose is not None or dosage.rate is not None for dosage in statement.dosages)


def _is_counted(statement: Statement, drug: Medication) -> bool:
    """Not a cream, nor what is applied."""
    applied = any(dosage.method or dosage.site for dosage in statement.dosages)
    return not applied and (drug.form is None or is_countable(drug.form.name))


def _lacks_dose(dosage: DosageInstruction, drug: Medication | None) -> bool:
    """A drug with a time and no amount; of creams and what is applied, no amount is usual."""
    if drug is None or drug.text is None or dosage.timing is None or dosage.method or dosage.site:
        return False
    counted = drug.form is None or is_countable(drug.form.name)
    return counted and dosage.dose is None and dosage.rate is None and dosage.timing.count is None


def _lacks_unit(dosage: DosageInstruction) -> bool:
    dose = dosage.dose.high or dosage.dose.low if isinstance(dosage.dose, Range) else dosage.dose
    return isinstance(dose, Quantity) and dose.unit is None


def _untimed_issues(statement: Statement) -> Iterator[Issue]:
    """An amount with no time beside one that has its own: is it taken, and when? Steps go on as before."""
    timed = [dosage for dosage in statement.dosages if _is_timed(dosage)]
    for dosage in statement.dosages if timed else ():
        if dosage.dose is not None and dosage.sequence is None and not _is_timed(dosage):
            message = "an amount with no time beside one that has its own: is it taken besides, or a strength or total?"
            yield _issue("time-missing", message, dosage, _DOSE, "warning")


def _is_timed(dosage: DosageInstruction) -> bool:
    """It says when, how often, or for what; a length alone is no time."""
    timing = dosage.timing
    said = timing is not None and (
        timing.frequency or timing.frequency_max or timing.period or timing.count or timing.when or timing.time_of_day
    )
    return bool(said or (timing and timing.day_of_week) or dosage.as_needed or dosage.rate)


def _issue(
    code: str, message: str, dosage: DosageInstruction, element: str, severity: Severity = "information"
) -> Issue:
    return Issue(severity, code, message, *dosage.span_of(element))
