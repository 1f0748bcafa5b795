"""A dosage in the making."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from rx2fhir.group.clauses import DOSES
from rx2fhir.normalize.item import Item
from rx2fhir.normalize.values import Ceiling, Length, Measure, Site, Words

RHYTHM = ("frequency", "frequency_max", "period", "period_unit")
EVENTS = ("when", "time_of_day", "day_of_week")
CONFLICTS = {
    "frequency": "conflicting-frequency",
    "route": "conflicting-route",
    "rate": "conflicting-dose",
    "bounds": "conflicting-duration",
    "bounds_max": "conflicting-duration",
    "bounds_end": "conflicting-duration",
    "duration": "conflicting-duration",
    "count": "conflicting-duration",
    "when": "conflicting-time",
    "max_dose": "conflicting-maximum",
    "max_per_administration": "conflicting-maximum",
}
"""Facts that a dosage can have once, and the issue where a text gives two."""

_JOINED = ("site", "as_needed_for")
_NO_FACTS = ("instruction", "step", "status", "background", "alternate", "shared", "each", "scale", "days_off", "after")
_HOUR = "h"
_DAYS = {"d": 1, "wk": 7}


@dataclass(slots=True)
class Draft:
    """The facts of a dosage and the item that gave each.

    conflicts: a fact that two items give differently, and the two. stage: 0, 1, 2 of steps in a row; concurrent
    dosages have the same. common: names of the facts that were said before the first step, so that they hold for all.
    carried: facts from an earlier step. headed: its rhythm stands before a colon, so that it holds for all amounts.
    apart: facts that were said in a clause of their own, with no amount.
    """

    facts: dict[str, Any] = field(default_factory=dict)
    sources: dict[str, Item] = field(default_factory=dict)
    instructions: list[Item] = field(default_factory=list)
    conflicts: list[tuple[str, Item, Item]] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    stage: int = 0
    common: tuple[str, ...] = ()
    carried: set[str] = field(default_factory=set)
    headed: bool = False
    apart: set[str] = field(default_factory=set)

    @property
    def has_dose(self) -> bool:
        return not DOSES.isdisjoint(self.facts)

    def carry(self, other: Draft, names: Iterable[str]) -> None:
        """Take over facts of another dosage that this one does not state."""
        for name in names:
            if name in other.facts and name not in self.facts:
                self.facts[name] = other.facts[name]
                self.sources[name] = other.sources[name]
                self.carried.add(name)
        self.common = self.common or other.common

    def take(self, item: Item) -> None:
        """Add an item's facts. Events, sites and reasons add up; a second, different value of another is a conflict."""
        if "offset" in self.facts and _is_any_meal(item):
            item = replace(item, facts={"instruction": "text"})
        self.items.append(item)
        if item.facts.get("step") and not self.common:
            self.common = tuple(self.facts)
        if "instruction" in item.facts:
            self.instructions.append(item)
        for name, value in self._news(item).items():
            self._add(name, value, item)
        heads = len(self.items) == 1 and item.colon and any(name in item.facts for name in RHYTHM)
        self.headed = self.headed or heads

    def _add(self, name: str, value: Any, item: Item) -> None:
        old = self.facts.get(name) if name not in self.carried else None
        if old is not None and name in EVENTS:
            value = _both_days(self.sources[name], item) or tuple(dict.fromkeys((*old, *value)))
        elif old is not None and name in _JOINED and not same(old, value):
            value, item = _joined(old, value), _span(self.sources[name], item)
        elif old is not None and name == "bounds" and "duration" not in self.facts and _are_hours_of_days(old, value):
            self._add_run_time(old, value, item)
            return
        elif old is not None and name in CONFLICTS and not same(old, value):
            self.conflicts.append((name, self.sources[name], item))
            return
        self.facts[name] = value
        self.sources[name] = item
        self.carried.discard(name)

    def _add_run_time(self, old: Length, value: Length, item: Item) -> None:
        """Of "for 1 hour ... for 3 days" the hours are those of one administration."""
        named = {"duration": (old, self.sources["bounds"]), "bounds": (value, item)}
        if value.unit == _HOUR:
            named = {"duration": (value, item), "bounds": (old, self.sources["bounds"])}
        for name, (length, source) in named.items():
            self.facts[name], self.sources[name] = length, source

    def _news(self, item: Item) -> dict[str, Any]:
        """The facts of an item; without a rhythm that the draft contradicts, or that says no more than "daily"."""
        facts = {name: value for name, value in item.facts.items() if name not in _NO_FACTS}
        rhythm = {name: facts[name] for name in RHYTHM if name in facts}
        mine = {name: self.facts[name] for name in RHYTHM if name in self.facts and name not in self.carried}
        if "period" in mine and _is_once(facts):
            del facts["count"]
        if "period" in facts and _is_once(self.facts):
            del self.facts["count"]
        if not rhythm or rhythm == mine:
            return facts
        if not mine or is_daily(mine):
            self._forget(RHYTHM)
            return facts
        if _is_ceiling(rhythm):
            self.facts.setdefault("ceiling", Ceiling(facts["frequency_max"], facts["period"], facts["period_unit"]))
            self.sources.setdefault("ceiling", item)
        elif not is_daily(rhythm):
            self.conflicts.append(("frequency", self.sources[next(iter(mine))], item))
        return {name: value for name, value in facts.items() if name not in RHYTHM}

    def _forget(self, names: Iterable[str]) -> None:
        for name in names:
            self.facts.pop(name, None)


