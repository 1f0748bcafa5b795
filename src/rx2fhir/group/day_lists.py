"""Lists of weekdays that belong to two amounts: "1 tablet Mon-Fri, Sat and Sun 2 tablets"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rx2fhir.group.segment import Segment
from rx2fhir.normalize.item import Item
from rx2fhir.normalize.reader import Reader


def part_days(reader: Reader, segment: Segment) -> Segment:
    """The segment; of weekdays between two amounts, those behind a list that is complete are those of the second."""
    told = [item for item in segment.items if "dose" in item.facts or "day_of_week" in item.facts]
    parts: dict[int, list[Item]] = {}
    for at in range(1, len(told) - 1):
        if _is_between_amounts(told, at):
            parts[told[at].first] = _parts(reader, told[at])
    items = [part for item in segment.items for part in parts.get(item.first, [item])]
    return replace(segment, items=tuple(items)) if parts else segment


def _is_between_amounts(told: Sequence[Item], at: int) -> bool:
    """The days stand behind an amount, and directly before one that has no days behind it."""
    before, days, behind = told[at - 1 : at + 2]
    doses = "dose" in before.facts and "dose" in behind.facts
    last = at + 2 == len(told) or "dose" in told[at + 2].facts
    return doses and last and "dose" not in days.facts and days.last == behind.first


def _parts(reader: Reader, days: Item) -> list[Item]:
    """The days up to a comma behind a range or an "and", and those behind it; else all of them."""
    for at in range(days.first + 1, days.last - 1):
        if reader.words[at] == ",":
            left, right = _read_days(reader, days.first, at), _read_days(reader, at + 1, days.last)
            if left and right and len(left) > reader.words[days.first : at].count(",") + 1:
                one = replace(days, last=at, end=reader.tokens[at - 1].end, facts={**days.facts, "day_of_week": left})
                start = reader.tokens[at + 1].start
                two = replace(days, first=at + 1, start=start, facts={**days.facts, "day_of_week": right})
                return [one, two]
    return [days]


def _read_days(reader: Reader, first: int, last: int) -> tuple[str, ...]:
    """The weekdays of the tokens, which may have a word of their own before them: "from Monday to Friday"."""
    found = (days for at in range(first, last) for end, days in reader.read("weekdays", at) if end == last)
    return next(found, ())
