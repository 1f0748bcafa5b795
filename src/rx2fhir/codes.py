"""Reads the code tables, `mappings/codes/*.csv`. Each row there names its source."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from pathlib import Path

from rx2fhir.errors import MappingError


@cache
def mappings_dir() -> Path:
    """Folder of the mappings: inside an installed package, or the checkout's own."""
    packed = Path(str(files("rx2fhir"))) / "mappings"
    return packed if packed.is_dir() else Path(__file__).resolve().parents[2] / "mappings"


def is_product(form: str) -> bool:
    """The form is one of a product, not only a way of counting (puff, teaspoon)."""
    return table("forms", "name")[form]["kind"] == "product"


def is_countable(form: str) -> bool:
    """A bare number can count this form: tablets, not creams."""
    return table("forms", "name")[form]["countable"] == "y"


@cache
def table(name: str, key: str, folder: str = "codes") -> dict[str, dict[str, str]]:
    """The rows of `mappings/<folder>/<name>.csv` by their column `key`.

    Raises MappingError where the file lacks the column or a key stands twice.
    """
    path = mappings_dir() / folder / f"{name}.csv"
    rows: dict[str, dict[str, str]] = {}
    with path.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        if key not in (reader.fieldnames or ()):
            raise MappingError(f"{path}:1: no column {key!r}; columns: {', '.join(reader.fieldnames or ())}")
        for row in reader:
            if row[key] in rows:
                raise MappingError(f"{path}:{reader.line_num}: {row[key]!r} stands twice")
            rows[row[key]] = row
    return rows
