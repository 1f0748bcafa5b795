"""FHIR's invariants for the datatypes of a dosage, each as a rule that says when it is broken.

Source: `constraint` entries of the R4 4.0.1 and R5 5.0.0 StructureDefinitions: the same in both but for
dos-1, which only R5 has. Rules named rx-* are this project's own: FHIR allows `{frequency: 3}` alone, which
says nothing, and leaves choice elements and number types to the structure.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from rx2fhir.fhir.bindings import UNITS_OF_TIME
from rx2fhir.fhir.element import Json
from rx2fhir.fhir.quantity import UCUM


class Rule(NamedTuple):
    """key: FHIR's name of the invariant; broken: whether an element of the rule's type breaks it."""

    key: str
    says: str
    broken: Callable[[Json], bool]


def _without(name: str, needed: str) -> Callable[[Json], bool]:
    return lambda element: name in element and needed not in element


def _negative(name: str) -> Callable[[Json], bool]:
    return lambda element: element.get(name, 0) < 0


def _several(*names: str) -> Callable[[Json], bool]:
    choices = frozenset(names)
    return lambda element: len(choices & element.keys()) > 1


def _not_whole(element: Json) -> bool:
    positive = all(_whole(element.get(name, 1), 1) for name in _POSITIVE)
    return not (positive and _whole(element.get("offset", 0), 0))


def _whole(value: Any, least: int) -> bool:
    return type(value) is int and value >= least


_FREQUENCY = frozenset({"frequency", "frequencyMax"})
_PER = frozenset({"period", "count"})
_POSITIVE = ("frequency", "frequencyMax", "count", "countMax")

_MEALS = frozenset({"C", "CM", "CD", "CV"})


def _offset_without_event(element: Json) -> bool:
    when = element.get("when")
    return "offset" in element and (not when or not _MEALS.isdisjoint(when))


def _frequency_of_nothing(element: Json) -> bool:
    return not element.keys().isdisjoint(_FREQUENCY) and element.keys().isdisjoint(_PER)


def _upside_down(element: Json) -> bool:
    low, high = element.get("low", {}), element.get("high", {})
    if "value" not in low or "value" not in high:
        return False
    one_unit = low.get("code", low.get("unit")) == high.get("code", high.get("unit"))
    return bool(one_unit and low["value"] > high["value"])


def _backwards(element: Json) -> bool:
    return "start" in element and "end" in element and bool(element["start"] > element["end"])


def _half(element: Json) -> bool:
    present = sum(name in element for name in ("numerator", "denominator"))
    return present == 1 or (present == 0 and "extension" not in element)


def _not_a_time(element: Json) -> bool:
    if "code" not in element:
        return "value" in element
    return element["code"] not in UNITS_OF_TIME or element.get("system") != UCUM or "value" not in element


def _needed_for_but_not_needed(element: Json) -> bool:
    return "asNeededFor" in element and element.get("asNeeded") is False


REPEAT = (
    Rule("tim-1", "duration without durationUnit", _without("duration", "durationUnit")),
    Rule("tim-2", "period without periodUnit", _without("period", "periodUnit")),
    Rule("tim-4", "negative duration", _negative("duration")),
    Rule("tim-5", "negative period", _negative("period")),
    Rule("tim-6", "periodMax without period", _without("periodMax", "period")),
    Rule("tim-7", "durationMax without duration", _without("durationMax", "duration")),
    Rule("tim-8", "countMax without count", _without("countMax", "count")),
    Rule("tim-9", "offset without when, or with C, CM, CD or CV", _offset_without_event),
    Rule("tim-10", "timeOfDay together with when", _several("timeOfDay", "when")),
    Rule("rx-1", "frequency without period or count", _frequency_of_nothing),
    Rule("rx-2", "more than one bounds[x]", _several("boundsDuration", "boundsRange", "boundsPeriod")),
    Rule("rx-3", "a count or offset that is no whole number in its range", _not_whole),
)
QUANTITY = (Rule("qty-3", "code without system", _without("code", "system")),)
SIMPLE_QUANTITY = (
    *QUANTITY,
    Rule("sqty-1", "comparator in a SimpleQuantity", lambda element: "comparator" in element),
)
DURATION = (*QUANTITY, Rule("drt-1", "not a value with a UCUM unit of time", _not_a_time))
RANGE = (Rule("rng-2", "low is higher than high", _upside_down),)
RATIO = (Rule("rat-1", "numerator or denominator is missing", _half),)
PERIOD = (Rule("per-1", "start is later than end", _backwards),)
DOSE_AND_RATE = (
    Rule("rx-2", "more than one dose[x]", _several("doseQuantity", "doseRange")),
    Rule("rx-2", "more than one rate[x]", _several("rateQuantity", "rateRange", "rateRatio")),
)
DOSAGE = (
    Rule("rx-2", "more than one asNeeded[x]", _several("asNeededBoolean", "asNeededCodeableConcept")),
    Rule("dos-1", "asNeededFor where asNeeded is false", _needed_for_but_not_needed),
)
EXTENSION = (
    Rule(
        "ext-1",
        "neither or both of value[x] and extension",
        lambda element: ("extension" in element) == any(name.startswith("value") for name in element),
    ),
)

# Which rules hold for an element, by the element's name: in the resources made here each name has one type.
BY_NAME: dict[str, tuple[Rule, ...]] = {
    "repeat": REPEAT,
    "dosage": DOSAGE,
    "dosageInstruction": DOSAGE,
    "doseAndRate": DOSE_AND_RATE,
    "extension": EXTENSION,
    "boundsDuration": DURATION,
    "boundsPeriod": PERIOD,
    "numerator": QUANTITY,
    "denominator": QUANTITY,
    **dict.fromkeys(("boundsRange", "doseRange", "rateRange"), RANGE),
    **dict.fromkeys(("rateRatio", "maxDosePerPeriod", "strength", "strengthRatio"), RATIO),
    **dict.fromkeys(
        ("doseQuantity", "rateQuantity", "low", "high", "maxDosePerAdministration", "maxDosePerLifetime"),
        SIMPLE_QUANTITY,
    ),
}
