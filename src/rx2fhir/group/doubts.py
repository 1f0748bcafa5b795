"""Leaves out what could mean two things, and says so in an issue."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import Any

from rx2fhir.codes import is_product
from rx2fhir.group.draft import CONFLICTS, RHYTHM, Draft
from rx2fhir.group.segment import Segment
from rx2fhir.group.weekdays import is_every_other_day
from rx2fhir.normalize.item import Item
from rx2fhir.normalize.reader import Reader
from rx2fhir.normalize.values import Count, Length, Measure, Part, Slots
from rx2fhir.quantity import MASSES
from rx2fhir.statement import Issue

_AMOUNTS = frozenset(("strength", "dose", "rate", "max_dose", "max_per_administration"))
_DATES = ("bounds_start", "bounds_end")
_HOURS_APART, _FIRST_HOUR, _NOON, _EVENING, _LAST_HOUR = 4, 5, 12, 18, 24
"""Hours at which a medicine is taken several times a day."""


def settle_doubts(reader: Reader, items: Sequence[Item]) -> tuple[list[Item], list[Issue]]:
    """The items without the facts that rest on a doubtful number or an impossible date, and an issue for each."""
    sure: list[Item] = []
    issues: list[Issue] = []
    for item in items:
        bad = dict(_doubts(reader, item))
        if not bad:
            sure.append(item)
            continue
        issues += bad.values()
        kept = {name: value for name, value in item.facts.items() if name not in bad}
        if kept:
            sure.append(replace(item, facts=kept))
    return sure, issues


def _doubts(reader: Reader, item: Item) -> Iterator[tuple[str, Issue]]:
    words = reader.text[item.start : item.end]
    for name, value in item.facts.items():
        doubtful = next((count for count in _counts(value) if count.doubt is not None), None)
        if doubtful:
            message = f"{words!r} could mean {doubtful.low} or {doubtful.doubt}; it is left out"
            yield name, Issue("warning", "ambiguous-number", message, item.start, item.end)
        elif (isinstance(value, Slots) and _are_hours(value)) or (name == "dose" and _is_two_hours(value)):
            message = f"{words!r} could be hours or amounts; it is left out"
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


def _are_hours(slots: Slots) -> bool:
    """ "8-16-24", of nothing that is counted: ever later hours of a day, some of them apart."""
    lows = [count.low for count in slots.counts]
    apart = all(two - one >= _HOURS_APART for one, two in pairwise(lows)) and all(count.whole for count in slots.counts)
    return slots.kind == "none" and apart and lows[0] >= _FIRST_HOUR and _EVENING <= lows[-1] <= _LAST_HOUR


def _is_two_hours(dose: Any) -> bool:
    """ "8-20" of nothing that is counted: two hours, or a range that nobody prescribes."""
    if not isinstance(dose, Measure) or dose.kind != "none" or dose.count.high is None:
        return False
    return _FIRST_HOUR <= dose.count.low <= _NOON and _EVENING <= dose.count.high <= _LAST_HOUR


def _counts(value: Any) -> Sequence[Count]:
    if isinstance(value, str):
        return ()
    if isinstance(value, Count):
        return (value,)
    if isinstance(value, (Measure, Length)):
        return (value.count,)
    if isinstance(value, Slots):
        return value.counts
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


def drop_carried_doses(reader: Reader, drafts: Sequence[Draft]) -> None:
    """A step whose own amount is not read ("then 1x mg for 5 days") has no dose: that of the step before has ended."""
    lost = False
    for before, draft in pairwise(drafts):
        lost = "dose" in draft.carried and (lost or _hides_number(reader, before, draft))
        if lost:
            del draft.facts["dose"]


def _hides_number(reader: Reader, before: Draft, draft: Draft) -> bool:
    read = {at for item in (*before.items, *draft.items) for at in range(item.first, item.last)}
    said = range(min(before.items[-1].last, draft.items[0].first), draft.items[-1].last)
    read |= {at for first in said for end, _ in reader.read("date", first)[:1] for at in range(first, end)}
    return any(at not in read and reader.read("number", at) for at in said)


def second_strengths(segment: Segment, drafts: Sequence[Draft]) -> list[Issue]:
    """A further strength of one drug in one text is kept nowhere: it could be a second product, or a dose.

    What a dose holds by the first strength is no doubt: the 5 mg of "2 mg tablets: 2.5 tablets (5 mg)".
    """
    items = [item for item in segment.items if "strength" in item.facts]
    first = _products(items[0]) if items else []
    held = [_held(items[0].facts["strength"], draft.facts.get("dose")) for draft in drafts] if items else []
    return [
        Issue("warning", "strength-or-dose", "a second strength; it stays in Dosage.text", item.start, item.end)
        for item in items[1:]
        if _products(item) != first and not any(one and _products(item) == [one] for one in held)
    ]


def alternated_strengths(segment: Segment, drafts: Sequence[Draft]) -> list[Issue]:
    """`75/88 ug on alternate days`: two amounts in turn, or a product of two ingredients every other day?"""
    items = [item for item in segment.items if len(item.facts.get("strength", ())) > 1]
    turn = any(is_every_other_day(draft.facts) for draft in drafts) and not any(draft.has_dose for draft in drafts)
    message = "two strengths on alternate days: two amounts in turn, or two ingredients?"
    return [Issue("warning", "strength-or-dose", message, item.start, item.end) for item in items[:1] if turn]


def _held(strength: Sequence[Part], dose: Any) -> tuple[Count, str | None] | None:
    """What a dose of a product with one ingredient holds of it: so many tablets, or so many mL of 5 mg/mL."""
    if not isinstance(dose, Measure) or dose.count.high is not None or len(strength) != 1:
        return None
    part, size = strength[0], Decimal(1)
    if part.per is not None and part.per.unit == dose.unit:
        size = part.per.count.low
    elif part.per is not None or dose.kind == "measure":
        return None
    return Count(part.count.low * dose.count.low / size), part.unit


def ranged_strengths(segment: Segment) -> list[Issue]:
    """`10-20 mg` beside a count: no product has a range of strengths, so it is two ingredients', or a dose."""
    return [
        Issue("warning", "strength-or-dose", "a range as strength: two ingredients, or a dose?", item.start, item.end)
        for item in segment.items
        if any(part.count.high is not None for part in item.facts.get("strength", ()))
    ]


