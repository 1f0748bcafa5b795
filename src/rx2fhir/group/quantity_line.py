"""A line of its own that says nothing but how much is handed out: the "30 gram" of a printed list of repeats."""

from __future__ import annotations

from collections.abc import Sequence

from rx2fhir.codes import is_product
from rx2fhir.normalize.item import AS_NEEDED, Item
from rx2fhir.normalize.reader import Reader
from rx2fhir.normalize.values import Measure

_LEAST = {"g": 10, "mL": 10}
"""So much of a cream or solution is a pack."""


def is_quantity_line(reader: Reader, items: Sequence[Item], at: int) -> bool:
    """Nothing else stands in the line; the one before says how the product is taken, and the next one nothing of it."""
    item, dose = items[at], items[at].facts["dose"]
    if not (isinstance(dose, Measure) and dose.count.high is None and _is_alone(reader, item)):
        return False
    product = dose.kind == "form" and is_product(str(dose.unit))
    enough = dose.count.low >= _LEAST[str(dose.unit)] if dose.unit in _LEAST else product
    return enough and _is_told(reader, items[:at], item, dose) and not _goes_on(reader, items[at + 1 :], item)


def _is_alone(reader: Reader, item: Item) -> bool:
    """Between line breaks, and not the first line."""
    tokens = reader.tokens
    closed = item.last == len(tokens) or tokens[item.last].text == "\n"
    return item.first > 0 and tokens[item.first - 1].text == "\n" and closed


def _is_told(reader: Reader, before: Sequence[Item], item: Item, dose: Measure) -> bool:
    """The line above names a time, and an amount but of what is spread: "apply thinly twice a day"."""
    line = reader.line(item.first) - 1
    above = [one for one in before if reader.line(one.first) == line]
    amount = any("dose" in one.facts or "scheme" in one.facts for one in above)
    applied = dose.unit == "g" and any(one.kind in ("methods", "instructions", "sites") for one in above)
    timed = any(one.is_timing or one.facts.keys() & AS_NEEDED for one in above)
    return timed and (amount or applied)


def _goes_on(reader: Reader, behind: Sequence[Item], item: Item) -> bool:
    """The next line begins with a time, which could be that of the amount."""
    below = [one for one in behind if reader.line(one.first) == reader.line(item.first) + 1]
    return bool(below) and below[0].is_timing and reader.tokens[below[0].first - 1].text == "\n"
