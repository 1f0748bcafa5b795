"""Reads single numbers: decimals, thousands, fractions, number words; `ranges.py` reads what is made of two.

What could be two numbers is not decided here: `Count.doubt` carries the other reading, and the unit decides later or
nobody does.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from math import gcd
from typing import Any, Protocol

from rx2fhir.language import LanguagePack
from rx2fhir.normalize.values import Count
from rx2fhir.text import UNSEEN, Token

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
_THOUSAND = 1000
_MONTH, _MONTHS, _CENTURIES = 2, 12, ("19", "20")
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


def read_numbers(words: Words, at: int) -> Ends:
    """Every single number that starts at token `at`; "2 (two)" is one number."""
    found: Ends = []
    for end, number in _thousands(words, _bare_numbers(words, at)):
        if not _is_hour(words, at):  # "at 8 and 1/2 tablet" is no 8½ tablets
            end, number = _half_more(words, end, number)
        found.append((end, number))
        found.extend(_said_again(words, end, number))
    return found


def _thousands(words: Words, found: Ends) -> Ends:
    """The numbers, and so many thousands where the word for one stands behind, of no unit: "vingt mille", "25 mil"."""
    more = [
        (stop, Count(number.low * _THOUSAND))
        for end, number in found
        if number.whole and 1 < number.low < _THOUSAND and number.doubt is None
        for stop, value in words.ends("numbers", end)
        if value == str(_THOUSAND) and not words.ends("units", end)
    ]
    return [*more, *found]


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
    return [(end, Count(Decimal(value), fraction=0 < Decimal(value) < 1)) for end, value in words.ends("numbers", at)]


def _digits(words: Words, at: int) -> Ends:
    tokens = words.tokens
    if len(tokens[at].text) > _MAX_DIGITS:
        return []
    fraction = read_fraction(words, at)
    if fraction:
        return [fraction, (at + 1, Count(Decimal(tokens[at].text)))]
    end, groups, signs = _groups(tokens, at)
    found = [(end, _grouped(groups, signs, words.pack))] if _is_figure(groups, signs) else []
    spaced = _spaced_thousands(words, at) if len(groups) == 1 else None
    return [spaced, *found] if spaced else found


def is_one_blank(words: Words, at: int) -> bool:
    """One blank, no tab, stands between a token and the next: the columns of a table are further apart."""
    gap = words.text[words.tokens[at].end : words.tokens[at + 1].start].strip(UNSEEN)
    return len(gap) == 1 and gap != "\t"


def read_fraction(words: Words, at: int) -> tuple[int, Count] | None:
    """`1/2`, `1 1/2` and `1-1/2`."""
    tokens, whole = words.tokens, Decimal(0)
    spaced = at + 3 < len(tokens) and tokens[at + 1].is_number and is_one_blank(words, at)
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
    if len(signs) == 1 and len(groups[0]) == _MONTH and len(groups[1]) == len("2026") and groups[1][:2] in _CENTURIES:
        return int(groups[0]) > _MONTHS or signs == [","]  # "03.2026" is a month
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
    hangs = at > 0 and tokens[at].glued and tokens[at - 1].is_word  # the 3 of "D3 400 IU"
    if " " not in words.pack.thousands or len(digits) > 3 or digits.startswith("0") or hangs:
        return None
    while end < len(tokens) and tokens[end].is_number and len(tokens[end].text) == 3 and is_one_blank(words, end - 1):
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
