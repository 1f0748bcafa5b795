"""Why each fact of a dosage stands there: the FHIR element, the words it was read from, and the rule that read them.

An element is a FHIRPath from the Dosage (https://hl7.org/fhir/R4/dosage.html), without the index of a list of one. A
reason for as needed is `asNeededFor`, as in R5; R4 has it in `asNeeded`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from rx2fhir.group.draft import EVENTS, Draft, is_daily, same
from rx2fhir.group.route import route
from rx2fhir.normalize.item import Item
from rx2fhir.normalize.values import Count, Measure
from rx2fhir.statement import Evidence

_ELEMENTS = {
    "dose": "doseAndRate.dose",
    "dose_max": "doseAndRate.dose",
    "scheme": "doseAndRate.dose",
    "rate": "doseAndRate.rate",
    "divided": "doseAndRate.rate",
    "as_needed": "asNeeded",
    "as_needed_for": "asNeededFor",
    "route": "route",
    "site": "site",
    "method": "method",
    "max_dose": "maxDosePerPeriod",
    "max_per": "maxDosePerPeriod",
    "max_per_unit": "maxDosePerPeriod",
    "max_per_administration": "maxDosePerAdministration",
    "max_per_lifetime": "maxDosePerLifetime",
    "frequency_max": "timing.repeat.frequencyMax",
    "period_unit": "timing.repeat.periodUnit",
    "time_of_day": "timing.repeat.timeOfDay",
    "day_of_week": "timing.repeat.dayOfWeek",
    "bounds": "timing.repeat.bounds",
    "bounds_max": "timing.repeat.bounds",
    "bounds_start": "timing.repeat.bounds",
    "bounds_end": "timing.repeat.bounds",
}
"""Facts and their elements; the others stand in Timing.repeat by their own names."""

_SAID = {"alternate": "timing.repeat.period", "step": "sequence", "shared": "timing.repeat.bounds"}
"""Words of an item that no fact holds, and what they say."""


def evidence(draft: Draft, sequence: int | None) -> tuple[Evidence, ...]:
    """The evidence of a dosage in text order, each element and span once. sequence: that of the dosage."""
    found = dict.fromkeys((element(name), item.start, item.end, item.rule) for name, item in _said(draft, sequence))
    return tuple(Evidence(*fact) for fact in sorted(found, key=lambda fact: fact[1:3]))


def _said(draft: Draft, sequence: int | None) -> Iterator[tuple[str, Item]]:
    for name, item in draft.sources.items():
        if name in draft.facts:
            yield name, item
    for item in draft.items:
        yield from ((name, item) for name, value in item.facts.items() if _agrees(draft, name, value))
        yield from ((name, item) for name in _SAID if name in item.facts and (name != "step" or sequence))
    if "divided" in draft.facts:  # the day of "400 mg a day in 2 doses" is the rate's
        yield from (("rate", item) for item in draft.items if is_daily(item.facts))
    if draft.facts.get("frequency") == Count.of(1):  # the "in one dose" of "once a week in one dose"
        yield from (("frequency", item) for item in draft.items if item.facts.get("count") == Count.of(1))
    stated = route(draft)
    if stated:
        yield "route", stated[1]
    for number, item in enumerate(draft.instructions):
        yield f"additionalInstruction[{number}]", item


def _agrees(draft: Draft, name: str, value: Any) -> bool:
    """The item says what the dosage has: the fact itself, one of its events, or a scheme that gave its dose."""
    if name == "scheme":
        return "dose" in draft.facts
    fact = draft.facts.get(name)
    if fact is None:
        return False
    if name in EVENTS:
        return not set(value).isdisjoint(fact)
    if isinstance(value, Measure) and isinstance(fact, Measure):
        return value.count == fact.count  # a bare count may have taken the unit of another
    return same(value, fact)


@cache
def element(name: str) -> str:
    """The element that a fact of the packs' `means` stands in."""
    return _SAID.get(name) or _ELEMENTS.get(name) or (name if "[" in name else f"timing.repeat.{name}")
