"""CoNLL: a token and its tag a line, in the first and the last column; an empty line after each text.

Columns are parted by tabs, or by blanks where the line has no tab. Comments (`# ...`) and `-DOCSTART-` are left out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from rx2fhir.errors import AnnotationError
from rx2fhir.training.cases import Case
from rx2fhir.training.formats.tags import case_of_tags, is_tag

Row = tuple[int, str, str]
"""Line number, token and tag."""


def read(path: Path, language: str, keep: Collection[str]) -> list[Case]:
    """One case a block of lines."""
    cases, block = [], list[Row]()
    for row in (*_rows(path), None):
        if row is not None:
            block.append(row)
        elif block:
            place = f"{path}:{block[0][0]}"
            cases.append(case_of_tags([r[1] for r in block], [r[2] for r in block], language, keep, place))
            block = []
    return cases


def _rows(path: Path) -> Iterator[Row | None]:
    """The lines of tokens, and None for each empty line."""
    width = 0
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        columns = line.rstrip("\r").split("\t") if "\t" in line else line.split()
        if not columns:
            yield None
        elif not (columns[0] == "-DOCSTART-" or (line.startswith("#") and not is_tag(columns[-1]))):
            width = width or len(columns)
            yield number, *_token(columns, width, f"{path}:{number}")


def _token(columns: list[str], width: int, place: str) -> tuple[str, str]:
    if len(columns) < 2 or len(columns) != width:
        raise AnnotationError(f"{place}: {len(columns)} columns; expected {max(width, 2)}, the last one a tag")
    if not is_tag(columns[-1]):
        raise AnnotationError(f"{place}: the last column is no tag as O, B-Drug or I-Drug")
    return columns[0], columns[-1]
