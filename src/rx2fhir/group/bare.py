"""Numbers of nothing beside an amount of something: "20 units in the morning and half at night", "75 and 100"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from rx2fhir.group.draft import Draft
from rx2fhir.group.segment import Segment
from rx2fhir.normalize.item import Item
from rx2fhir.normalize.values import Measure
from rx2fhir.statement import Issue

_MOST = 10
"""Tablets or capsules that are taken at once without their form being written."""

_UNITS, _FEW = ("[iU]", "unit"), 4
"""Nobody takes half a unit of what is taken by more than a few."""


def bare_issues(segment: Segment, drafts: Sequence[Draft]) -> list[Issue]:
    """An issue for each number that may be half of an amount, and for each that may be a strength or an hour."""
    doses = list(_doses(drafts))
    bare = [(dose, item) for dose, item in doses if dose.kind == "none"]
    measured = any(dose.kind == "measure" for dose, _ in doses)
    halves = [item for dose, item in bare if measured and dose.count.low < 1]
    dozens = any(dose.unit in _UNITS and dose.count.low > _FEW for dose, _ in doses)
    halves += [item for dose, item in doses if dozens and dose.unit in _UNITS and dose.count.low < 1]
    strong = any("strength" in item.facts for item in segment.items)
    timed = _first_timed(segment)
    numbers = [item for dose, item in bare if (strong and dose.count.low > _MOST) or item.first > timed]
    half, number = "a part of one, or of the other amount?", "a number of nothing beside a strength: an amount?"
    return [
        *(Issue("warning", "conflicting-dose", half, item.start, item.end) for item in halves),
        *(Issue("warning", "strength-or-dose", number, item.start, item.end) for item in numbers),
    ]


def _doses(drafts: Sequence[Draft]) -> Iterator[tuple[Measure, Item]]:
    for draft in drafts:
        dose, item = draft.facts.get("dose"), draft.sources.get("dose")
        if isinstance(dose, Measure) and item is not None and item in draft.items:
            yield dose, item


def _first_timed(segment: Segment) -> float:
    """Where a mass that is read as the strength has a time of its own: "0.5 mg at night and another if needed"."""
    said = [item for item in segment.items if "background" not in item.facts]
    timed = (
        two.last
        for one, two in pairwise(said)
        if two.is_timing and any(part.unit for part in one.facts.get("strength", ()))
    )
    return min(timed, default=float("inf"))
