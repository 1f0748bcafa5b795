"""Reads strengths of products: concentrations, and combinations of several ingredients."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from rx2fhir.normalize.amount import slashes
from rx2fhir.normalize.number import Words
from rx2fhir.normalize.values import Count, Measure, Part
from rx2fhir.text import COMPARED

_MAX_PARTS = 4
_SHOTS = ("dose", "puff", "actuation", "spray")
_VOLUMES = ("mL", "L")
_FAR = 10
"""No dose is 5 to 325 mg: numbers so far apart, or falling, are the strengths of a combination."""


def read_strengths(words: Words, at: int, after_drug: bool) -> list[tuple[int, tuple[Part, ...]]]:
    """Concentrations and combinations: `10 mg/5 ml`, `875/125 mg`, `1000 mg/880 UI`; after a drug also `200/6`."""
    found = _concentrations(words, at)
    if at and words.tokens[at - 1].text in COMPARED:
        return found  # "> 200 +4 units"
    end, parts = _combination(words, at)
    if len(parts) > 1 and (after_drug or any(part.unit for part in parts)):
        last = parts[-1].unit
        found.append((end, tuple(part if part.unit else replace(part, unit=last) for part in parts)))
        found += _per_volume(words, *found[-1])
    return found + _dashed(words, at, after_drug)


def _concentrations(words: Words, at: int) -> list[tuple[int, tuple[Part, ...]]]:
    found: list[tuple[int, tuple[Part, ...]]] = []
    counted = [(end, form) for end, form in words.read("counted_form", at) if form.unit == "unit"]
    for end, measure in [*words.read("measure", at), *counted]:
        if measure.unit and "/" not in measure.unit and measure.count.high is None:
            for start in slashes(words, end):
                for stop, per in _denominators(words, start):
                    if not {measure.unit, per.unit} <= set(_VOLUMES):  # "500 ml at 60 ml/h" is no concentration
                        found.append((stop, (Part(measure.count, measure.unit, per),)))
    return found


def _per_volume(words: Words, end: int, parts: tuple[Part, ...]) -> list[tuple[int, tuple[Part, ...]]]:
    """`400 mg/57 mg par 5 ml`: all parts of a combination are in that volume."""
    starts = slashes(words, end)
    pers = [found for start in starts for found in _denominators(words, start) if found[1].unit in _VOLUMES]
    return [(stop, tuple(replace(part, per=per) for part in parts)) for stop, per in pers]


def _denominators(words: Words, at: int) -> list[tuple[int, Measure]]:
    """What a concentration is per: a volume, a dose, an actuation; also hours of a patch."""
    counted = [
        (end, measure) for end, measure in words.read("measure", at) if measure.unit in ("mL", "L", "dL", "cL", "g")
    ]
    bare = [(end, unit) for end, unit in words.ends("units", at) if unit in ("mL", "L", "dL", "g")]
    if any(end == at for end, _ in words.ends("<to>", at - 1)):  # "500 mg a 1 g" is a range
        counted = [found for found in counted if found[1].unit != "g"]
    slashed = words.tokens[at - 1].text == "/"
    forms = [(end, form) for end, form in words.ends("forms", at) if slashed or form in _SHOTS]
    one = Count(Decimal(1))
    return counted + [(end, Measure(one, unit, "measure", at, at, at, end)) for end, unit in [*bare, *forms]]


def _combination(words: Words, at: int) -> tuple[int, list[Part]]:
    parts: list[Part] = []
    tokens, end = words.tokens, at
    while len(parts) < _MAX_PARTS:
        number = next((item for item in words.read("number", end) if end < len(tokens) and tokens[end].is_number), None)
        if number is None:
            break
        stop, count = number
        unit = next(iter(words.ends("units", stop)), None)
        if parts and ((unit and unit[1] in _VOLUMES) or (not unit and words.ends("time_units", stop))):
            break
        parts.append(Part(count, unit[1] if unit else None))
        end = unit[0] if unit else stop
        if end + 1 >= len(tokens) or tokens[end].text not in ("/", "+") or not tokens[end + 1].is_number:
            return end, parts
        end += 1
    return (end - 1, parts) if parts else (at, [])


def _dashed(words: Words, at: int, after_drug: bool) -> list[tuple[int, tuple[Part, ...]]]:
    """`5-325 mg`, `7.5-325`, behind a drug `100-25`: a combination written with a dash."""
    found: list[tuple[int, tuple[Part, ...]]] = []
    for dash, low in words.read("number", at) if words.tokens[at].is_number else ():
        for stop, high in words.read("number", dash + 1) if _is_dash(words, dash) else ():
            end, unit = next(iter(words.ends("units", stop)), (stop, None))
            falls = high.low < low.low and (after_drug or unit is not None)
            if unit not in _VOLUMES and _is_pair(low, high, falls) and not _goes_on(words, end):
                found.append((end, (Part(low, unit), Part(high, unit))))
    return found


def _is_dash(words: Words, at: int) -> bool:
    tokens = words.tokens
    return at + 1 < len(tokens) and tokens[at].text == "-" and tokens[at + 1].is_number and tokens[at + 1].glued


def _is_pair(low: Count, high: Count, falls: bool) -> bool:
    """Far apart, or falling where that can be no range."""
    sure = low.doubt is None and high.doubt is None and min(low.low, high.low) > 1
    return sure and max(low.low, high.low) >= _FAR and (falls or high.low >= _FAR * low.low)


def _goes_on(words: Words, at: int) -> bool:
    """A further dash or number, a form or a unit of time: a date, a scheme, an amount to take."""
    tokens = words.tokens
    more = at < len(tokens) and (tokens[at].text in "-/:." or tokens[at].is_number) and tokens[at].glued
    return more or bool(words.ends("time_units", at) or words.ends("<times>", at))
