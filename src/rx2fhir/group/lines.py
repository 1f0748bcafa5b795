"""Lines and sentences behind a drug that tell of something else: "Blood test once a week", "Fever fell on day 3"."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from rx2fhir.group.paragraphs import is_told, opens_line
from rx2fhir.group.segment import Segment
from rx2fhir.normalize.item import Item
from rx2fhir.normalize.reader import Reader
from rx2fhir.normalize.values import Measure

_GIVEN = frozenset(("dose_max", "scheme", "rate", "max_dose"))
_BOUNDS = frozenset(("bounds", "bounds_max", "bounds_start", "bounds_end"))
_LETTER = 250
"""Tokens from which a text is a letter."""

_LED = frozenset(("mark", "methods"))


def without_foreign_lines(reader: Reader, segment: Segment) -> Segment:
    """The segment without the times and lengths of such lines and sentences; they are not read, and so reported."""
    if segment.drug is None or not segment.items:
        return segment
    prose = len(reader.tokens) > _LETTER and not opens_line(reader, segment)
    starts = _starts(reader, segment)
    kept = []
    for line, group in groupby(segment.items, key=lambda item: bisect_right(starts, item.first)):
        items = list(group)
        first = starts[line - 1] if line else 0
        foreign = line and is_told(reader, segment, first) and _is_foreign(reader, items, first, prose)
        kept += [item for item in items if not (foreign and (prose or _is_when(item)))]
    return segment if len(kept) == len(segment.items) else replace(segment, items=tuple(kept))


def _starts(reader: Reader, segment: Segment) -> list[int]:
    """The tokens behind a name at which a line or sentence begins; the dot of "b. B." or "b. Fieber" ends none."""
    first, last = segment.drug.last if segment.drug else 0, segment.items[-1].last
    inside = {at for item in segment.items for at in range(item.first, item.last - 1)}
    places = (at for at in range(first, last - 1) if at not in inside)
    return [at + 1 for at in places if reader.tokens[at].text == "\n" or _ends_sentence(reader, at)]


def _ends_sentence(reader: Reader, at: int) -> bool:
    behind = reader.tokens[at + 1]
    return reader.tokens[at].text == "." and not behind.glued and reader.text[behind.start].isupper()


def _is_foreign(reader: Reader, items: Sequence[Item], first: int, prose: bool) -> bool:
    """No amount, and before a time a word with a capital that nothing reads, or an instruction, begins it.

    In the prose of a letter every sentence with no amount tells of something else.
    """
    if any(_is_given(item) for item in items):
        return False
    if prose or any(item.apart or "status" in item.facts for item in items):
        return prose
    said = [item for item in items if item.kind not in _LED]
    if not any(_is_when(item) for item in said):
        return False
    if items[0].kind == "mark" and items[0].first == first:
        first = items[0].last
    unread = first < said[0].first and reader.tokens[first].is_word
    capital = reader.text[reader.tokens[first].start].isupper()
    return (unread and capital) or ("instruction" in said[0].facts and said[0].first == first and len(said) > 1)


def _is_given(item: Item) -> bool:
    """An amount to take; a bare number or a percentage may be a finding."""
    dose = item.facts.get("dose")
    taken = isinstance(dose, Measure) and dose.kind != "none" and dose.unit != "%"
    return taken or not _GIVEN.isdisjoint(item.facts)


def _is_when(item: Item) -> bool:
    return item.is_timing or not _BOUNDS.isdisjoint(item.facts)
