"""Doses that no dosage can hold stay instructions: "increase by 300 mg every 3 days up to 1800 mg", "half that"."""

from __future__ import annotations

from collections.abc import Sequence

from rx2fhir.group.draft import Draft
from rx2fhir.normalize.item import Item
from rx2fhir.normalize.reader import Reader
from rx2fhir.statement import Issue


def titration_issues(reader: Reader, drafts: Sequence[Draft]) -> list[Issue]:
    """An issue for every instruction that changes the dose by an amount: the dosages are those of the beginning."""
    said = {item.first: item for draft in drafts for item in draft.instructions if _changes_dose(reader, item)}
    message = "the dose is to be changed, or is said by another; that stays in the instructions"
    return [Issue("warning", "titration", message, item.start, item.end) for item in said.values()]


def _changes_dose(reader: Reader, item: Item) -> bool:
    """A verb of raising or lowering (`<titrate>`) and a number, an amount "less", or one said by another."""
    words = range(item.first, item.last)
    if any(reader.ends("<relative>", at) and not _is_denied(reader, at) for at in words):
        return True
    counted = any(reader.read("count", at) for at in words)
    verb = counted and any(reader.ends("<titrate>", at) for at in words)
    return verb or any(reader.ends("<difference>", end) for at in words for end, _ in reader.read("amount", at))


def _is_denied(reader: Reader, at: int) -> bool:
    """ "Do not" stands directly before."""
    before = range(max(at - 2, 0), at)
    return any(end == at and row.key == "negation" for start in before for end, row, _ in reader.rows("closed", start))
