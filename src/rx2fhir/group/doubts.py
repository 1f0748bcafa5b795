"""Leaves out what could mean two things, and says so in an issue."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from rx2fhir.group.draft import CONFLICTS, EVENTS, RHYTHM, Draft
from rx2fhir.group.segments import Segment
from rx2fhir.normalize.facts import Item
from rx2fhir.normalize.reader import Reader
from rx2fhir.normalize.values import Count, Length, Measure, Part, Slots
from rx2fhir.statement import Issue

_LEAST_DISPENSED = 7
_DATES = ("bounds_start", "bounds_end")


def settle_doubts(reader: Reader, items: Sequence[Item]) -> tuple[list[Item], list[Issue]]:
    """The items without the facts that rest on a doubtful number or an impossible date, and an issue for each."""
    sure: list[Item] = []
    issues: list[Issue] = []
    for item in items:
        bad = dict(_doubts(reader, item))
        issues += bad.values()
        kept = {name: value for name, value in item.facts.items() if name not in bad}
        if kept or not bad:
            sure.append(replace(item, facts=kept))
    return sure, issues


def _doubts(reader: Reader, item: Item) -> Iterator[tuple[str, Issue]]:
    words = reader.text[item.start : item.end]
    for name, value in item.facts.items():
        doubtful = next((count for count in _counts(value) if count.doubt is not None), None)
        if doubtful:
            message = f"{words!r} could mean {doubtful.low} or {doubtful.doubt}; it is left out"
            yield name, Issue("warning", "ambiguous-number", message, item.start, item.end)
        elif name in _DATES and value is None:
            message = f"{words!r}: the calendar has no such date, or its year is not clear; it is left out"
            yield name, Issue("warning", "ambiguous-date", message, item.start, item.end)
        elif (
            name in ("frequency", "frequency_max", "count")
            and isinstance(value, Count)
            and (not value.whole or not value.low)
        ):
            message = f"{words!r}: not a whole number of times; it is left out"
            yield name, Issue("warning", "implausible-frequency", message, item.start, item.end)


def _counts(value: Any) -> list[Count]:
    if isinstance(value, Count):
        return [value]
    if isinstance(value, (Measure, Length)):
        return [value.count]
    if isinstance(value, Slots):
        return list(value.counts)
    parts = value if isinstance(value, tuple) else ()
    return [part.count for part in parts if isinstance(part, Part)]


def conflict_issues(drafts: Sequence[Draft]) -> list[Issue]:
    """Two values of a fact that a dosage has once: both are left out of it, and reported."""
    issues = []
    for draft in drafts:
        for name, one, two in draft.conflicts:
            message = f"two readings of {name.replace('_', ' ')}; both are left out"
            start, end = min(one.start, two.start), max(one.end, two.end)
            issues.append(Issue("warning", CONFLICTS[name], message, start, end))
            for gone in RHYTHM if name == "frequency" else (name,):
                draft.facts.pop(gone, None)
    return list(dict.fromkeys(issues))


def second_strengths(segment: Segment) -> list[Issue]:
    """A further strength of one drug in one text is kept nowhere: it could be a second product, or a dose."""
    items = [item for item in segment.items if "strength" in item.facts]
    first = _products(items[0]) if items else []
    return [
        Issue("warning", "strength-or-dose", "a second strength; it stays in Dosage.text", item.start, item.end)
        for item in items[1:]
        if _products(item) != first
    ]


def _products(item: Item) -> list[tuple[Count, str | None]]:
    return [(part.count, part.unit) for part in item.facts["strength"]]


def drop_dispensed(drafts: Sequence[Draft]) -> tuple[list[Draft], list[Issue]]:
    """Without the 28 tablets of "take one daily - 28 tablets": what is handed out is no dose."""
    last = drafts[-1] if len(drafts) > 1 else None
    dose = last.facts.get("dose") if last else None
    if last is None or not isinstance(dose, Measure) or dose.count.low < _LEAST_DISPENSED or dose.kind != "form":
        return list(drafts), []
    said = last.facts.keys() - last.carried - {"dose"}
    complete = any(name in draft.facts for draft in drafts[:-1] for name in (*EVENTS, *RHYTHM))
    if said or not complete or any("dose" in draft.carried for draft in drafts):
        return list(drafts), []
    source = last.sources["dose"]
    message = "an amount with no time behind a dosage: taken for what is dispensed, not for a dose"
    return list(drafts[:-1]), [Issue("information", "dispensed-amount", message, source.start, source.end)]
