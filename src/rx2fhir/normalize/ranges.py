"""Reads numbers and ranges: `1-2`, `one or two`, `between 1 and 2`, `1, 2 or 3`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from rx2fhir.normalize.number import FRACTIONS, Ends, Words, read_fraction
from rx2fhir.normalize.values import Count
from rx2fhir.text import Token


def read_counts(words: Words, at: int) -> Ends:
    """Every number or range that starts at token `at`: (end, Count), the longest first."""
    slashed = _slashed(words, at)
    found = list(slashed)
    for end, number in words.read("number", at):
        if any(stop == end for stop, _ in slashed):  # no fraction
            continue
        found.append((end, number))
        found.extend(ranges(words, end, number))
    found.extend(_between(words, at))
    return sorted(found, key=lambda item: -item[0])


def ranges(words: Words, end: int, low: Count) -> Ends:
    """The ranges that a number which ends at token `end` is the beginning of."""
    if low.doubt is not None or _is_chained(words, end):
        return []
    found = []
    for start in _joints(words, end):
        for stop, high in words.read("number", start):
            if high.low > low.low and high.doubt is None and not _is_scheme(words, stop):
                found.append((stop, Count(low.low, high.low)))
    return found + _listed(words, end, low)


def _listed(words: Words, end: int, low: Count) -> Ends:
    """`1, 2 or 3` is from 1 to 3."""
    tokens, at = words.tokens, end + 1
    if at >= len(tokens) or tokens[end].text != "," or tokens[at].glued:
        return []
    steps = [(stop, one.low) for stop, one in words.read("number", at) if one.low > low.low]
    ends = [(start, middle) for stop, middle in steps for start, _ in words.ends("<or>", _past_comma(tokens, stop))]
    highs = [(stop, high, middle) for start, middle in ends for stop, high in words.read("number", start)]
    return [(stop, Count(low.low, high.low)) for stop, high, middle in highs if high.low > middle]


def _past_comma(tokens: Sequence[Token], at: int) -> int:
    return at + (at + 1 < len(tokens) and tokens[at].text == ",")


def _is_chained(words: Words, end: int) -> bool:
    """A number or unit and a dash directly before a lone number: 300-600 of 150-300-600 mg is no range."""
    tokens, dash = words.tokens, end - 2
    if dash < 1 or tokens[dash].text != "-" or not (tokens[dash].glued and tokens[dash + 1].glued):
        return False
    before = tokens[dash - 1]
    return before.is_number or before.text in FRACTIONS or any(words.ends("units", dash - 1))


def _joints(words: Words, at: int) -> list[int]:
    tokens = words.tokens
    joints = [end for name in ("<to>", "<or>") for end, _ in words.ends(name, at)]
    if at < len(tokens) and tokens[at].text == "-" and not (tokens[at - 1].is_word and tokens[at].glued):
        joints.append(at + 1)
    return list(dict.fromkeys(joints))


def _is_scheme(words: Words, at: int) -> bool:
    """A further dash and number: 0-1-0 holds no range."""
    tokens = words.tokens
    return (
        at + 1 < len(tokens)
        and tokens[at].text == "-"
        and (tokens[at + 1].is_number or tokens[at + 1].text in FRACTIONS)
    )


def _slashed(words: Words, at: int) -> Ends:
    """`4/6` before a unit of time is a range; `3/4` of an hour may be a fraction, `1/2` of one is."""
    tokens = words.tokens
    if at + 3 > len(tokens) or tokens[at + 1].text != "/" or not (tokens[at].is_number and tokens[at + 2].is_number):
        return []
    low, high = Decimal(tokens[at].text), Decimal(tokens[at + 2].text)
    units = {unit for _, unit in words.ends("time_units", at + 3)}
    if not 1 <= low < high <= 48 or not units or words.ends("<of>", at + 3):  # the "di" of "3/4 di cp" is no day
        return []
    fraction = read_fraction(words, at)
    if fraction and low > 1 and units & {"h", "min"}:
        return [(at + 3, replace(fraction[1], doubt=low))]
    return [] if fraction and low == 1 else [(at + 3, Count(low, high))]


def _between(words: Words, at: int) -> Ends:
    """`between 1 and 2`."""
    found: Ends = []
    for start, _ in words.ends("<between>", at):
        for end, low in words.read("number", start):
            highs = [item for middle, _ in words.ends("<and>", end) for item in words.read("number", middle)]
            found += [(stop, Count(low.low, high.low)) for stop, high in highs if high.low > low.low]
    return found
