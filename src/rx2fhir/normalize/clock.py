"""Reads clock times and calendar dates. Dates are cut out here and read by dateparser in the pack's language."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from rx2fhir.normalize.number import Words
from rx2fhir.text import Token

_SEPARATORS = ("/", ".", "-")


def read_time(words: Words, at: int) -> list[tuple[int, str]]:
    """`8:00`, `08.30` before a row's words: (end, "08:00:00")."""
    tokens = words.tokens
    if (
        at + 2 < len(tokens)
        and tokens[at + 1].text in (":", ".")
        and tokens[at + 2].glued
        and len(tokens[at + 2].text) == 2
        and not _goes_on(tokens, at + 3)
    ):
        time = clock(tokens[at].text, tokens[at + 2].text)
        return [(at + 3, time)] if time else []
    if at < len(tokens) and len(tokens[at].text) == 4 and tokens[at].is_number and _is_military(words, at):
        time = clock(tokens[at].text[:2], tokens[at].text[2:])
        return [(at + 1, time)] if time else []
    return []


def _goes_on(tokens: Sequence[Token], at: int) -> bool:
    """A dot and a number follow: 02.11 of 02.11.2026 is no time."""
    return at + 1 < len(tokens) and tokens[at].text == "." and tokens[at].glued and tokens[at + 1].is_number


def _is_military(words: Words, at: int) -> bool:
    """`0800`, "at 2000", "0800 and 2000"; other four figures are rather a year or an amount."""
    tokens = words.tokens
    if tokens[at].text[0] == "0":
        return True
    near = tokens[max(at - 4, 0) : at] + tokens[at + 1 : at + 5]
    told = any(len(token.text) == 4 and token.is_number and token.text[0] == "0" for token in near)
    at_words = [end for one in range(max(at - 2, 0), at) for end, _ in words.ends("<at>", one)]
    return tokens[at].text[2:] in ("00", "30") and (told or at in at_words)


def clock(hour: str, minute: str = "0", half: str | None = None) -> str | None:
    """The FHIR time of an hour and a minute, or None where there is no such time."""
    if not (hour.isdecimal() and minute.isdecimal()) or len(hour) > 2 or len(minute) > 2:
        return None
    hours, minutes = int(hour), int(minute)
    if half:
        if not 1 <= hours <= 12:
            return None
        hours = hours % 12 + (12 if half == "pm" else 0)
    if hours == 24 and minutes == 0:
        hours = 0
    return f"{hours:02}:{minutes:02}:00" if hours < 24 and minutes < 60 else None


def read_date(words: Words, at: int) -> list[tuple[int, date | None]]:
    """A date that starts at token `at`: (end, date); (end, None) where no calendar has it or the year is not clear."""
    tokens = words.tokens
    if at + 2 >= len(tokens):
        return []
    end = (_figures(tokens, at) or _named_month(words, at)) if tokens[at].is_number else _month_first(words, at)
    return [(end, _parse(words, at, end))] if end else []


def _figures(tokens: Sequence[Token], at: int) -> int | None:
    """`15/03/2025`, `15.3.25`, `2025-03-15`."""
    if at + 4 >= len(tokens) or tokens[at + 1].text not in _SEPARATORS or tokens[at + 3].text != tokens[at + 1].text:
        return None
    parts = [tokens[at], tokens[at + 2], tokens[at + 4]]
    glued = all(tokens[at + step].glued for step in (1, 2, 3, 4))
    sizes = tuple(len(part.text) for part in parts)
    if not glued or not all(part.is_number for part in parts):
        return None
    year_last = sizes[0] <= 2 and sizes[1] <= 2 and sizes[2] in (2, 4) and (sizes[2] == 4 or tokens[at + 1].text != "-")
    year_first = sizes[0] == 4 and sizes[1] <= 2 and sizes[2] <= 2
    return at + 5 if year_last or year_first else None


def _named_month(words: Words, at: int) -> int | None:
    """`3 mai 2025`, `1er mai`, `3 de mayo de 2025`."""
    tokens, start = words.tokens, at + 1
    while start < min(at + 3, len(tokens)) and not words.ends("months", start):
        start += 1
    ends = words.ends("months", start)
    if not ends or len(tokens[at].text) > 2:
        return None
    end = ends[0][0]
    for year in (end, end + 1):
        if year < len(tokens) and tokens[year].is_number and len(tokens[year].text) == 4:
            return year + 1
    return end


def _month_first(words: Words, at: int) -> int | None:
    """`March 15, 2025`, `Jan 3rd 2026`."""
    tokens = words.tokens
    for day, _ in words.ends("months", at):
        if day < len(tokens) and tokens[day].is_number and len(tokens[day].text) <= 2:
            end = day + 1
            while end < min(day + 3, len(tokens)) and tokens[end].text in (",", "st", "nd", "rd", "th"):
                end += 1
            dated = end < len(tokens) and tokens[end].is_number and len(tokens[end].text) == 4
            return end + 1 if dated else day + 1
    return None


def _parse(words: Words, at: int, end: int) -> date | None:
    """The date of the tokens; a named month is told by the pack's own list, the calendar by dateparser."""
    figures = [token.text for token in words.tokens[at:end] if token.is_number]
    month = next((key for point in range(at, end) for _, key in words.ends("months", point)), None)
    if month:
        figures.insert(1, month)
    if len(figures) != 3 or not any(len(figure) == 4 for figure in figures):
        return None
    if words.pack.either_first and not month and len(figures[0]) < 4 and _could_be_both(figures):
        return None
    order = "YMD" if len(figures[0]) == 4 else "MDY" if words.pack.month_first and not month else "DMY"
    return _dateparser(" ".join(figures), words.pack.code, order)


def _could_be_both(figures: list[str]) -> bool:
    """03/04 is a day of March here and of April there."""
    return int(figures[0]) <= 12 and int(figures[1]) <= 12 and figures[0] != figures[1]


@lru_cache(maxsize=4096)
def _dateparser(text: str, language: str, order: str) -> date | None:
    import dateparser

    settings = {"DATE_ORDER": order, "REQUIRE_PARTS": ["day", "month", "year"]}
    found = dateparser.parse(text, languages=[language], settings=settings)
    return found.date() if found else None
