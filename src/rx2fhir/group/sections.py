"""Sections of a page: where a paragraph ends, and the titles that hold for all drugs below them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from rx2fhir.normalize.item import Item
from rx2fhir.normalize.reader import Reader

_RULES = frozenset("-_=*~")
_LEAST_RULE = 4
_MOST_WORDS = 6
_SAID = frozenset(("status", "as_needed", "when", "count", "route"))


@dataclass(frozen=True, slots=True)
class Title:
    """A title like "As needed:" or "Stopped:". first, last: its tokens; items: what it says of the drugs below.

    stop: the token at which the paragraph below it, or the reach of the title, ends.
    """

    first: int
    last: int
    items: tuple[Item, ...]
    stop: int = 0


def paragraph_ends(reader: Reader) -> list[int]:
    """The line breaks that are followed by a blank line or a ruled one: behind them, something else begins."""
    lines = _lines(reader)
    return [one[1] for one, two in pairwise(lines) if not _is_empty(reader, *one) and _is_empty(reader, *two)]


def _lines(reader: Reader) -> list[tuple[int, int]]:
    """The tokens of each line, without its break."""
    breaks = [at for at, token in enumerate(reader.tokens) if token.text == "\n"]
    return [(one + 1, two) for one, two in pairwise([-1, *breaks, len(reader.tokens)])]


def _is_empty(reader: Reader, first: int, last: int) -> bool:
    """Nothing stands in the line, or a rule of dashes."""
    signs = {token.text for token in reader.tokens[first:last]}
    return not signs or (len(signs) == 1 and signs <= _RULES and last - first >= _LEAST_RULE)


def titles(reader: Reader, items: Sequence[Item], names: Sequence[int]) -> Iterator[Title]:
    """The titles that say something of drugs. names: the first token of each drug's name."""
    lines = _lines(reader)
    starts, ends = [first for first, _ in lines], paragraph_ends(reader)
    found = (_title(reader, items, lines, bisect_left(starts, name + 1) - 1) for name in names)
    kept = {title.first: title for title in found if title and not _between(names, title.first, title.last)}
    for title, after in pairwise([*kept.values(), None]):
        if title:
            below = names[bisect_left(names, title.last)]
            stop = [*ends, len(reader.tokens)][bisect_left(ends, below)]
            yield replace(title, stop=min(stop, after.first) if after else stop)


def _between(names: Sequence[int], first: int, last: int) -> bool:
    return bisect_left(names, first) < bisect_left(names, last)


def _title(reader: Reader, items: Sequence[Item], lines: Sequence[tuple[int, int]], at: int) -> Title | None:
    """The title in the last text before line `at`: set apart by a blank line or a colon, in a table, or known."""
    above = at - 1
    while above >= 0 and _is_empty(reader, *lines[above]):
        above -= 1
    if above < 0:
        return None
    first, last = lines[above]
    colon = reader.tokens[last - 1].text == ":"
    heads = above == at - 1 and (above == 0 or _is_empty(reader, *lines[above - 1]))
    parts = not _has_columns(reader, first, last) and above > 0 and _has_columns(reader, *lines[above - 1])
    named = any(end == last for end, _ in reader.ends("<sections>", first))
    return _told(reader, items, first, last) if colon or heads or parts or named else None


def _has_columns(reader: Reader, first: int, last: int) -> bool:
    """A line of a table, with tabs or upright strokes: a line without them below it parts the table."""
    return last > first and any(
        sign in reader.text[reader.tokens[first].start : reader.tokens[last - 1].end] for sign in "\t|"
    )


def _told(reader: Reader, items: Sequence[Item], first: int, last: int) -> Title | None:
    """The title of a line that says nothing but "as needed", "bedtime", "once only" or a status, in a few words."""
    said = items[bisect_left(items, first, key=lambda item: item.first) :]
    said = [item for item in said if item.first < last]
    words = sum(token.text.isalnum() for token in reader.tokens[first:last])
    told = tuple(item for item in said if "background" not in item.facts)
    plain = all(("background" in item.facts or item.facts.keys() <= _SAID) and item.last <= last for item in said)
    return Title(first, last, told) if told and plain and words <= _MOST_WORDS else None
