"""Ways of writing that have been misread: U, QD, µg, a trailing zero, a naked decimal (`mappings/abbreviations`)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from rx2fhir.codes import table
from rx2fhir.statement import Issue

_UNIT = r"(?=\s?(?:[mkµμu]?g|mc?g|m?l|mL|L|U|UI|IU|units?)(?!\w))"
_TRAILING_ZERO = rf"(?<![\d.,])\d+[.,]0{_UNIT}"
_NAKED_DECIMAL = rf"(?<![\w.,])[.,]\d+{_UNIT}"
_MOST = 100
"""A page of nothing else says no more with a thousand of them."""


def error_prone_issues(text: str, language: str) -> Iterator[Issue]:
    """An issue of severity information for each; the text is read as it stands."""
    rows = _rows(language)
    if not rows:
        return
    for number, found in enumerate(_pattern(language).finditer(text)):
        if number == _MOST:
            return
        yield Issue("information", "error-prone-abbreviation", _message(found, rows), found.start(), found.end())


def _message(found: re.Match[str], rows: Mapping[str, dict[str, str]]) -> str:
    words = found.group()
    if found.lastgroup == "trailing":
        return f"{words!r}: a trailing zero is misread where the point is not seen"
    if found.lastgroup == "naked":
        return f"{words!r}: a decimal without its zero is misread where the point is not seen"
    row = rows[words]
    return f"{words!r} has been mistaken for {row['mistaken_for']}; write {row['better']}"


@cache
def _rows(language: str) -> Mapping[str, dict[str, str]]:
    rows = table("error_prone", "id", "abbreviations").values()
    return {row["written"]: row for row in rows if row["language"] == language}


@cache
def _pattern(language: str) -> re.Pattern[str]:
    """All of a language at once: units stand behind a number, words alone."""
    written = sorted(_rows(language).items(), key=lambda pair: -len(pair[0]))
    units = "|".join(re.escape(name) for name, row in written if row["place"] == "unit")
    words = "|".join(re.escape(name) for name, row in written if row["place"] == "word")
    parts = [rf"(?<=\d)(?:{units})(?!\w)", rf"(?<=\d\s)(?:{units})(?!\w)"]
    parts += [rf"(?<![\w/])(?:{words})(?![\w/])"] if words else []
    parts += [f"(?P<trailing>{_TRAILING_ZERO})", f"(?P<naked>{_NAKED_DECIMAL})"]
    return re.compile("|".join(parts))
