"""Finds, reads and checks the language packs, `mappings/<lang>/*.yaml`.

The folder is the registration: no list names the languages. Every mistake in a pack is a MappingError that names file
and line. The format is described for editors in `mappings/README.md`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from rx2fhir import codes
from rx2fhir.errors import MappingError, UnknownLanguage
from rx2fhir.packfile import read_file
from rx2fhir.packrows import KEYED, ROWS, Row, read_list, read_rows
from rx2fhir.packtries import compile_rows, speller
from rx2fhir.phrases import Trie
from rx2fhir.settings import read_settings


@dataclass(frozen=True, slots=True, eq=False)
class LanguagePack:
    """A language: its settings, its word lists, and its phrases compiled for matching."""

    code: str
    name: str
    decimal: str
    thousands: tuple[str, ...]
    month_first: bool
    either_first: bool
    reviewed: tuple[str, ...]
    rows: tuple[Row, ...]
    lists: Mapping[str, tuple[Row, ...]]
    tries: Mapping[str, Trie] = field(repr=False)


@cache
def languages() -> tuple[str, ...]:
    """The codes of all packs that are there, sorted."""
    return tuple(sorted(path.parent.name for path in codes.mappings_dir().glob("*/language.yaml")))


@cache
def detected() -> tuple[str, ...]:
    """The languages that an unnamed text may be in: all but those whose pack says `detected: false`."""
    return tuple(code for code in languages() if read_settings(codes.mappings_dir() / code).get("detected", True))


@cache
def load(code: str) -> LanguagePack:
    """The pack of a language. Raises UnknownLanguage (the choices) or MappingError (file and line)."""
    if code not in languages():
        raise UnknownLanguage(f"no pack {code!r}; packs: {', '.join(languages())}")
    return read_pack(codes.mappings_dir() / code)


def read_pack(folder: Path) -> LanguagePack:
    """Read and compile one folder. Raises MappingError."""
    _check_files(folder)
    settings = read_settings(folder)
    lists = {name: read_list(name, line) for name, line in read_file(folder / "words.yaml").items()}
    rows = tuple(row for name in (*KEYED, *ROWS) for row in read_rows(folder, name))
    return LanguagePack(
        code=settings["code"],
        name=settings["name"],
        decimal=settings.get("decimal", "."),
        thousands=tuple(settings.get("thousands", ())),
        month_first=settings.get("date_order", "DMY") == "MDY",
        either_first=settings.get("date_order", "DMY") == "either",
        reviewed=tuple(settings.get("reviewed", ())),
        rows=rows,
        lists=lists,
        tries=compile_rows(rows, lists, speller(settings.get("digraphs", {}))),
    )


def _check_files(folder: Path) -> None:
    known = {*KEYED, *ROWS, "language", "words", "text"}
    for path in sorted(folder.glob("*.yaml")):
        if path.stem not in known:
            raise MappingError(
                f"{folder.name}/{path.name}:1: no such file in a pack; files: {', '.join(sorted(known))}"
            )
