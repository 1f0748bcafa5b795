"""Lines below a drug that tell of something else: "Blood test once a week", "Visit by the nurse every 2 days"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from rx2fhir.group.paragraphs import is_told
from rx2fhir.group.segment import Segment
from rx2fhir.normalize.item import Item
from rx2fhir.normalize.reader import Reader

_AMOUNTS = frozenset(("dose", "dose_max", "scheme", "rate", "status", "max_dose"))
_BOUNDS = frozenset(("bounds", "bounds_max", "bounds_start", "bounds_end"))
_LED = frozenset(("mark", "methods"))


def without_foreign_lines(reader: Reader, segment: Segment) -> Segment:
    """The segment without the times and lengths of such lines; they are not read, and so reported."""
    if segment.drug is None:
        return segment
    own, kept = reader.line(segment.drug.last - 1), []
    for line, group in groupby(segment.items, key=lambda item: reader.line(item.first)):
        items = list(group)
        foreign = line > own and _is_foreign(reader, items) and is_told(reader, segment, items[0].first)
        kept += [item for item in items if not (foreign and _is_when(item))]
    return segment if len(kept) == len(segment.items) else replace(segment, items=tuple(kept))


def _is_when(item: Item) -> bool:
    return item.is_timing or not _BOUNDS.isdisjoint(item.facts)


def _is_foreign(reader: Reader, items: Sequence[Item]) -> bool:
    """No amount, and before a time a word with a capital that nothing reads, or an instruction, opens the line."""
    if any(item.apart or item.facts.keys() & _AMOUNTS for item in items):
        return False
    first = reader.line_start(items[0].first)
    said = [item for item in items if item.kind not in _LED]
    if not any(_is_when(item) for item in said):
        return False
    while items and first < len(reader.tokens) and items[0].kind == "mark" and items[0].first == first:
        first, items = items[0].last, items[1:]
    unread = first < said[0].first and reader.tokens[first].is_word
    capital = reader.text[reader.tokens[first].start].isupper()
    return (unread and capital) or ("instruction" in said[0].facts and said[0].first == first and len(said) > 1)
