"""brat standoff: folders of .txt and .ann files, as n2c2 2018 track 2 gives them.

Source: https://brat.nlplab.org/standoff.html. Only the lines of entities (`T1`) are read; relations, attributes and
notes are not. The blanks of an entity's text may differ, as brat writes a blank for a line break.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from rx2fhir.errors import AnnotationError
from rx2fhir.training.cases import Case, Span, chosen_label

LOG = logging.getLogger(__name__)
_ENTITY = re.compile(r"(T\d+)\t(\S+) (\d+ \d+(?:;\d+ \d+)*)\t(.*)")
_OTHER = re.compile(r"[REAMN]\d+\t|#\d*\S*\t|\*\t")


@dataclass(frozen=True, slots=True)
class _Found:
    """A part of an entity and the line that it stands on."""

    span: Span
    line: int


def read(folder: Path, language: str, keep: Collection[str]) -> list[Case]:
    """One case for each .txt file in the folder and the folders in it; each needs its .ann file."""
    texts = sorted(folder.rglob("*.txt"))
    if not texts:
        raise AnnotationError(f"{folder}: no .txt file")
    for path in sorted(folder.rglob("*.ann")):
        if not path.with_suffix(".txt").is_file():
            raise AnnotationError(f"{path}: its text {path.stem}.txt is missing")
    return [_read_pair(path, language, keep) for path in texts]


def _read_pair(path: Path, language: str, keep: Collection[str]) -> Case:
    annotations = path.with_suffix(".ann")
    if not annotations.is_file():
        raise AnnotationError(f"{path}: its annotations {annotations.name} are missing")
    text = _exact(path)
    found = list(_entities(annotations, text, keep))
    return Case(text, _apart(annotations, found), language)


def _exact(path: Path) -> str:
    """The text with its line breaks as they are, since offsets count them."""
    with path.open(encoding="utf-8", newline="") as file:
        return file.read()


def _entities(path: Path, text: str, keep: Collection[str]) -> Iterator[_Found]:
    seen: set[str] = set()
    for number, line in enumerate(_exact(path).splitlines(), start=1):
        if not line.strip() or _OTHER.match(line):
            continue
        match = _ENTITY.fullmatch(line)
        if not match:
            raise AnnotationError(f"{path}:{number}: no entity as 'T1<tab>Drug 0 9<tab>text', and no other brat line")
        if match[1] in seen:
            raise AnnotationError(f"{path}:{number}: a second {match[1]}")
        seen.add(match[1])
        parts = _parts(match[3], text, match[4], f"{path}:{number}")
        if (label := chosen_label(match[2], keep)) is not None:
            yield from (_Found((label, start, end), number) for start, end in parts)


def _parts(offsets: str, text: str, stated: str, place: str) -> list[tuple[int, int]]:
    """The parts of an entity; parts with only blanks between them (a line break) are one."""
    pieces = [(int(start), int(end)) for start, end in (piece.split() for piece in offsets.split(";"))]
    if any(not 0 <= start < end <= len(text) for start, end in pieces):
        raise AnnotationError(f"{place}: offsets {offsets} do not fit a text of {len(text)} characters")
    if " ".join(text[start:end] for start, end in pieces).split() != stated.split():
        raise AnnotationError(f"{place}: the text at {offsets} is not the one that the annotation states")
    parts: list[tuple[int, int]] = []
    for start, end in sorted(pieces):
        if parts and not text[parts[-1][1] : start].strip():
            parts[-1] = (parts[-1][0], max(end, parts[-1][1]))
        else:
            parts.append((start, end))
    return parts


def _apart(path: Path, found: list[_Found]) -> tuple[Span, ...]:
    """The entities without overlaps, the longest first; n2c2 marks some words twice."""
    kept: list[_Found] = []
    for one in sorted(found, key=lambda one: (one.span[1] - one.span[2], one.span[1])):
        clash = next((k for k in kept if k.span[1] < one.span[2] and one.span[1] < k.span[2]), None)
        if clash is None:
            kept.append(one)
        elif clash.span != one.span:
            LOG.warning("%s:%d: left out, it overlaps the entity of line %d", path, one.line, clash.line)
    return tuple(sorted((one.span for one in kept), key=lambda span: span[1]))
