"""A dosage in the making."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from rx2fhir.normalize.facts import Item

RHYTHM = ("frequency", "frequency_max", "period", "period_unit")
EVENTS = ("when", "time_of_day", "day_of_week")
_NO_FACTS = ("instruction", "step", "status", "background")


@dataclass(slots=True)
class Draft:
    """The facts of a dosage and the item that gave each.

    conflicts: items that say two different rhythms. step: it is one of several in a row. common: names of the facts
    that were said before the first step, so that they hold for all. carried: facts from an earlier step.
    headed: its rhythm stands before a colon, so that it holds for all amounts that follow.
    """

    facts: dict[str, Any] = field(default_factory=dict)
    sources: dict[str, Item] = field(default_factory=dict)
    instructions: list[Item] = field(default_factory=list)
    conflicts: list[tuple[Item, Item]] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    step: bool = False
    common: tuple[str, ...] = ()
    carried: set[str] = field(default_factory=set)
    headed: bool = False

    @property
    def has_dose(self) -> bool:
        return "dose" in self.facts or "scheme" in self.facts

    def carry(self, other: Draft, names: Iterable[str]) -> None:
        """Take over facts of another dosage that this one does not state."""
        for name in names:
            if name in other.facts and name not in self.facts:
                self.facts[name] = other.facts[name]
                self.sources[name] = other.sources[name]
                self.carried.add(name)
        self.common = self.common or other.common

    def take(self, item: Item) -> None:
        """Add an item's facts. Events add up; a second, different rhythm is a conflict."""
        self.items.append(item)
        if item.facts.get("step") and not self.common:
            self.step, self.common = True, tuple(self.facts)
        if "instruction" in item.facts:
            self.instructions.append(item)
        for name, value in self._news(item).items():
            if name in EVENTS and name not in self.carried:
                value = tuple(dict.fromkeys((*self.facts.get(name, ()), *value)))
            self.facts[name] = value
            self.sources[name] = item
            self.carried.discard(name)
        self.headed = self.headed or (
            len(self.items) == 1 and item.colon and any(name in item.facts for name in RHYTHM)
        )

    def _news(self, item: Item) -> dict[str, Any]:
        """The facts of an item that this draft does not contradict."""
        facts = {name: value for name, value in item.facts.items() if name not in _NO_FACTS}
        rhythm = {name: facts[name] for name in RHYTHM if name in facts}
        mine = {name: self.facts[name] for name in RHYTHM if name in self.facts and name not in self.carried}
        if "period" in mine and _is_once(facts):
            del facts["count"]
        if rhythm and mine and rhythm != mine:
            if _is_daily(mine):
                self._forget(mine)
            elif not _is_daily(rhythm):
                self.conflicts.append((self.sources[next(iter(mine))], item))
            if not _is_daily(mine):
                facts = {name: value for name, value in facts.items() if name not in RHYTHM}
        elif rhythm:
            self._forget(name for name in RHYTHM if name in self.carried)
        if "period" in facts and _is_once(self.facts):
            del self.facts["count"]
        return facts

    def _forget(self, names: Iterable[str]) -> None:
        for name in list(names):
            self.facts.pop(name, None)


def _is_once(facts: dict[str, Any]) -> bool:
    """`once`: beside a period it is its frequency, "once every 8 hours", not a number of doses."""
    count = facts.get("count")
    return count is not None and count.low == 1 and count.high is None


def _is_daily(rhythm: dict[str, Any]) -> bool:
    """`daily`, `every day`: no contradiction to "3 times" or "at 8 o'clock"."""
    frequency, period = rhythm.get("frequency"), rhythm.get("period")
    once = frequency is not None and frequency.low == 1 and frequency.high is None
    return (
        once
        and period is not None
        and period.low == 1
        and rhythm.get("period_unit") == "d"
        and "frequency_max" not in rhythm
    )