def counted_masses(segment: Segment) -> list[Issue]:
    """`15 mg weekly (6 tablets)`: what all of them hold, or each? Where a strength was said before, all of them."""
    amounts = [item for item in segment.items if not _AMOUNTS.isdisjoint(item.facts)]
    message = "so many in brackets behind a mass: is it what all of them hold, or each?"
    return [
        Issue("warning", "strength-or-dose", message, one.start, two.end)
        for one, two in pairwise(amounts)
        if _is_bracketed_count(two) and one is amounts[0] and not one.bracketed and _is_mass(one)
    ]


def _is_bracketed_count(item: Item) -> bool:
    dose = item.facts.get("dose")
    if not (item.bracketed and isinstance(dose, Measure) and dose.kind == "form"):
        return False
    return is_product(str(dose.unit)) and dose.count.high is None and dose.count != Count.of(1)


def _is_mass(item: Item) -> bool:
    part = item.facts["strength"][0] if "strength" in item.facts else item.facts.get("dose")
    return getattr(part, "unit", None) in MASSES and getattr(part, "per", None) is None


def _products(item: Item) -> list[tuple[Count, str | None]]:
    return [(part.count, part.unit) for part in item.facts["strength"]]


def persons_issues(reader: Reader, segment: Segment, drafts: Sequence[Draft]) -> list[Issue]:
    """`Adults: 2 tablets. Children: 1 tablet.`: the list <persons> of the pack holds whom a dose may be for."""
    said = [item for item in segment.items if "instruction" in item.facts and _names_persons(reader, item)]
    doses = [item for item in segment.items if "dose" in item.facts]
    beside = [item for item in doses[1:] if _beside_person(reader, doses[0], item)]
    found = (said[1:] if drafts[1:] else []) or beside
    message = "doses for different persons: which of them holds for the patient is not said"
    return [Issue("warning", "several-persons", message, found[0].start, found[0].end)] if found else []


def _beside_person(reader: Reader, first: Item, item: Item) -> bool:
    """Somebody is named between two amounts: "1 tablet; children half a tablet"."""
    return any(reader.ends("<persons>", at) for at in range(first.last, item.first))


def _names_persons(reader: Reader, item: Item) -> bool:
    return any(reader.ends("<persons>", at) for at in range(item.first, item.last))


def drop_mixed_units(segment: Segment) -> tuple[Segment, list[Issue]]:
    """Without a dose of 100 mg beside a strength of 100 ug: one of the units is very likely wrong."""
    strengths = {(part.count.low, part.unit) for item in segment.items for part in item.facts.get("strength", ())}
    kept: list[Item] = []
    issues: list[Issue] = []
    for item in segment.items:
        dose = item.facts.get("dose")
        if isinstance(dose, Measure) and _is_mixed(dose, strengths):
            message = "the number of the strength with another unit; the dose is left out"
            issues.append(Issue("warning", "conflicting-dose", message, item.start, item.end))
            item = replace(item, facts={name: value for name, value in item.facts.items() if name != "dose"})
        kept.append(item)
    return (replace(segment, items=tuple(kept)) if issues else segment), issues


def _is_mixed(dose: Measure, strengths: set[tuple[Decimal, str | None]]) -> bool:
    others = [unit for value, unit in strengths if value == dose.count.low and unit != dose.unit]
    return dose.unit in MASSES and any(unit in MASSES for unit in others)
