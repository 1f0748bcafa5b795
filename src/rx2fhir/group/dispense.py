"""What is to be handed out: quantity, repeats, how long it lasts, until when; said beside the dosage, and none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rx2fhir.group.segment import Segment
from rx2fhir.normalize.item import AS_NEEDED, Item
from rx2fhir.normalize.reader import Reader
from rx2fhir.normalize.values import Count, Length, Measure
from rx2fhir.statement import Dispense, Duration, Evidence, Issue, Quantity

ELEMENTS = {
    "dispensed": "dispenseRequest.quantity",
    "repeats": "dispenseRequest.numberOfRepeatsAllowed",
    "supply": "dispenseRequest.expectedSupplyDuration",
    "valid_until": "dispenseRequest.validityPeriod",
}
"""The facts of `dispense.yaml` in the order of `Dispense`, and the elements that they stand in."""

_OF_ALL = ("repeats", "valid_until")
"""What is said of a whole prescription as well as of one drug."""


@dataclass(frozen=True, slots=True)
class Handed:
    """A fact, its value, and the item that says it."""

    name: str
    value: Any
    item: Item


def handed(reader: Reader, segment: Segment) -> tuple[list[Handed], list[Issue]]:
    """What a segment says, each fact once; what it says twice and differently is left out, with an issue."""
    said = list(_said(reader, segment))
    if not said:
        return [], []
    kept: list[Handed] = []
    issues: list[Issue] = []
    for name in ELEMENTS:
        same = [one for one in said if one.name == name]
        if len({one.value for one in same}) > 1:
            message = "two readings of what is to be dispensed; both are left out"
            issues.append(Issue("warning", "conflicting-dispense", message, same[0].item.start, same[-1].item.end))
        else:
            kept += same[:1]
    return kept, issues


def of_one_drug(reader: Reader, parts: Sequence[list[Handed]], segments: Sequence[Segment]) -> list[list[Handed]]:
    """Without what a line of its own behind the last of several drugs says: it may hold for all of them."""
    if len(parts) < 2 or any(one.name in _OF_ALL for part in parts[:-1] for one in part):
        return list(parts)
    last = [one for one in parts[-1] if one.name not in _OF_ALL or not _is_alone(reader, segments[-1], one.item)]
    return [*parts[:-1], last]


def dispense(found: Sequence[Handed]) -> Dispense | None:
    """The facts as part of a statement; None where there is none."""
    values = {one.name: one.value for one in found}
    return Dispense(*(values.get(name) for name in ELEMENTS)) if values else None


def evidence(found: Sequence[Handed]) -> list[Evidence]:
    """The words of each fact."""
    return [Evidence(ELEMENTS[one.name], one.item.start, one.item.end, one.item.rule) for one in found]


def _is_alone(reader: Reader, segment: Segment, item: Item) -> bool:
    """No other word of the segment stands on the line, but for words that are no dosage."""
    line = reader.line(item.first)
    others = [one for one in segment.items if "background" not in one.facts]
    starts = [one.first for one in others] + ([segment.drug.first] if segment.drug else [])
    return all(reader.line(start) != line for start in starts)


def _said(reader: Reader, segment: Segment) -> Iterator[Handed]:
    for item in segment.items:
        for name in ELEMENTS:
            value = _value(name, item)
            if value is not None and not _is_of_dose(reader, segment, item):
                yield Handed(name, value, item)


def _is_of_dose(reader: Reader, segment: Segment, item: Item) -> bool:
    """ "To be repeated 2 times" may be said of the dose, where it is as needed or more is said right behind."""
    if "of_dose" not in item.facts:
        return False
    goes_on = item.last < len(reader.tokens) and reader.tokens[item.last].is_word
    return goes_on or any(one.facts.keys() & AS_NEEDED for one in segment.items)


def _value(name: str, item: Item) -> Any:
    """The value of a fact; None for a range, a doubtful number, and a number of times that is none."""
    value = item.facts.get(name)
    if isinstance(value, Measure):
        unit = value.unit or item.facts.get("dispensed_form")
        return Quantity(value.count.low, unit) if _is_sure(value.count) else None
    if isinstance(value, Length):
        return Duration(value.count.low, value.unit) if _is_sure(value.count) else None
    if isinstance(value, Count):
        return int(value.low) if _is_sure(value) and value.whole else None
    return value


def _is_sure(count: Count) -> bool:
    return count.high is None and count.doubt is None
