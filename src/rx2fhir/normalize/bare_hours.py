"""Bare hours that are no lengths: the "8h" of "1 comp 8h, 1 comp 20h", the "à 22h" of "1 à 22h"."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from rx2fhir.normalize.match import Match
from rx2fhir.normalize.reader import Reader
from rx2fhir.normalize.values import Length

_EARLIEST, _LATEST = 5, 23
_FEW, _TIMES = 4, 3
"""So many are taken at once, and a range of lengths reaches less far: "1 to 2 hours"."""

Matches = list[list[Match]]


def is_amount_at(reader: Reader, at: int, value: Any) -> bool:
    """A range of hours whose "to" means "at" as well: "1 à 22h" is one at ten in the evening."""
    if not isinstance(value, Length) or value.unit != "h" or value.count.high is None:
        return False
    low, high = value.count.low, value.count.high
    far = low <= _FEW and high >= _EARLIEST and high >= _TIMES * low
    return far and bool(reader.ends("<at>", at + 1))


def without_clocks(reader: Reader, closed: Matches) -> Matches:
    """The matches without lengths that are clock times: hours that rise, each beside an amount of the same line."""
    hours = [match for found in closed for match in found if _is_hour(match)]
    if len(hours) < 2:
        return closed
    clocks = {match.start for run in _lines(reader, _beside_amounts(closed, hours)) if _rise(run) for match in run}
    return [[match for match in found if not (match.start in clocks and _is_hour(match))] for found in closed]


def _is_hour(match: Match) -> bool:
    length = match.value
    if match.kind != "length" or length.unit != "h" or length.count.high is not None:
        return False
    return bool(length.count.whole) and _EARLIEST <= length.count.low <= _LATEST


def _beside_amounts(closed: Matches, hours: list[Match]) -> list[Match]:
    amounts = [match for found in closed for match in found if match.kind == "amount"]
    edges = {match.end for match in amounts}
    return [match for match in hours if match.start in edges or any(one.kind == "amount" for one in _at(closed, match))]


def _at(closed: Matches, match: Match) -> list[Match]:
    return closed[match.end] if match.end < len(closed) else []


def _lines(reader: Reader, hours: list[Match]) -> Iterator[list[Match]]:
    for line in sorted({reader.line(match.start) for match in hours}):
        yield [match for match in hours if reader.line(match.start) == line]


def _rise(hours: list[Match]) -> bool:
    return len(hours) > 1 and all(one.value.count.low < two.value.count.low for one, two in pairwise(hours))
