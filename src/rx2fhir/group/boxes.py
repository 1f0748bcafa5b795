"""Boxes to tick: of a form with ticked ones, what stands at an empty box may not be ordered."""

from __future__ import annotations

from rx2fhir.normalize.marks import read_box
from rx2fhir.normalize.reader import Reader
from rx2fhir.statement import Issue


def box_issues(reader: Reader) -> list[Issue]:
    """An issue for each empty box of a text with ticked ones; where all are empty, they are marks of a list."""
    found = [(at, box[1]) for at in range(len(reader.tokens)) if (box := read_box(reader, at)) is not None]
    if not any(ticked for _, ticked in found):
        return []
    message = "an empty box beside ticked ones: is this ordered?"
    spans = ((reader.tokens[at].start, _end(reader, at, found)) for at, ticked in found if not ticked)
    return [Issue("warning", "not-ticked", message, start, end) for start, end in spans]


def _end(reader: Reader, at: int, boxes: list[tuple[int, bool]]) -> int:
    """Where what stands at a box ends: at the next box, or with the line."""
    later = next((other for other, _ in boxes if other > at), len(reader.tokens))
    last = next((end for end in range(at, later) if reader.words[end] == "\n"), later)
    return reader.tokens[last - 1].end
