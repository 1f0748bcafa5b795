"""Turns a reading into an item: named facts with the span and the rule they come from."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from rx2fhir.means import WEEKDAYS
from rx2fhir.normalize.advice import is_advice
from rx2fhir.normalize.item import Item
from rx2fhir.normalize.match import Match
from rx2fhir.normalize.matches import background_at
from rx2fhir.normalize.reader import Reader
from rx2fhir.normalize.slot import resolve
from rx2fhir.normalize.values import Count, Length, Measure, Part, Site, Slots, Words
from rx2fhir.packrows import Row


def item_of(reader: Reader, match: Match) -> Item:
    """The item of a reading that was chosen."""
    start, end = reader.tokens[match.start].start, reader.tokens[match.end - 1].end
    item = Item(match.kind, start, end, match.start, match.end, match.rule, marker_end=end)
    item.colon = match.end < len(reader.tokens) and reader.tokens[match.end].text == ":"
    before = reader.words[max(match.start - 4, 0) : match.start]
    item.bracketed = "(" in before and ")" not in before
    item.facts = _row_facts(reader, match.row, match) if match.row else _value_facts(match)
    for value in match.values.values():
        if isinstance(value, Words) and value.start > match.start:
            item.marker_end = reader.tokens[value.start - 1].end
    return item


def _row_facts(reader: Reader, row: Row, match: Match) -> dict[str, Any]:
    if match.kind == "background":
        said = {name: _typed(name, value) for name, value in resolve(row, match.values).items()}
        old = {"old_dose": match.values["amount"]} if "amount" in match.values else {}
        return {"background": row.key, **said, **old}
    facts = _meaning(resolve(row, match.values)) if row.slots else dict(_fixed(row))
    if facts.get("as_needed_for") is True:
        facts["as_needed_for"] = _own_words(reader, match)
    if is_advice(reader, match.start, facts.get("as_needed_for")):
        return {"instruction": "text"}
    if isinstance(facts.get("site"), str):
        facts["site"] = Site(facts["site"], match.start, match.end)
    return facts


def _own_words(reader: Reader, match: Match) -> Words:
    """The words of a reading, without a preposition before them: "moderate pain 4-6" of "for moderate pain 4-6"."""
    start = match.start
    while start < match.end - 1 and any(row.key == "filler" for row in background_at(reader, start)):
        start += 1
    return Words(start, match.end)


@cache
def _fixed(row: Row) -> dict[str, Any]:
    """What a row without slots means, wherever it stands."""
    return _meaning(row.means)


def _meaning(means: Mapping[str, Any]) -> dict[str, Any]:
    facts = {name: _typed(name, value) for name, value in means.items()}
    return _hours_after(one_offset(lengths(_numbered(_excepted(facts)))))


def _hours_after(facts: dict[str, Any]) -> dict[str, Any]:
    """ "2 tablets, then 1 after 8 hours": no step lasts hours; how long to wait is said to the patient."""
    after = facts.get("after")
    if not isinstance(after, Length) or after.unit in _LONG:
        return facts
    return {**{name: value for name, value in facts.items() if name != "after"}, "instruction": "text"}


def _excepted(facts: dict[str, Any]) -> dict[str, Any]:
    """ "Except on Sundays" is on the other days, or on the others of those that are named."""
    days = facts.get("days_off")
    named = facts.get("day_of_week", WEEKDAYS)
    return {**facts, "day_of_week": tuple(day for day in named if day not in days)} if days else facts


def _numbered(facts: dict[str, Any]) -> dict[str, Any]:
    """Days, weeks or months of a course by their numbers say how long: days 2-5 are four days."""
    first, last = facts.get("nth"), facts.get("nth_last")
    if first is None:
        return facts
    kept = {name: value for name, value in facts.items() if name not in ("nth", "nth_last", "nth_unit")}
    if not isinstance(first, Count):
        return kept
    end = last.low if isinstance(last, Count) else first.high or first.low
    size = end - first.low + 1
    return {**kept, "bounds": Length(Count(size), facts["nth_unit"])} if size >= 1 and first.whole else kept


def lengths(facts: dict[str, Any]) -> dict[str, Any]:
    """No course lasts minutes, no infusion weeks: "for 30 minutes" is a duration, "over 2 weeks" are bounds."""
    for name, other, units in (("bounds", "duration", _SHORT), ("duration", "bounds", _LONG)):
        length: Length | None = facts.get(name)
        if length and length.unit in units and other not in facts:
            return {**{key: value for key, value in facts.items() if key != name}, other: length}
    return facts


_SHORT, _LONG = ("s", "min"), ("d", "wk", "mo", "a")
_COUNTS = frozenset(("frequency", "frequency_max", "period", "max_per", "count", "nth", "nth_last", "repeats"))
_LENGTHS = frozenset(("bounds", "bounds_max", "duration", "offset", "supply", "after"))
_AMOUNTS = frozenset(("dose", "dose_max", "max_dose", "max_per_administration", "max_per_lifetime", "dispensed"))
_LISTS = frozenset(("when", "day_of_week", "days_off", "time_of_day"))


def _typed(name: str, value: Any) -> Any:
    """A value of a row in the type of its field; slots have it already, literals of the pack are made so."""
    if name in _COUNTS and isinstance(value, (int, float)):
        return Count.of(value)
    if name in _LENGTHS and isinstance(value, str):
        return Length.of(value)
    if name in _AMOUNTS and not isinstance(value, Measure):
        return Measure(value if isinstance(value, Count) else Count.of(value))
    if name in _LISTS:
        return (value,) if isinstance(value, str) else tuple(value)
    return value


_RATE_ENDS = ("/h", "/min", "/d")


def _value_facts(match: Match) -> dict[str, Any]:
    value = match.value
    if match.kind in ("mark", "weight", "header"):
        return {"background": "heading" if match.kind == "header" else match.kind}
    if isinstance(value, Measure):
        return {"rate" if str(value.unit).endswith(_RATE_ENDS) else "dose": value}
    if isinstance(value, Length):
        return lengths({"bounds": value})
    if isinstance(value, Slots):
        return {"scheme": value}
    if match.kind == "strength":
        parts: tuple[Part, ...] = value
        return {"strength": parts}
    if match.kind == "form_count":
        form, form_end, count = value
        return {"dose": Measure(count, form, "form", form_end, match.end, match.start, form_end)}
    return {"form": value}


def one_offset(facts: dict[str, Any]) -> dict[str, Any]:
    """Timing has one offset: of "1-2 h before meals" the least is coded, and the words are said to the patient."""
    offset = facts.get("offset")
    if not isinstance(offset, Length) or offset.count.high is None:
        return facts
    return {**facts, "offset": Length(Count(offset.count.low), offset.unit), "instruction": "text"}
