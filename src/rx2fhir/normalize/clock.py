"""Reads clock times: `8:00`, `0800`."""

from __future__ import annotations

from collections.abc import Sequence

from rx2fhir.normalize.number import Words
from rx2fhir.text import Token

_DAWN, _QUARTER = 5, 15


def read_time(words: Words, at: int) -> list[tuple[int, str]]:
    """`8:00`, `08.30` before a row's words: (end, "08:00:00")."""
    tokens = words.tokens
    if (
        at + 2 < len(tokens)
        and tokens[at + 1].text in (":", ".")
        and tokens[at + 2].glued
        and len(tokens[at + 2].text) == 2
        and not _goes_on(tokens, at + 3)
        and not _is_day(words, at)
        and not _is_decimal(words, at)
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


def _is_day(words: Words, at: int) -> bool:
    """`03.04.`, the day of a month with no year; 3.04 is a rare time as well, if no word for "at" stands before it."""
    tokens, minute = words.tokens, words.tokens[at + 2].text
    if tokens[at + 1].text != "." or not minute.isdecimal() or not 1 <= int(minute) <= 12:
        return False
    dotted = at + 3 < len(tokens) and tokens[at + 3].text == "." and tokens[at + 3].glued
    return (dotted or int(minute) % 5 > 0) and not _is_told(words, at)


def _is_decimal(words: Words, at: int) -> bool:
    """`0.25`, `1.25 od`, `12.50`: a strength; a time with a dot is a quarter of an hour of the day, or told by "at"."""
    hour, sign, minute = (token.text for token in words.tokens[at : at + 3])
    if sign != "." or not (hour.isdecimal() and minute.isdecimal()):
        return False
    night = len(hour) == 1 and int(hour) < _DAWN and minute != "00"
    return hour == "0" or ((night or int(minute) % _QUARTER > 0) and not _is_told(words, at))


def _is_told(words: Words, at: int) -> bool:
    return any(end == at for one in range(max(at - 2, 0), at) for end, _ in words.ends("<at>", one))


def _is_military(words: Words, at: int) -> bool:
    """`0800`, "at 2000", "0800 and 2000"; other four figures are rather a year or an amount."""
    tokens = words.tokens
    if tokens[at].text[0] == "0":
        return True
    near = tokens[max(at - 4, 0) : at] + tokens[at + 1 : at + 5]
    told = any(len(token.text) == 4 and token.is_number and token.text[0] == "0" for token in near)
    return tokens[at].text[2:] in ("00", "30") and (told or _is_told(words, at))


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
