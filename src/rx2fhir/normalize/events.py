"""Joins what stands side by side and is one event, a length and a meal; parts an amount from an hour behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rx2fhir.normalize.facts import one_offset
from rx2fhir.normalize.item import Item
from rx2fhir.normalize.reader import Reader
from rx2fhir.normalize.values import Length, Measure


def with_events(reader: Reader, items: list[Item]) -> list[Item]:
    """What stands side by side and is one event: `30 min` and `avant le repas`, `le soir` and `au coucher`."""
    found: list[Item] = []
    for item in items:
        before = found[-1] if found else None
        if before and before.last == item.first and _is_bedtime(found, item):
            item.start, item.first, item.facts = before.start, before.first, {**before.facts, **item.facts}
            found.pop()
        elif before and before.last == item.first and _takes_offset(item) and _is_length(reader, before):
            item.facts = one_offset({**item.facts, "offset": _length_of(before)})
            item.start, item.first = before.start, before.first
            found.pop()
            if found and _is_bedtime_behind_comma(reader, found, item):
                item.start, item.first = found[-1].start, found[-1].first
                found.pop()
        found.append(item)
    return found


def _is_bedtime_behind_comma(reader: Reader, found: Sequence[Item], item: Item) -> bool:
    """ "In the evening, 2 hours before bedtime" is one event."""
    behind = found[-1].last
    return (
        item.first in (behind, behind + 1)
        and reader.words[behind] in (",", reader.words[item.first])
        and _is_bedtime(found, item)
    )


def _is_bedtime(found: Sequence[Item], item: Item) -> bool:
    """`every evening` and `at bedtime` side by side are one event, but not in a row of events."""
    before = found[-1]
    in_row = len(found) > 1 and "when" in found[-2].facts and found[-2].last == before.first
    return item.facts.get("when") == ("HS",) and before.facts.get("when") in (("EVE",), ("NIGHT",)) and not in_row


def _takes_offset(item: Item) -> bool:
    events = item.facts.get("when", ())
    return any(event[:2] in ("AC", "PC", "HS", "WA", "PH") for event in events) and "offset" not in item.facts


def _is_length(reader: Reader, item: Item) -> bool:
    """Nothing but a count and a unit of time, or "each" before them."""
    begins = range(item.first, item.last) if "each" in item.facts else (item.first,)
    return _length_of(item) is not None and any(
        end == item.last for at in begins for end, _ in reader.read("duration", at)
    )


def _length_of(item: Item) -> Length | None:
    length = item.facts.get("bounds", item.facts.get("duration"))
    return length if isinstance(length, Length) else None


def with_hours(reader: Reader, items: Sequence[Item]) -> list[Item]:
    """ "Tablets, 1 à 10h" is one at ten o'clock, no course of 1 to 10 hours; "1 à 8h et ½ à 20h" as well."""
    found: list[Item] = []
    for item in items:
        parts = _hour_parts(reader, item) if item.kind == "length" and _leads_hour(found) else None
        found += parts or [item]
    return found


def _leads_hour(found: Sequence[Item]) -> bool:
    """A form, another clock time or a part of the day stands before."""
    before = next((item for item in reversed(found) if "background" not in item.facts), None)
    return before is not None and (before.kind == "form" or bool(before.facts.keys() & {"time_of_day", "when"}))


def _hour_parts(reader: Reader, item: Item) -> list[Item] | None:
    """The amount and the clock time of a number, a word for "at" and a time."""
    for middle, count in reader.read("number", item.first):
        for begin, _ in reader.ends("<at>", middle):
            for end, time in reader.read("time", begin):
                if end == item.last:
                    dose = Measure(count, count_start=item.first, count_end=middle)
                    amount = replace(item, kind="amount", end=reader.tokens[middle - 1].end, last=middle)
                    hour = replace(item, kind="frequency", start=reader.tokens[middle].start, first=middle)
                    return [replace(amount, facts={"dose": dose}), replace(hour, facts={"time_of_day": (time,)})]
    return None
