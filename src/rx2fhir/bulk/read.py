"""Reads prescriptions from files: txt (a text a line), csv, tsv, ndjson. One record is held at a time."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import orjson

from rx2fhir.bulk.lines import Lines
from rx2fhir.bulk.record import Columns, Record, Reject, Unreadable, record
from rx2fhir.errors import UsageError

MAX_LINE = 1 << 20

Fields = dict[str, object]
Rows = Callable[[Lines, Columns], Iterator[Fields]]
"""Gives the values of each row by name, none for a blank one. Raises Unreadable or csv.Error, and can then go on."""


def reader(path: Path) -> Rows:
    """How a file is read, by its ending. Raises UsageError for others."""
    if path.suffix.lower() not in READERS:
        raise UsageError(f"{path.name}: expected a file that ends in {', '.join(READERS)}")
    return READERS[path.suffix.lower()]


def read(rows: Rows, lines: Lines, columns: Columns) -> Iterator[Record | Reject]:
    """The records of a file, in order, and a Reject for each row that is none.

    Raises UsageError where a table lacks one of the columns.
    """
    values = rows(lines, columns)
    while True:
        try:
            fields = next(values, None)
            found = record(lines.number, fields, columns) if fields else None
        except (Unreadable, csv.Error) as error:
            yield Reject(lines.number, str(error))
            continue
        if fields is None:
            return
        if found:
            yield found


def _texts(lines: Lines, columns: Columns) -> Iterator[Fields]:
    # What is given back must go on after an error: map does, a generator would not.
    return map(partial(_text, columns.text), lines)


def _text(name: str, line: str) -> Fields:
    return {name: line.rstrip("\r\n")} if line.strip() else {}


def _objects(lines: Lines, columns: Columns) -> Iterator[Fields]:
    return map(_object, lines)


def _object(line: str) -> Fields:
    if not line.strip():
        return {}
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise Unreadable(f"no JSON: {error}") from error
    if not isinstance(value, dict) or not value:
        raise Unreadable("no JSON object")
    return value


def _table(delimiter: str) -> Rows:
    def rows(lines: Lines, columns: Columns) -> Iterator[Fields]:
        values = csv.reader(lines, delimiter=delimiter)
        return map(partial(_fields, _header(values, columns)), values)

    return rows


def _header(values: Iterator[Sequence[str]], columns: Columns) -> Sequence[str]:
    try:
        header = next(values, [])
    except (Unreadable, csv.Error) as error:
        raise UsageError(f"the first line, with the names of the columns: {error}") from error
    for name in columns.names():
        if header.count(name) != 1:
            raise UsageError(f"column {name!r} stands {header.count(name)} times; columns: {', '.join(header)}")
    return header


def _fields(header: Sequence[str], row: Sequence[str]) -> Fields:
    if row and len(row) != len(header):
        raise Unreadable(f"{len(row)} columns instead of {len(header)}")
    return dict(zip(header, row, strict=False))


READERS: dict[str, Rows] = {
    ".txt": _texts,
    ".csv": _table(","),
    ".tsv": _table("\t"),
    ".ndjson": _objects,
    ".jsonl": _objects,
}
