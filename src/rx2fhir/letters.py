"""Letters, in which most words are no medication: what looks like a drug there must say more than in a list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from rx2fhir.prescription import Prescription
from rx2fhir.statement import DosageInstruction, Issue, Medication, Quantity, Range, Statement

_LETTER = 1500
"""Characters from which a text is a letter or a page of prose."""

_CLOSE = 40
"""Characters within which an unknown name and its amount, or the word that stops it, must stand."""

_NOT_TAKEN = ("stopped", "on-hold", "not-taken")


def without_weak_statements(rx: Prescription) -> Prescription:
    """The prescription without statements of a letter that say next to nothing of a drug; they are reported."""
    if len(rx.text) < _LETTER:
        return rx
    kept = tuple(one for one in rx.statements if not _is_weak(one))
    weak = [one for one in rx.statements if _is_weak(one)]
    if not weak:
        return rx
    issues = sorted([*_outside(rx.issues, weak), *(_issue(rx, one) for one in weak)], key=lambda issue: issue.start)
    return replace(rx, statements=kept, issues=tuple(issues))


def _is_weak(statement: Statement) -> bool:
    """Of a known drug, nothing but how and how long; of an unknown name, no amount of a product close behind it.

    "An ejection fraction of 38 %" is no drug. A strength, form or status is enough for a known drug, "stopped" close by
    for any.
    """
    drug = statement.medication
    if drug is None:
        return False
    if drug.codings or drug.ingredients:
        told = statement.status != "active" or drug.form or drug.strengths
        return not (told or any(_amount(one) or _is_timed(one) for one in statement.dosages))
    if statement.status in _NOT_TAKEN and statement.end - statement.start < _CLOSE:
        return False
    return not any(0 <= start - drug.start < _CLOSE for start in _evidence(drug, statement))


def _evidence(drug: Medication, statement: Statement) -> Iterator[int]:
    """Where a form, a strength with its unit, an amount with its unit, or a timed amount stands."""
    yield from (part.start for part in drug.strengths if part.unit not in ("", "%"))
    if drug.form:
        yield drug.form.start
    for one in statement.dosages:
        if _amount(one) and one.dose and _unit(one) != "%" and (_unit(one) or _is_timed(one)):
            yield one.start


def _amount(dosage: DosageInstruction) -> bool:
    return dosage.dose is not None or dosage.rate is not None


def _is_timed(dosage: DosageInstruction) -> bool:
    return dosage.as_needed or (dosage.timing is not None and bool(_rhythm(dosage)))


def _rhythm(dosage: DosageInstruction) -> object:
    timing = dosage.timing
    return timing and (timing.frequency or timing.frequency_max or timing.when or timing.time_of_day or timing.count)


def _unit(dosage: DosageInstruction) -> str | None:
    dose = dosage.dose.high or dosage.dose.low if isinstance(dosage.dose, Range) else dosage.dose
    return dose.unit if isinstance(dose, Quantity) else None


def _outside(issues: Sequence[Issue], weak: Sequence[Statement]) -> list[Issue]:
    """The issues that are not about such a statement."""
    return [issue for issue in issues if not any(one.start <= issue.start and issue.end <= one.end for one in weak)]


def _issue(rx: Prescription, weak: Statement) -> Issue:
    message = f"not read: {rx.text[weak.start : weak.end]!r}"
    return Issue("warning" if weak.dosages else "information", "unread-text", message, weak.start, weak.end)
