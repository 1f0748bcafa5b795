"""Parts of a day, and other days, at which nothing is taken: "midi : -", "nothing at noon", "rien les autres jours"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rx2fhir.normalize.item import Item
from rx2fhir.normalize.reader import Reader
from rx2fhir.normalize.values import PARTS, Count, Measure

_DASHES = frozenset("-/")
_ENDS = frozenset("\n,;|")
_MEALS = frozenset(("CM", "CD", "CV", "PCM", "PCD", "PCV"))
"""With or after a meal; nothing before one is to be fasting."""

_OTHER_DAYS = {"day_of_week": ("other",)}

_LONGEST = 3
"""Tokens of a word for nothing."""


def with_empty_slots(reader: Reader, items: Sequence[Item]) -> list[Item]:
    """The items with an amount of nought at each such part of the day, or on the other days."""
    timed = {item.first for item in items if "when" in item.facts}
    found: list[Item] = []
    for item in items:
        end = _empty_end(reader, item, timed) if _may_be_empty(item) else None
        start = _empty_start(reader, item) if _may_be_empty(item) else None
        if end is not None:
            nothing = Measure(Count.of(0), count_start=item.last, count_end=end)
            item = replace(item, last=end, end=reader.tokens[end - 1].end, facts={**item.facts, "dose": nothing})
        elif start is not None:
            found = [one for one in found if one.first < start]
            nothing = Measure(Count.of(0), count_start=start, count_end=item.first)
            item = replace(item, first=start, start=reader.tokens[start].start, facts={**item.facts, "dose": nothing})
        if not (found and item.first < found[-1].last):
            found.append(item)
    return found


def _may_be_empty(item: Item) -> bool:
    """Nothing but a part of the day, or the other days."""
    return item.facts.keys() == {"when"} or item.facts == _OTHER_DAYS


def _empty_end(reader: Reader, item: Item, timed: set[int]) -> int | None:
    """Behind the dash or word for nothing that fills the slot; what follows must be another slot, or an end."""
    at = item.last + item.colon
    if at >= len(reader.tokens):
        return None
    words = [end for end, _ in reader.ends("<nothing>", at)]
    if not words and (reader.words[at] in _DASHES or (reader.words[at] == "0" and not reader.figure_goes_on(at + 1))):
        words = [at + 1]
    return next((end for end in words if _is_over(reader, end, timed if item.colon else set())), None)


def is_empty_slot(item: Item) -> bool:
    """ "Midi : rien": nothing is taken then, which no element says."""
    dose = item.facts.get("dose")
    empty = isinstance(dose, Measure) and dose.count == Count.of(0)
    return empty and not {"when", "day_of_week"}.isdisjoint(item.facts)


def _empty_start(reader: Reader, item: Item) -> int | None:
    """The word for nothing directly before a part of the day: behind a comma or the like, or first of all."""
    if not (PARTS | _MEALS).issuperset(item.facts.get("when", ())):
        return None
    for start in range(max(item.first - _LONGEST, 0), item.first):
        opened = start == 0 or reader.tokens[start - 1].text in _ENDS or bool(reader.ends("<and>", start - 1))
        if opened and any(end == item.first for end, _ in reader.ends("<nothing>", start)):
            return start
    return None


def _is_over(reader: Reader, at: int, timed: set[int]) -> bool:
    return at >= len(reader.tokens) or reader.tokens[at].text in _ENDS or at in timed
