"""Two ways to take a drug, of which one is meant: "1 tablet twice daily or 2 tablets once daily"."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from rx2fhir.group.clauses import is_dose
from rx2fhir.group.draft import Draft
from rx2fhir.normalize.item import Item
from rx2fhir.normalize.reader import Reader
from rx2fhir.statement import Issue

_MOST_BETWEEN = 5
"""Tokens: ", or else take"."""


def alternative_issues(reader: Reader, drafts: Sequence[Draft]) -> list[Issue]:
    """An issue for each amount or time behind `<or>`: both stay in the result, and nobody takes both."""
    said = sorted({item.first: item for draft in drafts for item in draft.items}.values(), key=lambda item: item.first)
    message = "one of two ways to take it is meant; both are given"
    return [
        Issue("warning", "alternatives", message, one.start, two.end)
        for one, two in pairwise(said)
        if _is_taken(one) and _is_taken(two) and _is_or(reader, one.last, two.first)
    ]


def _is_taken(item: Item) -> bool:
    """Says how much, or when."""
    return is_dose(item) or item.is_timing


def _is_or(reader: Reader, start: int, end: int) -> bool:
    """The word stands between, near both and on their line."""
    near = end - start <= _MOST_BETWEEN and reader.line(start - 1) == reader.line(end)
    return near and any(reader.ends("<or>", at) for at in range(start, end))
