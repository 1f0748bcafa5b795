"""Turns the chosen readings of a text into facts: named values with the span and the rule they come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from rx2fhir.codes import is_product
from rx2fhir.means import WEEKDAYS
from rx2fhir.normalize.advice import is_advice
from rx2fhir.normalize.empty import with_empty_slots
from rx2fhir.normalize.inside import with_lengths_inside
from rx2fhir.normalize.item import Item
from rx2fhir.normalize.match import Match
from rx2fhir.normalize.matches import background_at
from rx2fhir.normalize.reader import Reader
from rx2fhir.normalize.scales import read_scales
from rx2fhir.normalize.slots import resolve
from rx2fhir.normalize.titles import without_titles
from rx2fhir.normalize.values import Count, Length, Measure, Part, Site, Slots, Words
from rx2fhir.packrows import Row


def read_items(reader: Reader, matches: Sequence[Match], drugs: Sequence[tuple[int, int]] = ()) -> list[Item]:
    """The items of a text in order; a duration before a `when` is its offset. drugs: token spans of names."""
    items = _with_hours(reader, _events(reader, [_item(reader, match) for match in matches]))
    items = with_empty_slots(reader, read_scales(reader, items, drugs))
    starts = {item.first for item in items} | {first for first, _ in drugs}
    ends = {item.last for item in items} | {last for _, last in drugs}
    denied = {item.last for item in items if item.facts.get("background") == "negation"}
    denied |= {at + 1 for at, word in enumerate(reader.words) if word in _COMPARED and not _is_doubled(reader, at)}
    kept = [item for item in items if not (_is_denied(item, denied) or _is_clock(item))]
    doses = {item.first for item in items if _hides_count(reader, item)}
    names = {last for _, last in drugs}
    kept = [_with_modifier(reader, item) if item.first in names else item for item in kept]
    kept = [
        item
        for item in kept
        if not (_is_beside_dose(item, doses, names) or _dangles(reader, item, starts, ends, names))
    ]
    kept = [_with_reason(reader, item, starts) for item in kept]
    return without_titles(reader, with_lengths_inside(reader, kept), starts)


def _with_hours(reader: Reader, items: Sequence[Item]) -> list[Item]:
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


def _with_modifier(reader: Reader, item: Item) -> Item:
    """A bare number behind a name takes the word of the product behind it: "Téralithe 400 LP"."""
    dose = item.facts.get("dose")
    ends = reader.ends("form_modifiers", item.last) if isinstance(dose, Measure) and dose.kind == "none" else ()
    if not ends or item.last >= len(reader.tokens):
        return item
    return replace(item, last=ends[0][0], end=reader.tokens[ends[0][0] - 1].end)


def _hides_count(reader: Reader, item: Item) -> bool:
    """An amount, but for the strength of "two 500 mg tablets": what stands before that counts the tablets."""
    dose = item.facts.get("dose")
    forms = reader.ends("forms", item.last) if item.last < len(reader.tokens) else ()
    return (
        isinstance(dose, Measure) and dose.count_start == item.first and not any(is_product(form) for _, form in forms)
    )


def _is_beside_dose(item: Item, doses: set[int], names: set[int]) -> bool:
    """Two amounts with nothing between, as in "150-200 2 units" of a sliding scale: the first counts something else."""
    dose = item.facts.get("dose")
    bare = isinstance(dose, Measure) and dose.kind == "none" and item.kind == "amount"
    return bare and item.last in doses and item.first not in names


_COMPARED = frozenset("<>≤≥=")


def _is_denied(item: Item, denied: set[int]) -> bool:
    """ "Not 2 tablets" is no dose of two tablets."""
    return item.first in denied and ("dose" in item.facts or "scheme" in item.facts)


def _is_clock(item: Item) -> bool:
    """A bare "20 h" is rather a clock time than a course: not read, and so reported."""
    length = item.facts.get("bounds")
    return item.kind == "length" and isinstance(length, Length) and length.unit == "h" and length.count.low <= 24


def _with_reason(reader: Reader, item: Item, starts: set[int]) -> Item:
    """ "If needed (pain)": words in brackets that nothing reads are the reason."""
    tokens, first = reader.tokens, item.last + 1
    if "as_needed" not in item.facts or "as_needed_for" in item.facts or first >= len(tokens):
        return item
    end = next((at for at in range(first, min(first + 8, len(tokens))) if tokens[at].text == ")"), first)
    if tokens[item.last].text != "(" or end == first or any(at in starts for at in range(first, end)):
        return item
    facts = {**item.facts, "as_needed_for": Words(first, end)}
    return replace(item, facts=facts, last=end + 1, end=tokens[end].end)


_LONGEST = 4
"""Tokens of words that compare."""

_YEARS = 1000
"""A bare number from here on is rather a year or the number of something than an amount."""


def _dangles(reader: Reader, item: Item, starts: set[int], ends: set[int], names: set[int]) -> bool:
    """A bare number beside a word that nothing reads: what it counts is not known, so it is no dose."""
    if item.kind == "length":  # "an appointment within 6 weeks" is no course of 6 weeks
        unread = bool(item.first) and reader.tokens[item.first - 1].is_word and item.first not in ends
        return unread or _is_compared(reader, item)
    dose = item.facts.get("dose")
    if not isinstance(dose, Measure) or item.kind != "amount":
        return False
    earlier = range(max(item.first - 2, 0), item.first)
    timed = any(end == item.first for at in earlier for end, _ in reader.ends("<at>", at))
    if dose.kind != "none":  # "at 8 and ½ tablet" is no 8½ tablets
        return timed and dose.count.low > 1 and not dose.count.whole
    if item.bracketed or timed or (dose.count.low >= _YEARS and item.first not in names):
        return True
    tokens, last = reader.tokens, item.last
    then = any(end == item.first for at in earlier for end, _ in reader.ends("<then>", at))
    if item.first and tokens[item.first - 1].is_word and item.first not in ends and not then:
        return True
    if item.first > 1 and tokens[item.first - 1].text == "-" and tokens[item.first - 2].is_number:
        return True
    unread = last < len(tokens) and (tokens[last].is_word or tokens[last].text == "°") and last not in starts
    return unread or (reader.figure_goes_on(last) and last not in starts)  # the /12 h of "500/12 h" is read


def _is_doubled(reader: Reader, at: int) -> bool:
    """`>> 1-0-1 <<`, a mark of printed prescriptions."""
    return reader.words[at] in (reader.words[at - 1], reader.words[at + 1])


def _is_compared(reader: Reader, item: Item) -> bool:
    """ "If the pain lasts more than 3 days" sets no end."""
    before = range(max(item.first - _LONGEST, 0), item.first)
    return reader.words[item.first - 1] in _COMPARED or any(
        end == item.first for at in before for end, _ in reader.ends("<compared>", at)
    )


def _item(reader: Reader, match: Match) -> Item:
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
    return _hours_after(_one_offset(lengths(_numbered(_excepted(facts)))))


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


def _events(reader: Reader, items: list[Item]) -> list[Item]:
    """What stands side by side and is one event: `30 min` and `avant le repas`, `le soir` and `au coucher`."""
    found: list[Item] = []
    for item in items:
        before = found[-1] if found else None
        if before and before.last == item.first and _is_bedtime(found, item):
            item.start, item.first, item.facts = before.start, before.first, {**before.facts, **item.facts}
            found.pop()
        elif before and before.last == item.first and _takes_offset(item) and _is_length(reader, before):
            item.facts = _one_offset({**item.facts, "offset": _length_of(before)})
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


def _one_offset(facts: dict[str, Any]) -> dict[str, Any]:
    """Timing has one offset: of "1-2 h before meals" the least is coded, and the words are said to the patient."""
    offset = facts.get("offset")
    if not isinstance(offset, Length) or offset.count.high is None:
        return facts
    return {**facts, "offset": Length(Count(offset.count.low), offset.unit), "instruction": "text"}


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
