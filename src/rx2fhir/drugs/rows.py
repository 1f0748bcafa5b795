"""Reads the tables of `mappings/drugs/`. Each row there names its source."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from rx2fhir.codes import mappings_dir


def drugs_dir() -> Path:
    """Folder of the drug tables."""
    return mappings_dir() / "drugs"


def rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of `mappings/drugs/<name>.csv`; `rule` is the file and line, for explanations."""
    with (drugs_dir() / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        reader = csv.reader(lines)
        head = next(reader)
        for values in reader:
            row = dict(zip(head, values, strict=True))  # half the time of DictReader
            row["rule"] = f"drugs/{name}.csv:{reader.line_num}"
            yield row
