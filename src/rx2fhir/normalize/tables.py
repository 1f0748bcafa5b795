"""Tables with a column for each time of the day: the head says what the amounts below it mean.

Tabs, "|" or ";", or two blanks and more part the columns. An empty cell, a dash or a nought is no amount.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from rx2fhir.normalize.match import Match
from rx2fhir.normalize.reader import Reader
from rx2fhir.normalize.values import Count, Measure, Slots

_BLANKS = "  "
_SEPARATORS = ("\t", "|", ";", _BLANKS)
_GAP = re.compile(r" {2,}")
_EMPTY = frozenset("-/")
_LEAST_COLUMNS = 2
_DAY = ("MORN", "NOON", "EVE", "NIGHT")
_FAR = 6
"""So many characters beside the title of a column, an amount is not below it."""


@dataclass(frozen=True, slots=True)
class _Cell:
    """The tokens first..last of a cell, and the middle of it, in characters from the beginning of the line."""

    first: int
    last: int
    middle: float


@dataclass(frozen=True, slots=True)
class _Head:
    """The columns that are times: their places in the line and what they name, `when` codes or clock times."""

    separator: str
    places: tuple[int, ...]
    middles: tuple[float, ...]
    fact: str
    times: tuple[str, ...]


def read_tables(reader: Reader) -> dict[int, list[Match]]:
    """The heads and the schemes of all tables of a text, by the token where each begins."""
    found: dict[int, list[Match]] = {}
    lines = _lines(reader)
    head, title = None, Match("header", 0, 0)
    for first, last in lines if len(lines) > 1 else ():
        new = _head(reader, first, last)
        if new:
            head, title = new, Match("header", first, last)
            continue
        scheme = _row(reader, head, first, last) if head else None
        if scheme:
            found.setdefault(title.start, [title])
            found.setdefault(scheme.start, []).append(scheme)
    return found


def _lines(reader: Reader) -> list[tuple[int, int]]:
    """The tokens of each line that has any."""
    breaks = [-1, *(at for at, token in enumerate(reader.tokens) if token.text == "\n"), len(reader.tokens)]
    return [(one + 1, two) for one, two in pairwise(breaks) if two > one + 1]


def _head(reader: Reader, first: int, last: int) -> _Head | None:
    """The line as the head of a table: two cells or more that are times of the day, and no other number."""
    line = reader.text[reader.tokens[first].start : reader.tokens[last - 1].end]
    separator = next((sign for sign in _SEPARATORS if sign in line), None)
    if separator is None:
        return None
    cells = _cells(reader, first, last, separator)
    short = next(_short_titles(reader, cells), None)
    if short is not None:
        return _Head(separator, tuple(short), tuple(cells[place].middle for place in short), "when", _DAY[: len(short)])
    for fact, kind in (("when", "when"), ("time_of_day", "time")):
        named = [(place, cell, time) for place, cell in enumerate(cells) for time in _named(reader, kind, cell)]
        numbers = sum(reader.tokens[at].is_number for at in range(first, last))
        inside = sum(reader.tokens[at].is_number for _, cell, _ in named for at in range(cell.first, cell.last))
        if len(named) >= _LEAST_COLUMNS and numbers == inside:
            places, columns, times = zip(*named, strict=True)
            return _Head(separator, places, tuple(cell.middle for cell in columns), fact, times)
    return None


def _short_titles(reader: Reader, cells: Sequence[_Cell]) -> Iterator[range]:
    """The places of three or four cells that are the titles of a day in short, one behind the other: "mo mi ab na"."""
    for place, cell in enumerate(cells):
        for end, _ in reader.ends("<day_columns>", cell.first):
            last = next((at for at in range(place, len(cells)) if cells[at].last == end), None)
            if last is not None and last - place + 1 in (3, 4):
                yield range(place, last + 1)


def _named(reader: Reader, kind: str, cell: _Cell) -> list[str]:
    """The time that is all of a cell."""
    return [str(value) for end, value in reader.read(kind, cell.first) if end == cell.last][:1]


def _cells(reader: Reader, first: int, last: int, separator: str) -> list[_Cell]:
    """The cells of a line; empty ones too, except between blanks."""
    tokens = reader.tokens
    begin, end = tokens[first].start, tokens[last - 1].end
    while begin and reader.text[begin - 1] in " \t":
        begin -= 1
    line = reader.text[begin:end]
    parts = _GAP.finditer(line) if separator == _BLANKS else re.finditer(re.escape(separator), line)
    edges = [(match.start(), match.end()) for match in parts]
    spans = zip([0, *(stop for _, stop in edges)], [*(start for start, _ in edges), len(line)], strict=True)
    starts = [token.start - begin for token in tokens[first:last]]
    return [
        _Cell(first + bisect_left(starts, low), first + bisect_left(starts, high), (low + high) / 2)
        for low, high in spans
        if high > low or separator != _BLANKS
    ]


def _row(reader: Reader, head: _Head, first: int, last: int) -> Match | None:
    """The amounts of a line below the head, as a scheme."""
    cells = _below(reader, head, _cells(reader, first, last, head.separator))
    amounts = [_amount(reader, cell) for cell in cells] if cells else []
    filled = [cell for cell in cells if cell and cell.last > cell.first]
    taken = [amount for amount in amounts if amount and amount.count.low]
    if None in amounts or not taken or len({amount.unit for amount in taken}) > 1:
        return None
    counts = tuple(amount.count for amount in amounts if amount)
    end = filled[-1].last
    slots = Slots(counts, taken[0].unit, taken[0].kind, end, end, end, head.fact, head.times)
    end, slots = _with_unit(reader, end, slots)
    return Match("scheme", filled[0].first, end, value=slots)


def _below(reader: Reader, head: _Head, cells: Sequence[_Cell]) -> list[_Cell | None]:
    """The cell below each time, None for an empty one; between blanks by their number, else by their place."""
    if head.separator != _BLANKS:
        found = [cells[place] if place < len(cells) else None for place in head.places]
        return [cell if cell and cell.last > cell.first else None for cell in found] if len(cells) > 1 else []
    numbers = [cell for cell in cells if _amount(reader, cell)]
    if len(numbers) == len(head.times):
        return list(numbers)
    near = [min(head.middles, key=lambda middle: abs(middle - cell.middle)) for cell in numbers]
    far = any(abs(middle - cell.middle) > _FAR for middle, cell in zip(near, numbers, strict=True))
    if far or len(set(near)) < len(near):
        return []
    return [
        next((cell for one, cell in zip(near, numbers, strict=True) if one == middle), None) for middle in head.middles
    ]


_NOTHING = Measure(Count.of(0))


def _amount(reader: Reader, cell: _Cell | None) -> Measure | None:
    """The amount that is all of a cell, with or without its unit; None where it holds something else."""
    if cell is None or cell.first == cell.last:
        return _NOTHING
    if cell.last - cell.first == 1 and reader.tokens[cell.first].text in _EMPTY:
        return _NOTHING
    return next((amount for end, amount in reader.read("amount", cell.first) if end == cell.last), None)


def _with_unit(reader: Reader, end: int, slots: Slots) -> tuple[int, Slots]:
    """The unit of bare numbers, where the next cell names it."""
    start = end + (end < len(reader.tokens) and reader.tokens[end].text in ("|", ";"))
    if slots.kind != "none":
        return end, slots
    for stop, unit in reader.ends("units", start):
        return stop, replace(slots, unit=unit, kind="measure", unit_start=start, unit_end=stop)
    for stop, form in reader.read("form", start):
        return stop, replace(slots, unit=str(form), kind="form", unit_start=start, unit_end=stop)
    return end, slots
