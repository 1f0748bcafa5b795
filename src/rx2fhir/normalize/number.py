"""Reads numbers: decimals, thousands, fractions, number words, ranges.

What could be two numbers is not decided here: `Count.doubt` carries the other reading, and the unit decides later or
nobody does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from math import gcd
from typing import Any, Protocol

from rx2fhir.language import LanguagePack
from rx2fhir.normalize.values import Count
from rx2fhir.text import Token

FRACTIONS = {
    "½": Decimal("0.5"),
    "¼": Decimal("0.25"),
    "¾": Decimal("0.75"),
    "⅓": Decimal("0.333333"),
    "⅔": Decimal("0.666667"),
    "⅛": Decimal("0.125"),
    "⅜": Decimal("0.375"),
    "⅝": Decimal("0.625"),
    "⅞": Decimal("0.875"),
}
_DENOMINATORS = ("2", "3", "4", "8")
_MAX_DIGITS = 12
_MOST_HALVES = 12
"""Nobody takes 300 ½ of anything: behind a larger number, a fraction is the next amount."""

Ends = list[tuple[int, Count]]


class Words(Protocol):
    """What number and amount reading need from the reader: vocabularies and other slots at a token."""

    text: str
    tokens: list[Token]
    pack: LanguagePack

    def ends(self, vocabulary: str, at: int) -> Sequence[tuple[int, str]]: ...

    def read(self, kind: str, at: int) -> Sequence[tuple[int, Any]]: ...


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


def read_numbers(words: Words, at: int) -> Ends:
    """Every single number that starts at token `at`; "2 (two)" is one number."""
    found: Ends = []
    for end, number in _bare_numbers(words, at):
        if not _is_hour(words, at):  # "at 8 and 1/2 tablet" is no 8½ tablets
            end, number = _half_more(words, end, number)
        found.append((end, number))
        found.extend(_said_again(words, end, number))
    return found


def _is_hour(words: Words, at: int) -> bool:
    """The word before says that a clock time follows."""
    return at > 0 and any(end == at for end, _ in words.ends("<at>", at - 1))


def _bare_numbers(words: Words, at: int) -> Ends:
    tokens = words.tokens
    if at >= len(tokens):
        return []
    text = tokens[at].text
    if text in FRACTIONS:
        return [(at + 1, Count(FRACTIONS[text], fraction=True))]
    if text.isdecimal():
        return _digits(words, at)
    if (
        text in ".,"
        and at + 1 < len(tokens)
        and tokens[at + 1].is_number
        and tokens[at + 1].glued
        and not tokens[at].glued
    ):
        return [(at + 2, Count(Decimal(f"0.{tokens[at + 1].text}")))]
    return [(end, Count(Decimal(value))) for end, value in words.ends("numbers", at)]


def _digits(words: Words, at: int) -> Ends:
    tokens = words.tokens
    if len(tokens[at].text) > _MAX_DIGITS:
        return []
    fraction = _fraction(tokens, at)
    if fraction:
        return [fraction, (at + 1, Count(Decimal(tokens[at].text)))]
    end, groups, signs = _groups(tokens, at)
    found = [(end, _grouped(groups, signs, words.pack))] if _is_figure(groups, signs) else []
    spaced = _spaced_thousands(words, at) if len(groups) == 1 else None
    return [spaced, *found] if spaced else found


def _fraction(tokens: Sequence[Token], at: int) -> tuple[int, Count] | None:
    """`1/2`, `1 1/2` and `1-1/2`."""
    whole = Decimal(0)
    spaced = at + 3 < len(tokens) and tokens[at + 1].is_number and not tokens[at + 1].glued
    if spaced and len(tokens[at].text) == 1 and tokens[at].text != "0":
        whole, at = Decimal(tokens[at].text), at + 1
    elif _is_dashed(tokens, at):
        whole, at = Decimal(tokens[at].text), at + 2
    if at + 2 >= len(tokens) or tokens[at + 1].text != "/" or tokens[at + 2].text not in _DENOMINATORS:
        return None
    top, bottom = tokens[at].text, tokens[at + 2].text
    if len(top) > 1 or top == "0" or int(top) >= int(bottom) or gcd(int(top), int(bottom)) > 1:
        return None  # nobody takes 6/8: "every 6/8 hours" is a range
    if _goes_on(tokens, at + 3):
        return None
    value = whole + (Decimal(top) / Decimal(bottom)).quantize(Decimal("0.000001")).normalize()
    return at + 3, Count(value, fraction=True)


def _is_dashed(tokens: Sequence[Token], at: int) -> bool:
    """`1-1/2`, with no blank: no range falls, so the dash joins a whole number and its fraction."""
    if at + 4 >= len(tokens) or len(tokens[at].text) > 1 or tokens[at].text == "0":
        return False
    behind = tokens[at + 5].text if at + 5 < len(tokens) else ""
    glued = all(tokens[at + step].glued for step in (1, 2, 3, 4))
    return glued and tokens[at + 1].text == "-" and tokens[at + 3].text == "/" and behind != "-"


def _goes_on(tokens: Sequence[Token], at: int) -> bool:
    """The sign after a fraction makes it something else: 1/2/3, 1/4.5, 1/2025."""
    return (
        at + 1 < len(tokens)
        and tokens[at].text in "/.,"
        and tokens[at].glued
        and tokens[at + 1].is_number
        and tokens[at + 1].glued
    )


def _groups(tokens: Sequence[Token], at: int) -> tuple[int, list[str], list[str]]:
    groups, signs = [tokens[at].text], []
    end = at + 1
    while (
        end + 1 < len(tokens)
        and tokens[end].text in (".", ",", "'")
        and tokens[end].glued
        and tokens[end + 1].is_number
        and tokens[end + 1].glued
        and len(groups) < 5
    ):
        signs.append(tokens[end].text)
        groups.append(tokens[end + 1].text)
        end += 2
    return end, groups, signs


def _is_figure(groups: Sequence[str], signs: Sequence[str]) -> bool:
    """Not a date or a number of sections: before the last sign, threes of digits with one sign between them."""
    threes = all(len(group) == 3 for group in groups[1:-1]) and len(groups[0]) <= 3
    return len(signs) < 2 or (threes and len(set(signs[:-1])) == 1)


def _grouped(groups: list[str], signs: list[str], pack: LanguagePack) -> Count:
    """The value of digit groups with signs between them, and the other value that they could have."""
    if not signs:
        return Count(Decimal(groups[0]))
    as_decimal = Decimal("".join(groups[:-1]) + "." + groups[-1])
    as_whole = Decimal("".join(groups))
    threes = all(len(group) == 3 for group in groups[1:]) and len(groups[0]) <= 3 and groups[0].lstrip("0") != ""
    if len(signs) > 1:
        return Count(as_whole if threes and len(set(signs)) == 1 else as_decimal)
    if not threes:
        return Count(as_decimal)
    if signs[0] == pack.decimal:
        return Count(as_decimal, doubt=as_whole if groups[1].endswith("0") else None)
    return Count(as_whole, doubt=as_decimal if signs[0] == "." else None)


def _spaced_thousands(words: Words, at: int) -> tuple[int, Count] | None:
    """`100 000` where the pack groups digits by blanks, no tabs; the caller keeps the reading without it as well."""
    tokens = words.tokens
    end, digits = at + 1, tokens[at].text
    if " " not in words.pack.thousands or len(digits) > 3 or digits.startswith("0"):
        return None
    while (
        end < len(tokens)
        and tokens[end].is_number
        and len(tokens[end].text) == 3
        and tokens[end].start - tokens[end - 1].end == 1
        and words.text[tokens[end - 1].end] != "\t"
    ):
        digits += tokens[end].text
        end += 1
    two = end == at + 2 and _may_be_two(tokens, at)
    of_form = two and _is_strength_of_form(words, end)
    if end == at + 1 or (of_form and tokens[at].text != "1"):
        return None
    doubtful = of_form or (two and words.pack.decimal == ".")
    return end, Count(Decimal(digits), doubt=Decimal(tokens[at + 1].text) if doubtful else None)


def _is_strength_of_form(words: Words, end: int) -> bool:
    """`2 500 mg tablets`: no tablet holds 2,500 mg, so they are two; of "1 250 mg tablet" nobody knows."""
    return any(unit == "mg" and words.ends("forms", stop) for stop, unit in words.ends("units", end))


def _may_be_two(tokens: Sequence[Token], at: int) -> bool:
    """A number that counts, and one that is an amount of its own: no 000 and no 050."""
    return len(tokens[at].text) == 1 and not tokens[at + 1].text.startswith("0")


def is_column(words: Words, at: int) -> bool:
    """A tab or several blanks stand before a token: it begins the next column."""
    gap = words.text[words.tokens[at - 1].end : words.tokens[at].start]
    return "\t" in gap or len(gap) > 1


def _half_more(words: Words, end: int, number: Count) -> tuple[int, Count]:
    """`1 ½`, `un et demi`."""
    tokens = words.tokens
    if not number.whole or number.low > _MOST_HALVES or end >= len(tokens) or number.doubt is not None:
        return end, number
    if tokens[end].text in FRACTIONS and not is_column(words, end):
        return end + 1, Count(number.low + FRACTIONS[tokens[end].text])
    for stop, _ in words.ends("<half_more>", end):
        return stop, Count(number.low + Decimal("0.5"))
    return end, number


def _said_again(words: Words, end: int, number: Count) -> Ends:
    """`2 (two)`, `4 four`: the number with its repetition in words or digits; "2 (three)" could be either."""
    tokens = words.tokens
    opened = end < len(tokens) and tokens[end].text == "("
    start = end + opened
    if start >= len(tokens) or (not opened and tokens[start].is_number):
        return []
    for stop, again in _bare_numbers(words, start):
        closed = opened and stop < len(tokens) and tokens[stop].text == ")"
        if again.low == number.low and (closed or not opened):
            return [(stop + closed, number)]
        if closed:
            return [(stop + 1, Count(number.low, doubt=again.low))]
    return []


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
    fraction = _fraction(tokens, at)
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
