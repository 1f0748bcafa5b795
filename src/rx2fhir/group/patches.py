"""The strength of a patch: it names what it gives off in an hour or a day."""

from __future__ import annotations

from dataclasses import replace

from rx2fhir.group.segment import Segment
from rx2fhir.normalize.item import Item
from rx2fhir.normalize.reader import Reader
from rx2fhir.normalize.values import Count, Measure, Part


def _has_patch(segment: Segment) -> bool:
    forms = [other.facts.get("form") for other in segment.items]
    return "patch" in forms or any(getattr(item.facts.get("dose"), "unit", None) == "patch" for item in segment.items)


def with_patches(reader: Reader, segment: Segment) -> list[Item]:
    """The items; 12 ug/h and 5 mg/24 h of a patch are its strength, no rate."""
    found: list[Item] = []
    if not _has_patch(segment):
        return list(segment.items)
    for item in segment.items:
        last = found[-1] if found else None
        if segment.drug and item.first == segment.drug.last and _is_per_day(reader, item):
            found.append(_patch(item, item, Part(item.facts["period"], None)))
        elif "rate" in item.facts:
            rate: Measure = item.facts["rate"]
            unit, _, per = str(rate.unit).rpartition("/")
            found.append(_patch(item, item, Part(rate.count, unit, Measure(Count.of(1), per))))
        elif last is not None and _is_per_hours(reader, last, item):
            dose: Measure = last.facts["dose"]
            per_hours = Measure(item.facts["period"], item.facts["period_unit"])
            found[-1] = _patch(last, item, Part(dose.count, dose.unit, per_hours))
        else:
            found.append(item)
    return found


def _is_per_day(reader: Reader, item: Item) -> bool:
    """The "4.6/24" of "rivastigmine 4.6/24 patch", which elsewhere is every so many hours."""
    return item.facts.get("period_unit") == "h" and reader.words[item.last - 2 : item.last] == ["/", "24"]


def _is_per_hours(reader: Reader, last: Item, item: Item) -> bool:
    """`5 mg` and `/24 h`, with nothing between."""
    dose = last.facts.get("dose")
    slashed = last.last == item.first and reader.tokens[item.first].text == "/"
    return slashed and isinstance(dose, Measure) and dose.kind == "measure" and item.facts.get("period_unit") == "h"


def _patch(first: Item, last: Item, part: Part) -> Item:
    return replace(first, kind="strength", facts={"strength": (part,)}, end=last.end, last=last.last)
