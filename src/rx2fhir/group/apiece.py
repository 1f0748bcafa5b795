"""How several drugs in a row are taken, said once behind the last: "A 1000 mg + B 400 mg, each 1-0-1 for 7 days"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rx2fhir.group.segment import Segment
from rx2fhir.normalize.item import Item
from rx2fhir.normalize.reader import Reader
from rx2fhir.normalize.values import Measure

_ENDS = frozenset("\n;.")
_NAMED = frozenset(("strength", "form", "background", "mark"))
"""Kinds of items that say what a product is."""
_JOINTS = frozenset("/+")
_PIECES = ("tablet", "capsule", "piece")


def with_apiece(reader: Reader, found: Sequence[Segment]) -> list[Segment]:
    """The segments; what stands behind a word for "each of them" is said of the drugs before it as well."""
    segments = list(found)
    apiece = reader.starts("<apiece>")
    for at in range(len(segments) - 1, 0, -1):
        told = (_told(reader, segments[at]) if apiece else ()) or _told_of_both(reader, segments[at])
        while told and at and _is_bare(segments[at - 1]) and _is_near(reader, segments[at - 1], segments[at]):
            at -= 1
            segments[at] = replace(
                segments[at], items=(*segments[at].items, *(replace(item, apart=True) for item in told))
            )
    return segments


def _told(reader: Reader, segment: Segment) -> tuple[Item, ...]:
    """Behind the word, times and lengths alone, or a count directly behind or before it: "each 1 tablet daily"."""
    if segment.drug is None:
        return ()
    words = [(at, end) for at in range(segment.drug.last, segment.last) for end, _ in reader.ends("<apiece>", at)]
    first, last = words[0] if words else (segment.last, segment.last)
    behind = (item for item in segment.items if item.first >= first and item.last > last)
    told = tuple(item for item in behind if "background" not in item.facts)
    before = tuple(item for item in segment.items if item.last == first and _counts(item)) if words else ()
    if before:
        return before + told  # "1 of each at night"
    timed = told and told[0].first in (first, last) and (told[0].is_timing or "scheme" in told[0].facts)
    doses = [item for item in told if "dose" in item.facts]
    counted = len(doses) == 1 and told[0].first == last and _counts(doses[0])
    pieces = counted and doses[0].facts["dose"].unit in _PIECES
    return told if (timed and not doses) or pieces or (counted and any(item.is_timing for item in told)) else ()


def _counts(item: Item) -> bool:
    """A number of forms, or a bare one."""
    return getattr(item.facts.get("dose"), "kind", None) in ("form", "none")


def _told_of_both(reader: Reader, segment: Segment) -> tuple[Item, ...]:
    """ "Calcium 500 mg/vitamin D3 400 IU 1-0-1": one product, or two that are taken at the same times."""
    if segment.drug is None or reader.words[segment.drug.first - 1] not in _JOINTS:
        return ()
    behind = [item for item in segment.items if item.first >= segment.drug.last and "background" not in item.facts]
    first = next((at for at, item in enumerate(behind) if item.is_timing or "scheme" in item.facts), len(behind))
    return () if any("dose" in item.facts for item in behind[first:]) else tuple(behind[first:])


def _is_bare(segment: Segment) -> bool:
    """A drug and its strength, and nothing of how it is taken."""
    amounts = [item for item in segment.items if item.kind not in _NAMED]
    masses = (item.facts.get("dose") for item in amounts)
    return segment.drug is not None and all(isinstance(dose, Measure) and dose.kind == "measure" for dose in masses)


def _is_near(reader: Reader, one: Segment, two: Segment) -> bool:
    """In one sentence."""
    assert one.drug and two.drug
    return not any(reader.tokens[at].text in _ENDS for at in range(one.drug.last, two.drug.first))
