"""Reads schemes, the amounts of a day in a row: `1-0-1`, `1 | 0 | 1`, `300-0-600 mg`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from rx2fhir.normalize.number import FRACTIONS, Words
from rx2fhir.normalize.values import Count, Slots

_MOST_COUNTED, _MOST_MEASURED = 100, 5000
"""The largest amounts in a dash scheme of forms or drops, and of milligrams."""

_MOST_TIMES = 4
"""No amount of a day is more than so many times another one."""


def read_scheme(words: Words, at: int) -> list[tuple[int, Slots]]:
    """`1-0-1`, `1 - 0 - ½ - 0`, `1+1+1`, `1/0/1`, `1 0 1 0`, `1 | 0 | 1`: (end, Slots) of three or four, with unit."""
    first = next((_past_unit(words, end, "-") for end, _ in words.read("number", at)), len(words.tokens))
    sign = words.tokens[first].text if first < len(words.tokens) else ""
    sign = sign if sign in ("-", "+", "/", "|") else ""
    if sign and _is_inside_chain(words, at, first):
        return []
    end, counts = _slots(words, at, sign)
    plain = len(counts) in (3, 4) and (sign in ("-", "+") or _plain(words, at, end, counts))
    plain = plain and _is_day(words, at, end, counts)
    return _with_unit(words, end, counts) if plain else []


def _past_unit(words: Words, at: int, sign: str) -> int:
    """Behind the unit that stands at a token, where the sign of a scheme follows: 75 mg-0-150 mg."""
    stops = (stop for stop, _ in words.ends("units", at))
    return next((stop for stop in stops if stop < len(words.tokens) and words.tokens[stop].text == sign), at)


def _is_day(words: Words, at: int, end: int, counts: Sequence[Count]) -> bool:
    """Hundreds of milligrams, or each with its unit, are the amounts of a day with a unit behind them and a nought.

    Multiples of the least tell as well, 300-300-600 mg; 5-160-12.5 mg are the strengths of three ingredients.
    """
    lows = [count.low for count in counts]
    each = any(words.ends("units", one) for one in range(at, end))
    if max(lows, default=0) <= _MOST_COUNTED and not each:
        return True
    if 0 in lows or not each:
        return bool(words.ends("units", end)) and (0 in lows or _are_multiples(lows))
    return _are_multiples(lows) and any(_is_last(words, stop) for stop, _ in words.ends("units", end))


def _is_last(words: Words, at: int) -> bool:
    """No form and no number behind: "10 mg-2.5 mg-10 mg 1 tablet" names three strengths."""
    tokens = words.tokens
    at += at < len(tokens) and tokens[at].text == ","
    return at >= len(tokens) or not (tokens[at].is_number or words.ends("forms", at) or words.ends("<one>", at))


def _are_multiples(lows: Sequence[Decimal]) -> bool:
    least = min(lows)
    return all(low % least == 0 and low <= _MOST_TIMES * least for low in lows)


def _is_inside_chain(words: Words, at: int, sign: int) -> bool:
    """The same sign and a number before, as close as the sign behind: 24-16-8-4 of 32-24-16-8-4 is no day."""
    tokens = words.tokens
    if at < 2 or tokens[at - 1].text != tokens[sign].text or tokens[at - 1].glued != tokens[sign].glued:
        return False
    return tokens[at - 2].is_number or tokens[at - 2].text in FRACTIONS


def _slots(words: Words, at: int, sign: str) -> tuple[int, list[Count]]:
    counts: list[Count] = []
    tokens, end = words.tokens, at
    while len(counts) < 5:
        figures = words.read("number", end) if end < len(tokens) and not tokens[end].is_word else ()
        within = (item for item in figures if sign != "-" or all(one.text != sign for one in tokens[end : item[0]]))
        number = next((item for item in within if not _is_length(words, item[0])), None)  # not "1 1/2 h"
        if number is None or number[1].doubt is not None or number[1].low > _MOST_MEASURED:
            break
        end = _past_unit(words, number[0], "-") if sign == "-" else number[0]
        counts.append(number[1])
        if sign and (end >= len(tokens) or tokens[end].text != sign):
            break
        end += bool(sign)
    return end, counts


def _is_length(words: Words, at: int) -> bool:
    """A unit of time stands there; that of "1-0-1 day 2-3" is of the number behind it."""
    ends = [end for end, _ in words.ends("time_units", at)]
    return bool(ends) and not any(end < len(words.tokens) and words.tokens[end].is_number for end in ends)


def _plain(words: Words, at: int, end: int, counts: list[Count]) -> bool:
    """A scheme without dashes: small numbers, a nought among them or all alike, so that it is no date or strength."""
    tokens = words.tokens
    small = all((count.whole or count.fraction) and count.low <= 9 for count in counts)
    ends = end >= len(tokens) or not (tokens[end].is_number or tokens[end].text in "./,-")
    return small and ends and (any(count.low == 0 for count in counts) or len({count.low for count in counts}) == 1)


def _with_unit(words: Words, end: int, counts: list[Count]) -> list[tuple[int, Slots]]:
    bare = Slots(tuple(counts), counts_end=end)
    if all(count.low == 0 for count in counts) or _is_length(words, end):
        return []
    for stop, unit in words.ends("units", end):
        return [(stop, replace(bare, unit=unit, kind="measure", unit_start=end, unit_end=stop))]
    for stop, form in words.read("form", end):
        return [(stop, replace(bare, unit=str(form), kind="form", unit_start=end, unit_end=stop))]
    return [(end, bare)]
