"""Windows: a text longer than the model reads is read in parts, and nothing of it is left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

OVERLAP = 48
"""Tokens that two neighbouring windows share where the text has no line break to cut at."""


@dataclass(frozen=True, slots=True)
class Window:
    """Tokens start..stop go through the model; the answer is kept for tokens first..last."""

    start: int
    stop: int
    first: int
    last: int


def windows(count: int, room: int, breaks: Sequence[int] = ()) -> list[Window]:
    """Windows of at most `room` tokens whose kept parts cover `count` tokens exactly once.

    breaks: rising indices of tokens that begin a line; a window ends before one where its second half has one, else
    it shares OVERLAP tokens (half a window at most) with the next.
    """
    found: list[Window] = []
    overlap = min(OVERLAP, room // 2)
    start = first = at = 0
    while count - start > room:
        stop = start + room
        while at < len(breaks) and breaks[at] <= stop:
            at += 1
        line = breaks[at - 1] if at else 0
        if line > max(first, start + room // 2):
            found.append(Window(start, line, first, line))
            start = first = line
        else:
            found.append(Window(start, stop, first, stop - overlap // 2))
            start, first = stop - overlap, stop - overlap // 2
    return [*found, Window(start, count, first, count)]
