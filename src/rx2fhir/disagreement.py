"""Where the stages disagree: rules read words as a dose or a time in which the model, which sees others, sees none."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise, takewhile

from rx2fhir.codes import table
from rx2fhir.entities import Entity, Label
from rx2fhir.normalize.values import PARTS
from rx2fhir.quantity import most
from rx2fhir.statement import DosageInstruction, Evidence, Issue, Statement, Timing

_SEEN: tuple[Label, ...] = ("DOSAGE", "FREQUENCY")
"""A text with none of these labels says nothing of the model: stage 2 may read without one."""

_DOSE, _WHEN = "doseAndRate.dose", "timing.repeat.when"
_ELEMENTS = {_DOSE: "an amount", "timing.repeat.bounds": "how long", _WHEN: "a part of the day"}
_PARTS = PARTS | {"HS", "WAKE"}
"""Meals are left out: the model takes "with food" for an instruction as often as for a time."""

_UNSURE = 0.85
"""A name below this score that no lexicon has is rather a word of the sentence."""


def stage_issues(text: str, statements: Sequence[Statement], proposed: Sequence[Entity]) -> Iterator[Issue]:
    """stages-disagree, strength-or-dose and drug-name-uncertain, each of severity warning.

    text: of the prescription. proposed: the entities of stage 1.
    """
    if any(entity.label in _SEEN for entity in proposed):
        ordered = sorted(proposed, key=lambda entity: entity.end)
        yield from dict.fromkeys(issue for one in statements for issue in _fact_issues(one, ordered))
    for before, statement in pairwise(statements):
        if "\n" not in text[before.start : statement.start]:
            yield from _name_issues(statement)


def _fact_issues(statement: Statement, proposed: Sequence[Entity]) -> Iterator[Issue]:
    """proposed: in the order of their ends."""
    stated = statement.medication is not None and bool(statement.medication.strengths)
    for dosage in statement.dosages:
        for fact in dosage.evidence:
            seen = _seen(fact, proposed) if _is_told(fact, dosage.timing) else None
            if seen == []:
                message = f"read as {_ELEMENTS[fact.element]}; the model sees none in these words"
                yield Issue("warning", "stages-disagree", message, fact.start, fact.end)
            elif seen and fact.element == _DOSE and not stated and _is_count(dosage) and _is_strength(fact, seen):
                message = "read as so many; the model sees a strength"
                yield Issue("warning", "strength-or-dose", message, fact.start, fact.end)


def _is_told(fact: Evidence, timing: Timing | None) -> bool:
    """An amount, a length or a part of the day."""
    parts = timing is not None and not _PARTS.isdisjoint(timing.when)
    return fact.element in _ELEMENTS and (parts or fact.element != _WHEN)


def _seen(fact: Evidence, proposed: Sequence[Entity]) -> list[Entity]:
    """The labels on the words of a fact."""
    first = bisect_right(proposed, fact.start, key=lambda entity: entity.end)
    following = (proposed[at] for at in range(first, len(proposed)))
    return list(takewhile(lambda entity: entity.start < fact.end, following))


def _is_strength(fact: Evidence, seen: Sequence[Entity]) -> bool:
    """The number is a strength to the model, which no other words belong to."""
    within = any(one.label == "STRENGTH" and fact.start <= one.start and one.end <= fact.end for one in seen)
    return within and all(one.label != "DOSAGE" for one in seen)


def _is_count(dosage: DosageInstruction) -> bool:
    """So many of a form, or a bare number."""
    unit = most(dosage.dose).unit if dosage.dose else None
    return dosage.dose is not None and (unit is None or unit in table("forms", "name"))


def _name_issues(statement: Statement) -> Iterator[Issue]:
    """A drug behind another in one line that no lexicon knows and the model hardly: "bei Anaphylaxie"."""
    drug = statement.medication
    if drug is None or drug.codings or drug.ingredients or statement.status != "active":
        return
    for fact in statement.evidence:
        if fact.element == "medication" and fact.score is not None and fact.score < _UNSURE:
            message = f"{drug.text} is not known: a drug of its own, or said of the one beside it?"
            yield Issue("warning", "drug-name-uncertain", message, fact.start, fact.end)
