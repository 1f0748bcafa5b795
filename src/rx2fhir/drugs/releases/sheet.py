"""Releases that are one table: CIMA, the Spanish nomenclátor, Swissmedic, EMA, or any CSV with a map of its columns.

The publishers' spreadsheets are read as CSV: save the sheet as CSV (comma, semicolon or tab; UTF-8 or Windows-1252).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from rx2fhir.drugs.releases.record import Record, atc_code, product_name
from rx2fhir.errors import LexiconError

_HEADER_WITHIN = 12
"""Lines among which the header is looked for: some sheets begin with a title."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a table: the beginnings of their titles. separator: between the ingredients in one cell."""

    name: str
    ingredients: str
    atc: str = ""
    country: str = ""
    separator: str = ","
    only: tuple[str, str] = ("", "")
    """A column, and what it must begin with for a row to be taken."""


LAYOUTS = {
    # https://cima.aemps.es: Medicamentos.xls
    "cima": Layout("Medicamento", "Principios Activos", "Cód. ATC", "es"),
    # https://www.sanidad.gob.es/profesionales/nomenclator.do: Nomenclator.xls
    "nomenclator": Layout("Nombre del producto", "Principio activo", "", "es", "/"),
    # https://www.swissmedic.ch: Zugelassene Packungen
    "swissmedic": Layout("Bezeichnung des Arzneimittels", "Wirkstoff", "ATC-Code", "ch"),
    # https://www.ema.europa.eu/en/medicines/download-medicine-data
    "ema": Layout(
        "Name of medicine", "International non-proprietary name", "ATC code (human)", "eu", ";", ("Category", "Human")
    ),
}


def layout_of(columns: Mapping[str, str], country: str) -> Layout:
    """The layout of a CSV by the user's map: name, ingredients and, if there, atc and separator."""
    missing = {"name", "ingredients"} - set(columns)
    unknown = set(columns) - {"name", "ingredients", "atc", "separator"}
    if missing or unknown:
        raise LexiconError(
            f"columns: needed are name and ingredients, possible atc and separator; got {', '.join(columns)}"
        )
    return Layout(
        columns["name"], columns["ingredients"], columns.get("atc", ""), country, columns.get("separator", ",")
    )


def read_sheet(path: Path, layout: Layout) -> Iterator[Record]:
    """The products of a table. Raises LexiconError with file and line where a column or a cell is missing."""
    lines = _rows(path)
    places: dict[str, int] = {}
    for number, cells in lines:
        if not places:
            places = _places(cells, layout)
            if not places and number >= _HEADER_WITHIN:
                break
        elif any(cell.strip() for cell in cells):
            yield from _record(path, number, cells, places, layout)
    if not places:
        raise LexiconError(f"{path}:1: no line with the columns {layout.name!r} and {layout.ingredients!r}")


def _record(path: Path, number: int, cells: list[str], places: dict[str, int], layout: Layout) -> Iterator[Record]:
    if len(cells) <= max(places.values()):
        raise LexiconError(f"{path}:{number}: {len(cells)} cells, expected {max(places.values()) + 1} or more")
    column, begin = layout.only
    if column and not cells[places[column]].startswith(begin):
        return
    name = product_name(cells[places[layout.name]])
    parts = re.split(rf"\s*(?:{re.escape(layout.separator)}|\n)\s*", cells[places[layout.ingredients]].strip())
    ingredients = tuple(dict.fromkeys(part for part in parts if part))
    if name and ingredients:
        atc = atc_code(cells[places[layout.atc]]) if layout.atc in places else ""
        yield Record(name, ingredients, f"{path.name}:{number}", atc, layout.country)


def _places(cells: list[str], layout: Layout) -> dict[str, int]:
    """Where the columns stand, if this line is the header."""
    wanted = [title for title in (layout.name, layout.ingredients, layout.atc, layout.only[0]) if title]
    titles = [" ".join(cell.split()).lstrip("\ufeff") for cell in cells]
    found = {title: next((at for at, cell in enumerate(titles) if cell.startswith(title)), -1) for title in wanted}
    return {} if min(found.values()) < 0 else found


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    text = _text(path)
    head = "\n".join(text.splitlines()[:_HEADER_WITHIN])
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter)
    for cells in reader:
        yield reader.line_num, cells


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise LexiconError(f"{path}:1: cannot be read: {error}") from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")
