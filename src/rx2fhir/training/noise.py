"""What keyboards, scanners and habits do to a prescription, with the entities carried along.

A text under noise is a list of (character, entity number); number 0 is outside every entity.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from random import Random

Chars = list[tuple[str, int]]

_OCR = {"0": "O", "O": "0", "l": "1|I", "1": "lI|", "I": "l1|", "o": "0", "5": "S", "S": "5", "B": "8", "é": "e6"}
_PAGES = ((0.15, 0.03), (0.4, 0.0), (0.3, 0.08), (0.05, 0.08))
"""Shares of look-alikes and of blanks, page by page."""
_KEYS = "abcdefghijklmnopqrstuvwxyz"


def _recase(change: Callable[[str], str]) -> Callable[[Chars, Random], Chars]:
    def apply(chars: Chars, random: Random) -> Chars:
        return [(new, entity) for char, entity in chars for new in change(char)]

    return apply


def lose_accents(chars: Chars, random: Random) -> Chars:
    """é as e, ü as u: keyboards without accents, old practice software."""
    bare = [(unicodedata.normalize("NFD", char)[0], entity) for char, entity in chars]
    return [(char if char.isascii() else old[0], entity) for (char, entity), old in zip(bare, chars, strict=True)]


def mistype(chars: Chars, random: Random) -> Chars:
    """One letter in thirty dropped, doubled, exchanged with its neighbour or replaced."""
    out: Chars = []
    for char, entity in chars:
        if not char.isalpha() or random.random() > 0.03:
            out.append((char, entity))
            continue
        kind = random.randrange(4)
        if kind == 0:
            out += [(char, entity)] * 2
        elif kind == 1:
            out.append((random.choice(_KEYS), entity))
        elif kind == 2 and out and out[-1][1] == entity and out[-1][0].isalpha():
            out.insert(-1, (char, entity))
    return out


def scan(chars: Chars, random: Random) -> Chars:
    """Optical character recognition: look-alikes, and blanks inside words; pages differ in how bad they are."""
    likeness, blanks = random.choice(_PAGES)
    out: Chars = []
    for index, (char, entity) in enumerate(chars):
        if char in _OCR and random.random() < likeness:
            char = random.choice(_OCR[char])
        out.append((char, entity))
        inside = index + 1 < len(chars) and chars[index + 1][1] == entity and chars[index + 1][0].isalnum()
        if char.isalpha() and inside and random.random() < blanks:
            out.append((" ", entity))
    return out


def glue(chars: Chars, random: Random) -> Chars:
    """`500 mg` as `500mg`, `x 7 days` as `x 7days`: blanks lost between a digit and a letter."""
    out: Chars = []
    for index, (char, entity) in enumerate(chars):
        near = chars[max(index - 1, 0)][0] + chars[min(index + 1, len(chars) - 1)][0]
        mixed = near.isalnum() and not near.isdigit() and any(c.isdigit() for c in near)
        if not (char == " " and mixed and random.random() < 0.7):
            out.append((char, entity))
    return out


def repunctuate(chars: Chars, random: Random) -> Chars:
    """Commas and colons lost or doubled up with blanks, line breaks for blanks between parts."""
    out: Chars = []
    for index, (char, entity) in enumerate(chars):
        if char in ",:;" and not entity and random.random() < 0.4:
            char = random.choice(["", " " + char, char, " -", ";", " :"])
        elif char == " " and random.random() < 0.06:
            char = "  " if entity else random.choice(["  ", "\n", "\t", " , ", "   "])
        elif (
            char == "." and entity and random.random() < 0.3 and not chars[min(index + 1, len(chars) - 1)][0].isdigit()
        ):
            char = ""
        out += [(new, entity) for new in char]
    return out


_NOISES: tuple[tuple[float, Callable[[Chars, Random], Chars]], ...] = (
    (0.10, _recase(str.upper)),
    (0.16, _recase(str.lower)),
    (0.16, lose_accents),
    (0.14, glue),
    (0.16, repunctuate),
    (0.10, mistype),
    (0.07, scan),
)


def disturb(chars: Chars, random: Random) -> Chars:
    """Each kind of noise with its own probability; half of the texts stay clean."""
    if random.random() < 0.45:
        return chars
    for probability, noise in _NOISES:
        if random.random() < probability:
            chars = noise(chars, random)
    return chars
