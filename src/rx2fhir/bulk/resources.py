"""Reads files of FHIR: NDJSON, as `$export` writes it, or JSON with one resource or Bundle."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

from rx2fhir.bulk.lines import Lines
from rx2fhir.bulk.record import Reject, Unreadable
from rx2fhir.bulk.units import MAX_LINE
from rx2fhir.errors import UsageError
from rx2fhir.fhir.element import Json

ENDINGS = (".ndjson", ".jsonl", ".json")

DOSAGES = {"MedicationRequest": "dosageInstruction", "MedicationDispense": "dosageInstruction"} | {
    "MedicationStatement": "dosage"
}
"""The resources that hold Dosages, in R4 and R5, and the element that does."""

_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Document:
    """A resource or Bundle, and the line that it begins on. Decimals are exact."""

    line: int
    value: Json

    def medications(self) -> Iterator[tuple[str, Json]]:
        """The resources that hold Dosages, with their places in the document, as `entry[3].MedicationRequest/7`."""
        return _medications(self.value, "")


def is_one(path: Path) -> bool:
    """Whether the file holds one JSON value, not one a line. Raises UsageError for another kind of file."""
    if path.suffix.lower() not in ENDINGS:
        raise UsageError(f"{path.name}: expected a file that ends in {', '.join(ENDINGS)}")
    return path.suffix.lower() == ".json"


def lines_of(file: BinaryIO, path: Path) -> Lines:
    """The lines that `documents` reads; of a JSON file all of it is held."""
    return Lines(file, path.stat().st_size + 1 if is_one(path) else MAX_LINE)


def documents(lines: Lines, one: bool) -> Iterator[Document | Reject]:
    """The documents of a file, in order, and a Reject for each line that is none. one: the file is one document."""
    while True:
        try:
            text = "".join(lines) if one else next(lines, "")
            found = Document(max(lines.number, 1) if not one else 1, _resource(text)) if text.strip() else None
        except (Unreadable, ValueError, RecursionError) as error:
            yield Reject(lines.number, f"no FHIR in JSON: {error}")
            continue
        if found:
            yield found
        if not text:
            return


def _resource(text: str) -> Json:
    value = json.loads(text, parse_float=Decimal, parse_int=_whole, parse_constant=_no_number)
    if not isinstance(value, dict) or not isinstance(value.get("resourceType"), str):
        raise Unreadable("no resourceType")
    return value


def _whole(digits: str) -> int | Decimal:
    return int(digits) if len(digits) <= _DIGITS else Decimal(digits)


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no JSON")


def _medications(value: Any, place: str) -> Iterator[tuple[str, Json]]:
    if not isinstance(value, dict):
        return
    kind, name = value.get("resourceType"), value.get("id")
    here = f"{place}{kind}/{name}" if name else f"{place}{kind}"
    if kind in DOSAGES:
        yield here, value
    for key in ("entry", "contained"):
        parts = value.get(key)
        for at, part in enumerate(parts if isinstance(parts, list) else []):
            inner = part.get("resource") if key == "entry" and isinstance(part, dict) else part
            yield from _medications(inner, f"{here}.{key}[{at}].")
