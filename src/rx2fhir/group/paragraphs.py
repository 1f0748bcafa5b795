"""What of a page belongs to a drug: its paragraph, and the title above it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from rx2fhir.group.sections import Title
from rx2fhir.group.segment import Segment
from rx2fhir.normalize.item import Item
from rx2fhir.normalize.reader import Reader

_TOLD = frozenset("scheme as_needed as_needed_for bounds bounds_max bounds_end status max_dose".split())
_PRODUCT = frozenset(("strength", "form", "amount"))


def in_paragraph(reader: Reader, segment: Segment, ends: Sequence[int]) -> Segment:
    """The segment up to the end of the paragraph in which its dosage stands: what follows is not said of the drug."""
    if segment.drug is None:
        return segment
    low = bisect_left(ends, segment.drug.last)
    segment = _in_number(reader, segment)
    high = bisect_left(ends, segment.last)
    for more, end in enumerate(ends[low:high]):
        if (more or is_told(reader, segment, end)) and not _goes_on(reader, segment.items, end):
            kept = tuple(item for item in segment.items if item.first < end or "shared" in item.facts)
            return replace(segment, items=kept, last=end)
    return segment


def _in_number(reader: Reader, segment: Segment) -> Segment:
    """The segment up to the next number of the list that its drug has a number in."""
    name = segment.drug.first if segment.drug else 0
    marks = [item for item in segment.items if item.kind == "mark" and reader.words[item.first].isdecimal()]
    own = next((int(reader.words[mark.first]) for mark in reversed(marks) if mark.first < name), None)
    for mark in marks:
        if own is not None and mark.first > name and int(reader.words[mark.first]) == own + 1:
            kept = tuple(item for item in segment.items if item.first < mark.first or "shared" in item.facts)
            return replace(segment, items=kept, last=mark.first)
    return segment


def is_told(reader: Reader, segment: Segment, end: int) -> bool:
    """Before the token `end`, a counted form, a scheme, a time or a status is said, or the drug stands in prose.

    A mass alone may be the strength, and what is taken follows.
    """
    said = [item for item in segment.items if item.first < end]
    if any(item.is_timing or item.facts.keys() & _TOLD or _is_counted(item) for item in said):
        return True
    return not (any(item.kind in _PRODUCT for item in said) or opens_line(reader, segment))


def opens_line(reader: Reader, segment: Segment) -> bool:
    """Nothing but a list mark and titles stand before the name."""
    first = segment.drug.first if segment.drug else 0
    while first and reader.tokens[first - 1].text != "\n":
        first -= 1
    known = {at for item in segment.items if "background" in item.facts for at in range(item.first, item.last)}
    return all(at in known for at in range(first, segment.drug.first if segment.drug else 0))


def _is_counted(item: Item) -> bool:
    return getattr(item.facts.get("dose"), "kind", None) == "form"


def _goes_on(reader: Reader, items: Sequence[Item], end: int) -> bool:
    """The next paragraph opens with "then" or "day 3:"."""
    first = next((at for at in range(end, len(reader.tokens)) if reader.tokens[at].text.isalnum()), None)
    if first is None:
        return False
    return bool(reader.ends("<then>", first)) or any(item.first == first and "step" in item.facts for item in items)


def under(heads: Sequence[Title], segment: Segment) -> Segment:
    """The segment with what the title above it says, where it says nothing else of the kind itself."""
    drug = segment.drug
    told = [item for head in heads if drug and head.last <= drug.first < head.stop for item in head.items]
    news = [replace(item, apart=True) for item in told if not _says(segment, item)]
    return replace(segment, items=(*news, *segment.items))


def _says(segment: Segment, told: Item) -> bool:
    """The drug has a time of its own where the title says one, a status or reason of its own where it says these."""
    own = {name for item in segment.items for name in item.facts}
    timed = told.is_timing and any(item.is_timing or "scheme" in item.facts for item in segment.items)
    return timed or not own.isdisjoint(told.facts)
