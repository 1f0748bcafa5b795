"""Lengths that are no course: "max 10 days per month", "for 5 days every 28 days", "if no stool for 3 days"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from rx2fhir.normalize.item import Item
from rx2fhir.normalize.matches import background_at
from rx2fhir.normalize.reader import Reader
from rx2fhir.normalize.values import Count, Length, Words

_LIMITS = frozenset(("bounds", "bounds_max"))
_DAYS = {"d": 1, "wk": 7, "mo": 28}
"""The least days of a unit of time."""


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
    length = _length(one)
    if length and _is_shorter(length, two):
        counted = length.unit == "d" and two.facts["period"] == Count.of(1) and "bounds" in one.facts
        return {**two.facts, "frequency": length.count} if counted else {"instruction": "text"}
    if _is_missing(reader, one) and (_LIMITS.issuperset(two.facts) or two.facts.keys() == {"step", "after"}):
        words: Words = one.facts["as_needed_for"]
        return {**one.facts, "as_needed_for": Words(words.start, two.last)}
    return None


def _length(item: Item) -> Length | None:
    """The length of an item that holds nothing else."""
    length = next(iter(item.facts.values())) if len(item.facts) == 1 and _LIMITS & item.facts.keys() else None
    return length if isinstance(length, Length) and length.unit in _DAYS else None


def _is_shorter(length: Length, item: Item) -> bool:
    """The item is nothing but "per week" or "every 28 days", which is longer than the length."""
    period, unit = item.facts.get("period"), str(item.facts.get("period_unit"))
    alone = item.facts.keys() == {"frequency", "period", "period_unit"} and item.facts["frequency"] == Count.of(1)
    if not (alone and isinstance(period, Count) and unit in _DAYS):
        return False
    return length.count.low * _DAYS[length.unit] < period.low * _DAYS[unit]


def _is_missing(reader: Reader, item: Item) -> bool:
    """A reason that something has not been: no stool, no relief."""
    words = item.facts.get("as_needed_for")
    if not isinstance(words, Words) or words.end != item.last:
        return False
    return any(row.key == "negation" for at in range(words.start, words.end) for row in background_at(reader, at))


def _beside(reader: Reader, start: int, end: int) -> bool:
    """Nothing stands between, or "of"."""
    return start == end or any(stop == end for stop, _ in reader.ends("<of>", start))
