"""Numbers before a form that say what it holds, behind a name: "Butec 5 patch weekly", "HYDROCODONE-APAP 5-325 TAB"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from rx2fhir.group.segment import Drug
from rx2fhir.normalize.item import Item
from rx2fhir.normalize.reader import Reader
from rx2fhir.normalize.values import Count, Measure, Part

_MOST = {"tablet": 20, "capsule": 20, "patch": 4}
"""Forms of which nobody takes more at once."""


def with_held(reader: Reader, items: Sequence[Item], drug: Drug | None) -> list[Item]:
    """The items, such a number directly behind the name as a strength of its own, and the form behind it."""
    return [part for item in items for part in (_parts(reader, item) if _is_held(item, drug) else [item])]


def _is_held(item: Item, drug: Drug | None) -> bool:
    dose = item.facts.get("dose")
    if drug is None or item.first != drug.last or not isinstance(dose, Measure) or dose.kind != "form":
        return False
    most = _MOST.get(str(dose.unit)) if dose.count.high is not None or dose.unit == "patch" else None
    return most is not None and (dose.count.high or dose.count.low) > most


def _parts(reader: Reader, item: Item) -> Iterator[Item]:
    dose: Measure = item.facts["dose"]
    counts = [Count(value) for value in (dose.count.low, dose.count.high) if value is not None]
    last, tokens = dose.unit_start, reader.tokens
    strengths = tuple(Part(count, None) for count in counts)
    yield replace(item, kind="strength", facts={"strength": strengths}, last=last, end=tokens[last - 1].end)
    yield replace(item, kind="form", facts={"form": dose.unit}, first=last, start=tokens[last].start)
