"""Letters, in which most words are no medication: what looks like a drug there must say more than in a list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from operator import attrgetter

from rx2fhir.coverage import all_evidence
from rx2fhir.prescription import Prescription
from rx2fhir.quantity import most
from rx2fhir.statement import DosageInstruction, Issue, Medication, Statement, Strength

_LETTER = 1000
"""Characters from which a text is a letter or a page of prose."""

_BESIDE = 2
"""So many characters behind an unknown name, a form or a time is its own."""

_NEAR = 6
"""The same of a route, which stands behind the amount."""

_CLOSE = 40
"""Characters within which an unknown name and its amount, or the word that stops it, must stand."""

_SUBJECT = 5
"""The least letters of a word that tells what is done so often, but for a few words between."""

_MOST_BETWEEN = 2

_TAKEN = attrgetter("dose", "rate", "max_dose_per_period", "max_dose_per_administration", "route", "site", "method")

_NOT_TAKEN = ("stopped", "on-hold", "not-taken")


def without_weak_statements(rx: Prescription) -> Prescription:
    """The prescription without statements that say next to nothing of a drug, least in letters; they are reported."""
    kept = tuple(one for one in rx.statements if not _is_dropped(rx, one))
    weak = [one for one in rx.statements if _is_dropped(rx, one)]
    if not weak:
        return rx
    told = {(fact.start, fact.end) for fact in all_evidence(kept)}
    lost = [_issue(rx, one, *span) for one in weak for span in _spans(one) if span not in told]
    issues = [*_outside(rx.issues, weak), *lost]
    return replace(rx, statements=kept, issues=tuple(sorted(issues, key=lambda issue: issue.start)))


def _is_dropped(rx: Prescription, statement: Statement) -> bool:
    if statement.medication is None:
        return _is_of_something_else(rx, statement)
    return _is_weak(statement) if len(rx.text) >= _LETTER else _is_word(statement)


def _is_of_something_else(rx: Prescription, statement: Statement) -> bool:
    """Nothing but how often and how long, directly behind a word that nobody reads: "physiotherapy twice a week"."""
    if any(one.as_needed or any(field is not None for field in _TAKEN(one)) for one in statement.dosages):
        return False
    unread = [one for one in rx.issues if one.code == "unread-text" and one.end <= statement.start]
    subject = max(unread, key=lambda one: one.end, default=None)
    if subject is None or subject.end - subject.start < _SUBJECT:
        return False
    between = rx.text[subject.end : statement.start].split()
    return len(between) <= _MOST_BETWEEN and not any(sign in word for word in between for sign in ".:;")


def _is_word(statement: Statement) -> bool:
    """Of an unknown name, nothing but a length, a clock time, a weekday, a place or a bare number: said of anything."""
    drug = statement.medication
    if drug is None or drug.text is None or statement.status != "active":
        return False
    known = bool(drug.codings or drug.ingredients) or any(map(_is_of_product, drug.strengths))
    return not (known or _is_formed(drug) or any(_is_taken(drug, dosage) for dosage in statement.dosages))


def _is_formed(drug: Medication) -> bool:
    """A form directly behind the name, or behind the share that stands there: "Zoralix 2 % gel"."""
    shares = [part.end for part in drug.strengths if part.start - drug.end <= _BESIDE]
    return drug.form is not None and any(drug.form.start - end <= _BESIDE for end in (drug.end, *shares))


def _is_taken(drug: Medication, dosage: DosageInstruction) -> bool:
    """An amount with its unit or its time, a rhythm; or directly behind the name any other word of taking."""
    timing = dosage.timing
    rhythm = timing is not None and bool(timing.period or timing.frequency)
    event = (timing is not None and bool(timing.when)) or dosage.as_needed
    behind = 0 <= dosage.start - drug.end <= _BESIDE
    beside = event and (dosage.dose is not None or behind or dosage.end <= drug.start)
    said = dosage.rate or dosage.max_dose_per_period or _unit(dosage)
    near = dosage.route and 0 <= dosage.start - drug.end <= _NEAR
    return bool(said or rhythm or beside or near or (behind and dosage.additional_instructions))


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
    yield from (part.start for part in drug.strengths if _is_of_product(part))
    if drug.form:
        yield drug.form.start
    for one in statement.dosages:
        if _amount(one) and one.dose and _unit(one) != "%" and (_unit(one) or _is_timed(one)):
            yield one.start


def _is_of_product(strength: Strength) -> bool:
    """Not a bare number, a share, or what is measured in a litre of blood."""
    measured = strength.per is not None and strength.per.unit in ("L", "dL")
    return strength.unit not in ("", "%") and not measured


def _amount(dosage: DosageInstruction) -> bool:
    return dosage.dose is not None or dosage.rate is not None


def _is_timed(dosage: DosageInstruction) -> bool:
    return dosage.as_needed or (dosage.timing is not None and bool(_rhythm(dosage)))


def _rhythm(dosage: DosageInstruction) -> object:
    timing = dosage.timing
    return timing and (timing.frequency or timing.frequency_max or timing.when or timing.time_of_day or timing.count)


def _unit(dosage: DosageInstruction) -> str | None:
    return most(dosage.dose).unit if dosage.dose else None


def _outside(issues: Sequence[Issue], weak: Sequence[Statement]) -> list[Issue]:
    """The issues that are not about such a statement."""
    return [issue for issue in issues if not any(one.start <= issue.start and issue.end <= one.end for one in weak)]


def _issue(rx: Prescription, weak: Statement, start: int, end: int) -> Issue:
    message = f"not read: {rx.text[start:end]!r}"
    return Issue("warning" if weak.dosages else "information", "unread-text", message, start, end)


def _spans(weak: Statement) -> list[tuple[int, int]]:
    """The statement itself, and what was read of it elsewhere: a title above, a second name."""
    facts = {(fact.start, fact.end) for fact in all_evidence([weak])}
    return [(weak.start, weak.end), *sorted(span for span in facts if not weak.start <= span[0] < weak.end)]
