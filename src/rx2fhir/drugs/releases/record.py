"""What a release says of one product, and how its lines are read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rx2fhir.errors import LexiconError

_NAME = re.compile(r"[^\d,*%(\[;]+")
_ATC = re.compile(r"[A-Z]\d\d[A-Z]{2}\d\d")


@dataclass(frozen=True, slots=True)
class Record:
    """A name and what it stands for.

    ingredients: as the release names them, or INNs. atc: one code or "". rxcui: RxNorm's code, of an ingredient alone.
    country: ISO 3166-1 in lower case; empty for a generic name. rule: file and line.
    """

    name: str
    ingredients: tuple[str, ...]
    rule: str
    atc: str = ""
    country: str = ""
    rxcui: str = ""


def product_name(words: str) -> str:
    """The name before strength, form and pack: "DOLIPRANE" of "DOLIPRANE 500 mg, comprimé"."""
    found = _NAME.match(words.strip())
    return found[0].strip(" -.®™") if found else ""


def atc_code(words: str) -> str:
    """The ATC code in a cell; "" for groups and for what is none."""
    found = _ATC.fullmatch(words.strip())
    return found[0] if found else ""


def fields(path: Path, separator: str, least: int, encoding: str) -> Iterator[tuple[int, list[str]]]:
    """The fields of each line with its number. Raises LexiconError where a line has too few or nothing can be read."""
    try:
        with path.open(encoding=encoding, newline="") as lines:
            for number, line in enumerate(lines, start=1):
                cells = line.rstrip("\r\n").split(separator)
                if len(cells) < least:
                    raise LexiconError(f"{path}:{number}: {len(cells)} fields, expected {least} or more")
                yield number, cells
    except (OSError, UnicodeDecodeError) as error:
        raise LexiconError(f"{path}:1: cannot be read as {encoding}: {error}") from error
