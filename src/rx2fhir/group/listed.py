"""A status said once for several drugs: "Stop ramipril and naproxen 500 mg", "Stopped: ramipril 5 mg od, aspirin"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from rx2fhir.group.segment import Segment
from rx2fhir.normalize.item import Item
from rx2fhir.normalize.reader import Reader

_JOINTS = frozenset(",/+&")
_ENDS = frozenset(".\n")
_PRODUCT = frozenset(("strength", "form", "amount", "background"))


def with_listed_status(reader: Reader, segments: Sequence[Segment]) -> list[Segment]:
    """The segments, each with the status that stands before the first drug of its list, where it has nothing else."""
    found = list(segments)
    for at, (one, two) in enumerate(pairwise(segments)):
        told = _leading(found[at])
        listed = _is_joined(reader, one, two) and _says_nothing(reader, two)
        if told and (listed or _is_titled(reader, told, one, two)):
            found[at + 1] = replace(two, items=(replace(told, apart=True), *two.items))
    return found


def _leading(segment: Segment) -> Item | None:
    """The status before the drug that says it is not taken."""
    name = segment.drug.first if segment.drug else 0
    said = (item for item in segment.items if item.last <= name)
    return next((item for item in said if item.facts.get("status", "active") != "active"), None)


def _is_titled(reader: Reader, told: Item, one: Segment, two: Segment) -> bool:
    """Behind a colon, the status is that of all drugs of the line, up to another status or a full stop."""
    if two.drug is None or reader.words[told.last] != ":" or any("status" in item.facts for item in two.items):
        return False
    read = {at for item in (*one.items, *two.items) for at in range(item.first, item.last)}
    between = [at for at in range(told.last, two.drug.first) if at not in read]
    return not any(reader.words[at] in _ENDS and reader.words[at + 1] not in _JOINTS for at in between)


def _says_nothing(reader: Reader, segment: Segment) -> bool:
    """Nothing but the product stands in the line of the drug."""
    line = reader.line(segment.drug.first) if segment.drug else 0
    return all(item.kind in _PRODUCT or reader.line(item.first) != line for item in segment.items)


def _is_joined(reader: Reader, one: Segment, two: Segment) -> bool:
    """On one line, with nothing but strengths, forms, commas and "and" between the names."""
    if one.drug is None or two.drug is None:
        return False
    known = {at for item in (*one.items, *two.items) if item.kind in _PRODUCT for at in range(item.first, item.last)}
    between = range(one.drug.last, two.drug.first)
    joints = {at for at in between if reader.words[at] in _JOINTS or reader.ends("<and>", at)}
    return bool(joints) and joints | known >= set(between)
