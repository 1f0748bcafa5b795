"""Reads calendar dates: they are cut out here, and read by dateparser in the pack's language."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from rx2fhir.normalize.number import Words
from rx2fhir.text import Token

_SEPARATORS = ("/", ".", "-")
_ORDINAL = ("st", "nd", "rd", "th", "er")


def read_date(words: Words, at: int) -> list[tuple[int, date | None]]:
    """A date that starts at token `at`: (end, date); (end, None) where no calendar has it or the year is not clear."""
    tokens = words.tokens
    if at + 2 >= len(tokens):
        return []
    number = tokens[at].is_number
    end, whole = _alone(words, at)
    if whole is None and (end or number):
        shared = _first_of_two(words, at, end or _day(tokens, at)) or (_second_of_two(words, at) if number else None)
        if shared:
            return [shared]
    end = end or _no_year(tokens, at)
    return [(end, whole)] if end else []


def _no_year(tokens: Sequence[Token], at: int) -> int | None:
    """`03.04.`: a day and a month with their dots; of which year, the text does not say."""
    parts = tokens[at : at + 4]
    if len(parts) < 4 or not all(part.glued for part in parts[1:]) or parts[1].text + parts[3].text != "..":
        return None
    day, month = (part.text if part.is_number and len(part.text) <= 2 else "0" for part in (parts[0], parts[2]))
    followed = at + 4 < len(tokens) and tokens[at + 4].glued and tokens[at + 4].text.isalnum()
    return at + 4 if 1 <= int(day) <= 31 and 1 <= int(month) <= 12 and not followed else None


def _alone(words: Words, at: int) -> tuple[int | None, date | None]:
    """Where the tokens of a date end, and the date, with no look at a date beside it."""
    tokens = words.tokens
    if at + 2 >= len(tokens):
        return None, None
    end = (_figures(tokens, at) or _named_month(words, at)) if tokens[at].is_number else _month_first(words, at)
    return end, _parse(words, at, end) if end else None


def _first_of_two(words: Words, at: int, end: int) -> tuple[int, date] | None:
    """`15 to 20 March 2026`, `15.3.-20.3.2026`, `Jan 30 - Feb 2, 2026`: what it lacks stands in the second."""
    for start, _ in words.ends("<to_day>", end):
        last = _last_of_two(words, start)
        first = _borrowed(words, at, end, last) if last else None
        if first and last and first < last:
            return end, first
    return None


def _last_of_two(words: Words, at: int) -> date | None:
    """The second date, which says all that the first lacks; never a first one again, so that no chain is followed."""
    _, whole = _alone(words, at)
    shared = at + 2 < len(words.tokens) and words.tokens[at].is_number and whole is None
    second = _second_of_two(words, at) if shared else None
    return second[1] if second else whole


def _day(tokens: Sequence[Token], at: int) -> int:
    """Behind a day (`15.`, `15th`), or a day and a month in figures (`15.3.`)."""
    end = at + 1
    month = end + 1 < len(tokens) and tokens[end].text in "./" and tokens[end + 1].is_number
    if month and tokens[end].glued and tokens[end + 1].glued:
        end += 2
    return end + (tokens[end].text in (".", *_ORDINAL) and tokens[end].glued) if end < len(tokens) else end


def _borrowed(words: Words, at: int, end: int, other: date) -> date | None:
    """The day, and the month if there is one, of the tokens, in the rest of another date."""
    figures = [token.text for token in words.tokens[at:end] if token.is_number]
    month = next((key for point in range(at, end) for _, key in words.ends("months", point)), None)
    if len(figures) == 1:
        figures.append(month or str(other.month))
    elif words.pack.either_first and _could_be_both(figures):
        return None
    order = "MDY" if words.pack.month_first and not month and end > at + 2 else "DMY"
    return _dateparser(f"{figures[0]} {figures[1]} {other.year}", words.pack.code, order)


def _second_of_two(words: Words, at: int) -> tuple[int, date] | None:
    """The `20, 2026` of `Jan 15-20, 2026`: the month stands before the first."""
    tokens = words.tokens
    year = at + 2 if tokens[at + 1].text == "," else at + 1
    if year >= len(tokens) or not tokens[year].is_number or len(tokens[year].text) != 4:
        return None
    for before in range(max(at - 4, 0), at):
        for day, month in words.ends("months", before):
            if tokens[day].is_number and any(end == at for end, _ in words.ends("<to_day>", day + 1)):
                found = _dateparser(f"{tokens[at].text} {month} {tokens[year].text}", words.pack.code, "DMY")
                return (year + 1, found) if found else None
    return None


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
    while start < min(at + 3, len(tokens)) and not tokens[start].is_number and not words.ends("months", start):
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
            while end < min(day + 3, len(tokens)) and tokens[end].text in (",", *_ORDINAL):
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
