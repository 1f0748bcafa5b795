"""Sliding scales: amounts that hang on a measured value, "BG 150-200: 2 units, 201-250: 4 units, > 250: 6 units".

The value is no dose, and the amount is no dose that is always taken: the value becomes the reason of the amount.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from rx2fhir.normalize.item import Item
from rx2fhir.normalize.reader import Reader
from rx2fhir.normalize.values import Measure, Part, Words
from rx2fhir.text import COMPARED

_POINTERS = frozenset(":=>")
_MOST_BETWEEN = 6
_LONGEST = 4
"""Tokens that compare a number: "au-dessus de" has four."""


def read_scales(reader: Reader, items: Sequence[Item], names: Iterable[tuple[int, int]]) -> list[Item]:
    """The items with the amounts of a sliding scale given for their values. names: token spans of drugs."""
    behind = {last for _, last in names}
    found: list[Item] = []
    for item in items:
        at = _value_at(reader, found, behind) if _is_dose(item) else None
        if at is not None and _points(reader, found[at], item):
            begin = _range_start(reader, found, at)
            begin = at if begin is None else begin
            item = _for_value(reader, replace(found[at], first=found[begin].first), item)
            found = [one for one in found[:begin] if one.last <= item.first]
        found.append(item)
    return found


def _value_at(reader: Reader, found: Sequence[Item], behind: set[int]) -> int | None:
    """Where among the items the value of the next amount stands: last, but for verbs and filler."""
    for at in range(len(found) - 1, -1, -1):
        value = _is_laboratory(reader, found[at]) or _is_value(reader, found[at], behind)
        if value or _range_start(reader, found, at) is not None:
            return at
        if found[at].kind != "methods" and "background" not in found[at].facts:
            break
    return None


def _is_dose(item: Item) -> bool:
    return isinstance(item.facts.get("dose"), Measure) and item.kind in ("amount", "form_count")


def _is_value(reader: Reader, item: Item, behind: set[int]) -> bool:
    """A range or a compared number that counts nothing, or a concentration: 150-200, > 250, 8-10 mmol/L."""
    if item.first in behind and getattr(getattr(item.facts.get("dose"), "count", None), "high", None) is None:
        return False
    compared = bool(_comparison(reader, item))
    parts = item.facts.get("strength")
    if isinstance(parts, tuple):
        return len(parts) == 1 and isinstance(parts[0], Part) and parts[0].per is not None and compared
    dose = item.facts.get("dose")
    if not isinstance(dose, Measure) or "as_needed_for" in item.facts:
        return False
    bare = dose.kind == "none" or (item.last < len(reader.tokens) and reader.tokens[item.last].text == "/")
    return bare and (compared or dose.count.high is not None)


def _range_start(reader: Reader, found: Sequence[Item], at: int) -> int | None:
    """Where the range begins that the concentration ends: the 1.5 of "1.5-2 g/L"."""
    if "strength" not in found[at].facts:
        return None
    earlier = next((index for index in range(at - 1, -1, -1) if "background" not in found[index].facts), None)
    if earlier is None or getattr(found[earlier].facts.get("dose"), "kind", None) != "none":
        return None
    begin, end = found[earlier].last, found[at].first
    dash = end == begin + 1 and reader.tokens[begin].text == "-"
    return earlier if dash or any(stop == end for stop, _ in reader.ends("<to>", begin)) else None


def _comparison(reader: Reader, item: Item) -> int:
    """How many tokens before the number compare it: `>`, `> =`, "above"."""
    for size in range(_LONGEST, 0, -1):
        start = item.first - size
        words = reader.tokens[max(start, 0) : item.first]
        signs = start >= 0 and all(token.text in COMPARED or token.text == "=" for token in words)
        if start >= 0 and (signs or any(end == item.first for end, _ in reader.ends("<compared>", start))):
            return size
    return 0


def _is_laboratory(reader: Reader, item: Item) -> bool:
    """A laboratory value that was taken for boilerplate: "glucose 150-200"; a single number is rather an age."""
    words = [token.text for token in reader.tokens[item.first : item.last]]
    ranged = any(sign in words for sign in ("-", *COMPARED))
    return item.facts.get("background") == "noise" and ranged and words[-1].isnumeric()


def _points(reader: Reader, value: Item, dose: Item) -> bool:
    """A colon, an arrow or a verb stands between the value and the amount, or nothing behind a compared number."""
    between = reader.tokens[value.last : dose.first]
    if len(between) > _MOST_BETWEEN or any(token.text in ",;.\n" for token in between):
        return False
    given = any(reader.ends("methods", at) for at in range(value.last, dose.first))
    return (
        given or any(token.text in _POINTERS for token in between) or bool(not between and _comparison(reader, value))
    )


def _for_value(reader: Reader, value: Item, dose: Item) -> Item:
    start = value.first - (0 if "background" in value.facts else _comparison(reader, value))
    end = value.last
    while end < dose.first and reader.tokens[end].text not in _POINTERS and not reader.ends("methods", end):
        end += 1
    facts = {**dose.facts, "as_needed_for": Words(start, end), "scale": True}
    return replace(dose, first=start, start=reader.tokens[start].start, facts=facts)
