"""Doses that no dosage can hold stay instructions: "increase by 300 mg every 3 days up to 1800 mg", "half that".

Of a change from one amount to another, a leap is reported.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from rx2fhir.group.changes import CHANGE
from rx2fhir.group.draft import Draft
from rx2fhir.normalize.item import Item
from rx2fhir.normalize.reader import Reader
from rx2fhir.normalize.values import Measure
from rx2fhir.quantity import in_base
from rx2fhir.statement import Issue, Quantity

_MOST_TIMES = 2
"""A dose is doubled or halved at once; more is rather done by steps."""


def titration_issues(reader: Reader, drafts: Sequence[Draft]) -> list[Issue]:
    """An issue for every instruction that changes the dose by an amount: the dosages are those of the beginning."""
    said = {item.first: item for draft in drafts for item in draft.instructions if _changes_dose(reader, item)}
    message = "the dose is to be changed, or is said by another; that stays in the instructions"
    return [Issue("warning", "titration", message, item.start, item.end) for item in said.values()]


def jump_issues(items: Sequence[Item]) -> list[Issue]:
    """ "Tapered from 40 to 5 mg": more than twice the old amount, or less than half of it, is seldom taken at once."""
    message = "from one amount to another: at once or by steps? The last is given"
    return [
        Issue("warning", "titration", message, one.start, two.end)
        for one, two in pairwise(items)
        if one.last == two.first and _is_far(one.facts.get("old_dose"), two.facts.get("dose"))
    ]


def _is_far(old: Any, new: Any) -> bool:
    """Two amounts of which one is more than twice the other; a bare number is in the other's unit."""
    if not (isinstance(old, Measure) and isinstance(new, Measure)):
        return False
    one, two = (in_base(Quantity(dose.count.high or dose.count.low, dose.unit or new.unit)) for dose in (old, new))
    return one.unit == two.unit and max(one.value, two.value) > _MOST_TIMES * min(one.value, two.value)


def _changes_dose(reader: Reader, item: Item) -> bool:
    """A verb of raising or lowering (`<titrate>`) and a number, an amount "less", or one said by another."""
    words = range(item.first, item.last)
    if item.kind == CHANGE or any(reader.ends("<relative>", at) and not _is_denied(reader, at) for at in words):
        return True
    counted = any(reader.read("count", at) for at in words)
    verb = counted and any(reader.ends("<titrate>", at) for at in words)
    return verb or any(reader.ends("<difference>", end) for at in words for end, _ in reader.read("amount", at))


def _is_denied(reader: Reader, at: int) -> bool:
    """ "Do not" stands directly before."""
    before = range(max(at - 2, 0), at)
    return any(end == at and row.key == "negation" for start in before for end, row, _ in reader.rows("closed", start))
