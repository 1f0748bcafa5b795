"""Rows of a table: the commas of a file are signs of columns, and what is counted there but not taken is no dose."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from rx2fhir.normalize.item import Item
from rx2fhir.normalize.reader import Reader
from rx2fhir.text import Token

_COLUMN = "|"
_LEAST_COLUMNS = 3
_LEAST_GAP = 2
_FAR = 6
"""So many characters beside the title of a column, a number is not below it."""


def with_columns(tokens: Sequence[Token]) -> list[Token]:
    """The tokens with `|` for the semicolons, or else the commas, of two or more rows of a file one below the other."""
    found = list(tokens)
    lines = list(_lines(tokens))
    if len(lines) == 1:
        return found
    for sign in ";,":  # a row with semicolons keeps its commas: they are decimal
        rows = [_is_row(found, *line, sign) for line in lines]
        for at, (first, last) in enumerate(lines):
            if rows[at] and True in (rows[max(at - 1, 0) : at] + rows[at + 1 : at + 2]):
                found[first:last] = [_column(token, sign) for token in found[first:last]]
    return found


def _column(token: Token, sign: str) -> Token:
    return token._replace(text=_COLUMN) if token.text == sign else token


def _lines(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """The tokens of each line, without its break."""
    first = 0
    for at, token in enumerate(tokens):
        if token.text == "\n":
            yield first, at
            first = at + 1
    yield first, len(tokens)


def _is_row(tokens: Sequence[Token], first: int, last: int, sign: str) -> bool:
    """Three signs or more, each beside a word and with no blank before and behind: 1,25-2,5-1,25-5,0 is no row."""
    words = [token.text for token in tokens[first:last]]
    signs = [at for at in range(first + 1, last - 1) if words[at - first] == sign]
    glued = [at for at in signs if tokens[at].glued and tokens[at + 1].glued]
    beside = sum(tokens[at - 1].is_word or tokens[at + 1].is_word for at in glued)
    return beside >= _LEAST_COLUMNS and "|" not in words


def without_counts(reader: Reader, items: Sequence[Item]) -> list[Item]:
    """The items with those in a column of counts, below a title of the list `<handed_out>`, as boilerplate."""
    cells = {at for first, last in (*_counts(reader), *_last_counts(reader)) for at in range(first, last)}
    return [_noise(item) if item.first in cells and item.last - 1 in cells else item for item in items]


def _noise(item: Item) -> Item:
    return replace(item, kind="background", facts={"background": "noise"})


def _counts(reader: Reader) -> Iterator[tuple[int, int]]:
    """The cells of such columns. A table goes on as long as its rows have as many cells as its title row."""
    titles: list[bool] = []
    if _COLUMN not in reader.words:
        return
    for first, last in _lines(reader.tokens):
        cells = list(_cells(reader, first, last))
        if len(cells) >= _LEAST_COLUMNS and len(cells) == len(titles):
            yield from (cell for cell, counted in zip(cells, titles, strict=True) if counted)
        else:
            titles = [_is_counted(reader, *cell) for cell in cells]


def _last_counts(reader: Reader) -> Iterator[tuple[int, int]]:
    """The cells of a last column of counts whose title is set apart by blanks, up to an empty line."""
    place: int | None = None
    start = 0
    for first, last in _lines(reader.tokens):
        begun = _last_cell(reader, first, last)
        column = reader.tokens[begun].start - start if begun < last else 0
        if begun < last and _is_counted(reader, begun, last):
            place = column
        elif place is not None and begun < last and abs(column - place) <= _FAR:
            yield begun, last
        elif first == last:
            place = None
        start = reader.tokens[last].end if last < len(reader.tokens) else start


def _last_cell(reader: Reader, first: int, last: int) -> int:
    """The token behind the last gap of two blanks or more; the end of the line where it has none."""
    tokens = reader.tokens
    gaps = (at for at in range(last - 1, first, -1) if tokens[at].start - tokens[at - 1].end >= _LEAST_GAP)
    return next(gaps, last)


def _cells(reader: Reader, first: int, last: int) -> Iterator[tuple[int, int]]:
    for at in range(first, last):
        if reader.words[at] == _COLUMN:
            yield first, at
            first = at + 1
    yield first, last


def _is_counted(reader: Reader, first: int, last: int) -> bool:
    """The title of a column of what is handed out, or of the numbers of the rows."""
    return any(end == last for end, _ in reader.ends("<handed_out>", first))
