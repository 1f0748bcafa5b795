"""Files that appear under their name only when all of them is written."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from rx2fhir.errors import UsageError


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A file to write; it takes the place of `path` at the end, or leaves it as it was after an error.

    Raises UsageError where it cannot be made, or where something stands that is no file.
    """
    if path.exists() and not path.is_file():
        raise UsageError(f"{path} is no file")
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        file = part.open("xb")
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from error
    try:
        with file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def write_line(file: BinaryIO, value: Any) -> None:
    """One JSON value a line."""
    write_value(file, value, orjson.OPT_APPEND_NEWLINE)


def write_value(file: BinaryIO, value: Any, layout: int) -> None:
    """A JSON value; a Decimal keeps its digits (FHIR: 1.50 is not 1.5). layout: options of orjson."""
    file.write(orjson.dumps(value, option=layout, default=_exact))


def _exact(value: object) -> orjson.Fragment:
    if not isinstance(value, Decimal):
        raise TypeError(f"{type(value).__name__} is no JSON")
    return orjson.Fragment(str(value))
