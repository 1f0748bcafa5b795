"""Which language a text is in: the pack that knows most of its words, weighed by how few packs know them.

Only the words of the packs are looked at, not their rows, so that naming a language needs no pack to be compiled. The
accents, the decimal sign and the habits of a country tell a little as well: "dia" is rather Portuguese than Spanish,
47,5 not English, 1-0-1 rather German than French.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple

from rx2fhir import codes
from rx2fhir.language import detected
from rx2fhir.packfile import read_file
from rx2fhir.text import FRACTIONS, Token, fold

_MAX_TOKENS = 2000
"""A page is enough to tell a language by."""

_CLOSE = 0.8
"""Languages with this share of the best one's weight may be meant as well."""

FAR, FARTHEST = 0.4, 0.1
"""And those with this share, where the likely ones read no sig in a text of few words, or not all of it."""

_WRITTEN = 0.25
"""What the very accents of a word weigh beside the word itself."""

_STYLE = 0.5
"""What a decimal sign or a habit of a country weighs beside the letters of words: it decides between near equals."""

_ASIDE = re.compile(r'^\s*(?:#.*|(?:note|means):.*|"[^"\n]*":)', re.MULTILINE)
"""What stands in a pack in English: comments, notes, meanings and keys."""

_QUOTED = re.compile(r'"([^"\n]*)"')
_WORD = re.compile(r"[^\W\d_]+")
_MARKUP = re.compile(r"\{\w+\}|<\w+>")


class _Words(NamedTuple):
    """The words of a pack's phrases: folded, and as they are written."""

    folded: frozenset[str]
    written: frozenset[str]


@cache
def _words() -> dict[str, _Words]:
    """The words of every pack that is looked for."""
    return {code: _words_of(code) for code in detected()}


def _words_of(code: str) -> _Words:
    """The words are folded as one text: one by one takes longer than all else that a cold start does here."""
    texts = [path.read_text(encoding="utf-8") for path in (codes.mappings_dir() / code).glob("*.yaml")]
    phrases = " ".join(phrase for text in texts for phrase in _QUOTED.findall(_ASIDE.sub("", text)))
    written = "\n".join(set(_WORD.findall(_MARKUP.sub(" ", phrases))))
    return _Words(frozenset(fold(written).split("\n")), frozenset(written.casefold().split("\n")))


@lru_cache(maxsize=65_536)
def _owners(folded: str, written: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The languages that have a word, and those that write it so."""
    known = _words().items()
    return (
        tuple(code for code, words in known if folded in words.folded),
        tuple(code for code, words in known if written in words.written),
    )


class _Style(NamedTuple):
    """How a language is written: its decimal sign, and the pattern of what is written so here rather than elsewhere."""

    decimal: str
    habits: re.Pattern[str] | None


@cache
def _styles() -> dict[str, _Style]:
    found = {}
    for code in detected():
        settings = {
            name: line.plain() for name, line in read_file(codes.mappings_dir() / code / "language.yaml").items()
        }
        habits = "|".join(re.escape(_shape(habit)) for habit in settings.get("habits", ()))
        pattern = re.compile(rf"(?<![^\W_])(?:{habits})(?![^\W_])") if habits else None
        found[code] = _Style(settings.get("decimal", "."), pattern)
    return found


def _shape(text: str) -> str:
    """The text with every figure as 0, so that 1-0-1 and 2 - 0 - ½ look alike."""
    return re.sub(rf"[\d{FRACTIONS}]+", "0", re.sub(r"\s*((?<![^\W\d_])x|[-/+])\s*(?=[\d½¼¾])", r"\1", text.casefold()))


def candidates(text: str, tokens: Sequence[Token], share: float = _CLOSE) -> dict[str, float]:
    """The languages that a text may be in with their weights, the likeliest first: `share` of the best one's weight.

    All of them, without weight, where no pack knows a word but there are numbers: "Zorbitam 500 1-0-1" is a sig.
    None of them where there is neither.
    """
    page = tokens[:_MAX_TOKENS]
    votes = dict.fromkeys(detected(), 0.0)
    for token in page:
        if token.is_word:
            _vote(votes, token.text, text[token.start : token.end].casefold())
    if not any(votes.values()) and not any(token.is_number for token in page):
        return {}
    best = max(votes.values())
    close = [code for code, weight in votes.items() if weight >= share * best]
    if len(close) == 1:
        return {close[0]: best}
    style = _style_votes(text[: page[-1].end], page)
    return {code: votes[code] + style[code] for code in sorted(close, key=lambda code: (-votes[code], code))}


def _style_votes(text: str, tokens: Sequence[Token]) -> dict[str, float]:
    """What the way of writing tells beside the words."""
    signs, shape = _signs(tokens), _shape(text)
    found = {}
    for code, style in _styles().items():
        habits = set(style.habits.findall(shape)) if style.habits else ()
        found[code] = _STYLE * (len(habits) + (style.decimal in signs))
    return found


def _vote(votes: dict[str, float], folded: str, written: str) -> None:
    weight = min(len(folded), 6)
    for share, found in zip((1.0, _WRITTEN), _owners(folded, written), strict=True):
        for code in found:
            votes[code] += share * weight / len(found)


def _signs(tokens: Sequence[Token]) -> set[str]:
    """The decimal signs of a text: a comma or point within a figure, where it can group no thousands."""
    found = set()
    for (one, sign), (_, two) in pairwise(pairwise(tokens)):
        if one.is_number and sign.text in ".," and sign.glued and two.glued and two.is_number and len(two.text) < 3:
            found.add(sign.text)
    return found
