"""Lengths that are no course: the days of "max 10 days per month", "5 days of each week", "if no stool for 3 days"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from rx2fhir.normalize.item import Item
from rx2fhir.normalize.matches import background_at
from rx2fhir.normalize.reader import Reader
from rx2fhir.normalize.values import Count, Length, Words

_LIMITS = frozenset(("bounds", "bounds_max"))
_CYCLES = {"wk": 7, "mo": 28}
"""Days of a period from which on they are the whole of it."""


def with_lengths_inside(reader: Reader, items: Sequence[Item]) -> list[Item]:
    """The items, a length together with the words beside it that say what it measures."""
    found: list[Item] = []
    for item in items:
        before = found[-1] if found else None
        facts = _together(reader, before, item) if before and _beside(reader, before.last, item.first) else None
        if before and facts:
            found.pop()
            item = replace(item, start=before.start, first=before.first, facts=facts)
        found.append(item)
    return found


def _together(reader: Reader, one: Item, two: Item) -> dict[str, Any] | None:
    """What two items side by side say as one; None where each stands for itself."""
    days = _days(one)
    if days and _is_cycle(two, days):
        if "bounds_max" in one.facts:
            return {"instruction": "text"}
        return {**two.facts, "frequency": days.count}
    if _is_missing(reader, one) and _LIMITS & two.facts.keys() == two.facts.keys():
        words: Words = one.facts["as_needed_for"]
        return {**one.facts, "as_needed_for": Words(words.start, two.last)}
    return None


def _days(item: Item) -> Length | None:
    """The days of an item that holds nothing but a length."""
    length = next(iter(item.facts.values())) if len(item.facts) == 1 and _LIMITS & item.facts.keys() else None
    return length if isinstance(length, Length) and length.unit == "d" else None


def _is_cycle(item: Item, days: Length) -> bool:
    """Nothing but "per week" or "each month", longer than the days."""
    rhythm = {"frequency": Count.of(1), "period": Count.of(1)}
    size = _CYCLES.get(str(item.facts.get("period_unit")), 0)
    return {**item.facts, **rhythm} == item.facts and len(item.facts) == len(rhythm) + 1 and days.count.low < size


def _is_missing(reader: Reader, item: Item) -> bool:
    """A reason that something has not been: no stool, no relief."""
    words = item.facts.get("as_needed_for")
    if not isinstance(words, Words) or words.end != item.last:
        return False
    return any(row.key == "negation" for at in range(words.start, words.end) for row in background_at(reader, at))


def _beside(reader: Reader, start: int, end: int) -> bool:
    """Nothing stands between, or "of"."""
    return start == end or any(stop == end for stop, _ in reader.ends("<of>", start))
