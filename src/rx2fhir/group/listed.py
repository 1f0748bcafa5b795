"""What is said once for several drugs: "Stop ramipril and naproxen 500 mg", "Morning: ramipril 5 mg, aspirin 75 mg"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from rx2fhir.group.segment import Segment
from rx2fhir.normalize.item import AS_NEEDED, Item
from rx2fhir.normalize.reader import Reader
from rx2fhir.normalize.values import MEALS

_JOINTS = frozenset(",/+&")
_ENDS = frozenset(".\n")
_PRODUCT = frozenset(("strength", "form", "amount", "background"))


def with_listed(reader: Reader, segments: Sequence[Segment]) -> list[Segment]:
    """The segments, each with the status, the time or "as needed" that stands before the first drug of its list."""
    return _with_need(reader, _with_times(reader, _with_status(reader, segments)))


def _with_need(reader: Reader, segments: Sequence[Segment]) -> list[Segment]:
    """ "PRN: morphine 5 mg 4-hourly, cyclizine 50 mg": behind a colon, all drugs of the line are taken as needed."""
    found = list(segments)
    told: Item | None = None
    for at, (one, two) in enumerate(pairwise(segments)):
        told = _needed(one) or told
        if told is None or not _goes_on(reader, told, one, two):
            told = None
        elif all(AS_NEEDED.isdisjoint(item.facts) for item in two.items):
            found[at + 1] = replace(two, items=(replace(told, apart=True), *two.items))
    return found


def _needed(segment: Segment) -> Item | None:
    """The "as needed" with a colon that stands before the drug."""
    name = segment.drug.first if segment.drug else 0
    said = (item for item in segment.items if item.facts.keys() <= AS_NEEDED)
    return next((item for item in said if item.colon and item.last <= name), None)


def _goes_on(reader: Reader, told: Item, one: Segment, two: Segment) -> bool:
    """The second drug stands in the line of what was told, and in the sentence of the first."""
    if one.drug is None or two.drug is None or reader.line(told.first) != reader.line(two.drug.first):
        return False
    read = {at for item in (*one.items, *two.items) for at in range(item.first, item.last)}
    return not any(reader.words[at] in ".;" and at not in read for at in range(one.drug.last, two.drug.first))


def _with_times(reader: Reader, segments: Sequence[Segment]) -> list[Segment]:
    """A time with a colon, "morning:", is that of all drugs behind it that have nothing but their amounts.

    So it is of the drugs in the lines below that hang beside it.
    """
    found = list(segments)
    for at, (one, two) in enumerate(pairwise(segments)):
        told = _titles(found[at])
        listed = _is_joined(reader, one, two) and _says_nothing(reader, two)
        if told and (listed or _hangs(reader, told, two)):
            found[at + 1] = replace(two, items=(*(replace(item, apart=True) for item in told), *two.items))
    return found


def _hangs(reader: Reader, told: Sequence[Item], segment: Segment) -> bool:
    """A line that begins further right than that of the time, and has no time: the drug below "8 am : ramipril"."""
    name = segment.drug.first if segment.drug else 0
    timed = any(item.is_timing and not (item.apart or _is_any_meal(item)) for item in segment.items)
    return not timed and _opens_line(reader, name) and _margin(reader, name) > _margin(reader, told[0].first)


def _is_any_meal(item: Item) -> bool:
    """A meal of any time, which says no more than the time in front."""
    return item.facts.keys() == {"when"} and MEALS.issuperset(item.facts["when"])


def _opens_line(reader: Reader, at: int) -> bool:
    return at > 0 and reader.words[at - 1] == "\n"


def _margin(reader: Reader, at: int) -> int:
    """The blanks before the line of a token."""
    start = reader.text.rfind("\n", 0, reader.tokens[at].start) + 1
    line = reader.text[start:]
    return len(line) - len(line.lstrip(" \t"))


def _titles(segment: Segment) -> list[Item]:
    """The times before a drug, the last of them with a colon, where no other time stands behind the name."""
    name = segment.drug.first if segment.drug else 0
    times = [item for item in segment.items if item.is_timing]
    heads = times and times[-1].colon and all(item.last <= name for item in times)
    return times if heads else []


def _with_status(reader: Reader, segments: Sequence[Segment]) -> list[Segment]:
    """The status before the first drug is that of the list, where a drug has nothing else."""
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
