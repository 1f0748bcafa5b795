"""Drugs that a text tells of and does not prescribe: allergies, the medicines of relatives, courses that are over.

The words of a pack: `<mentioned>` or `<past>` before such drugs in their sentence, `<mentioned_below>`, `<past_below>`
or, of those taken before an admission, `<earlier_below>` as a title above them, and `<taken>` between any of these and
a drug that is taken after all.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Literal

from rx2fhir.group.segment import Drug
from rx2fhir.normalize.item import Item
from rx2fhir.normalize.reader import Reader

ToldOf = Literal["mentioned", "past", "earlier"]

_ENDS = frozenset("\n;")
_MOST_WORDS = 60
"""No title and no sentence holds for more tokens behind it."""


def told_of(reader: Reader, items: Sequence[Item], drugs: Sequence[Drug], how: ToldOf) -> set[int]:
    """The first tokens of the names that such words stand before or above."""
    if not drugs:
        return set()
    ends = [drug.last - 1 for drug in drugs]  # the words before a name may have been taken for a part of it
    given = [item.first for item in items if item.facts.get("status") == "active"]
    found: set[int] = set()
    for first, stop in _reaches(reader, how):
        told = given[bisect_left(given, first) : bisect_left(given, stop)]
        found.update(drug.first for drug in drugs[bisect_left(ends, first) : bisect_left(ends, min([stop, *told]))])
    return found


def _reaches(reader: Reader, how: str) -> Iterator[tuple[int, int]]:
    """The tokens that such words hold for, first and behind the last."""
    for at in reader.starts(f"<{how}>"):
        for end, _ in reader.ends(f"<{how}>", at)[:1]:
            yield end, _stop(reader, end, end)
    for at in reader.starts(f"<{how}_below>"):
        for end, _ in reader.ends(f"<{how}_below>", at)[:1]:
            behind = end + (reader.words[end] == ":")
            if (at == 0 or reader.words[at - 1] == "\n") and reader.words[behind] == "\n":
                yield behind, _stop(reader, behind, _paragraph(reader, behind + 1))


def _stop(reader: Reader, first: int, least: int) -> int:
    """The end of the sentence that is not before `least`, or a word that says what is taken."""
    last = min(first + _MOST_WORDS, len(reader.tokens))
    for at in range(first, last):
        if reader.ends("<taken>", at) or (at >= least and _ends_sentence(reader, at)):
            return at
    return last


def _ends_sentence(reader: Reader, at: int) -> bool:
    """A line break, a semicolon, or a full stop with a blank behind it, but not that of "s.c. and"; another
    abbreviation ends it too, to be safe."""
    word, tokens = reader.words[at], reader.tokens
    if word != "." or at + 1 >= len(tokens):
        return word in _ENDS or word == "."
    letter = at > 0 and len(reader.words[at - 1]) == 1 and reader.text[tokens[at + 1].start].islower()
    return not (letter or tokens[at + 1].glued)


def _paragraph(reader: Reader, first: int) -> int:
    """Where the next blank line begins."""
    last = min(first + _MOST_WORDS, len(reader.tokens))
    return next((at for at in range(first, last) if reader.words[at : at + 2] == ["\n", "\n"]), last)