def _both_days(one: Item, two: Item) -> tuple[str, ...]:
    """The days that are named and not taken off: "Mon Wed Fri, not on Fridays"; none where none are taken off."""
    first, second = one.facts.get("day_of_week", ()), two.facts.get("day_of_week", ())
    if "days_off" not in one.facts and "days_off" not in two.facts:
        return ()
    return tuple(day for day in first if day in second)


def _are_hours_of_days(one: Length, two: Length) -> bool:
    """One of two lengths is some hours of a day, the other days or weeks."""
    hours = [length for length in (one, two) if length.unit == _HOUR and (length.count.high or length.count.low) < 24]
    return len(hours) == 1 and {one.unit, two.unit} <= {_HOUR, *_DAYS}


def same(one: Any, two: Any) -> bool:
    """Whether two values of a fact mean the same: 7 days and 1 week, the same amount read at two places."""
    if isinstance(one, Measure) and isinstance(two, Measure):
        return (one.count, one.unit) == (two.count, two.unit)
    if isinstance(one, Length) and isinstance(two, Length):
        return _days(one) == _days(two)
    if isinstance(one, Site) and isinstance(two, Site):
        return one.name == two.name
    return bool(one == two)


def _days(length: Length) -> object:
    factor = _DAYS.get(length.unit)
    high = length.count.high
    if factor is None:
        return (length.count.low, high, length.unit)
    return (length.count.low * factor, high * factor if high is not None else None, "d")


def _joined(one: Any, two: Any) -> Any:
    """Two sites or two reasons as one: from the first word of the one to the last of the other."""
    if isinstance(one, Words) and isinstance(two, Words):
        return Words(one.start, two.end)
    return Site("", one.start, two.end)


def _span(one: Item, two: Item) -> Item:
    return replace(one, end=two.end, last=two.last)


def _is_any_meal(item: Item) -> bool:
    """Nothing but a meal of any time: beside "an hour before bedtime" it is no second event an hour before."""
    return item.facts.keys() == {"when"} and set(item.facts["when"]) <= {"C", "AC", "PC"}


def _is_once(facts: dict[str, Any]) -> bool:
    """`once`: beside a period it is its frequency, "once every 8 hours", not a number of doses."""
    count = facts.get("count")
    return count is not None and count.low == 1 and count.high is None


def _is_ceiling(rhythm: dict[str, Any]) -> bool:
    """ "At most 4 times a day" beside "every 6 hours": no contradiction."""
    return "frequency_max" in rhythm and "frequency" not in rhythm and "period" in rhythm


def is_daily(rhythm: dict[str, Any]) -> bool:
    """`daily`, `every day`: no contradiction to "3 times" or "at 8 o'clock"."""
    frequency, period = rhythm.get("frequency"), rhythm.get("period")
    if frequency is None or period is None or "frequency_max" in rhythm:
        return False
    return frequency.low == 1 and frequency.high is None and period.low == 1 and rhythm.get("period_unit") == "d"
