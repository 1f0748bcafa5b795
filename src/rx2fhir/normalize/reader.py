"""One pack at the tokens of one text: what its vocabularies, lists and slots read there.

What has been read at a token is remembered, so the work is bounded by the number of tokens.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Sequence
from typing import Any

from rx2fhir.language import LanguagePack
from rx2fhir.normalize.match import Match
from rx2fhir.normalize.openings import openings
from rx2fhir.normalize.slots import SLOTS
from rx2fhir.packtries import SLOT_VOCABULARIES
from rx2fhir.phrases import Values
from rx2fhir.text import Token, tokenize

_FIGURE_SIGNS = frozenset(":/.,")
_DATE_SIGNS = (["-", "-"], ["/", "/"], [".", "."])
_LONGEST_CHAIN = 48
"""Numbers and single signs in a row with no word between; "8:00/12:00/16:00/20:00" are 15. More is no prescription."""

_FREE = ("words", "reason")
"""Slots that end elsewhere when the stops change."""


class Reader:
    """Reads the slots of one pack at the tokens of one text.

    numbered_lines: the tokens that begin a line and are a number.
    stops: tokens at which free words end; verbs: those at which a reason ends as well ("if it hurts take ...").
    hanging: numbers glued to a word, as in D3: they stand alone only where that word is read (3dd2).
    """

    def __init__(self, text: str, pack: LanguagePack, tokens: list[Token] | None = None) -> None:
        self.text = text
        self.pack = pack
        self.tokens: list[Token] = tokenize(text) if tokens is None else tokens
        self.words = [token.text for token in self.tokens]
        self._breaks = [at for at, word in enumerate(self.words) if word == "\n"] if "\n" in text else []
        self.words.append("")
        self.openings = openings(pack).at(self.words)
        self.numbered_lines = [at + 1 for at in [-1, *self._breaks] if self.words[at + 1].isdecimal()]
        self.hanging = _hanging(self.tokens)
        for at in _chained(self.tokens):
            self.openings[at] = frozenset()
        self.stops: frozenset[int] = frozenset()
        self.verbs: frozenset[int] = frozenset()
        self.matches: dict[tuple[int, bool], list[Match]] = {}
        self.tables: dict[int, list[Match]] | None = None
        self._closed: dict[int, list[tuple[int, Any, Values]]] = {}
        self._read: dict[tuple[str, int], Sequence[tuple[int, Any]]] = {}
        self._found: dict[tuple[str, int], Sequence[tuple[int, str]]] = {}
        self._starts: dict[str, list[int]] = {}

    def read(self, kind: str, at: int) -> Sequence[tuple[int, Any]]:
        """The values of a slot at a token: (end, value), the longest first. Kinds: `mappings/README.md`."""
        if kind not in self.openings[at]:
            return ()
        slot = SLOTS.get(kind)
        if slot is None:
            return self.ends(SLOT_VOCABULARIES.get(kind, kind), at)
        found = self._read.get((kind, at))
        if found is None or kind in _FREE:
            found = self._read[kind, at] = slot(self, at)
        return found

    def ends(self, vocabulary: str, at: int) -> Sequence[tuple[int, str]]:
        """The words of a vocabulary or `<list>` at a token: (end, key), the longest first."""
        if vocabulary not in self.openings[at]:
            return ()
        found = self._found.get((vocabulary, at))
        if found is None:
            found = self._found[vocabulary, at] = self._ends(vocabulary, at)
        return found

    def starts(self, vocabulary: str) -> list[int]:
        """The tokens at which words of a vocabulary or `<list>` may stand."""
        found = self._starts.get(vocabulary)
        if found is None:
            found = self._starts[vocabulary] = [at for at, kinds in enumerate(self.openings) if vocabulary in kinds]
        return found

    def stands(self, names: Collection[str], at: int) -> bool:
        """Whether words of one of these vocabularies or `<lists>` stand at a token."""
        return not self.openings[at].isdisjoint(names) and any(self.ends(name, at) for name in names)

    def _ends(self, vocabulary: str, at: int) -> Sequence[tuple[int, str]]:
        rows = self.pack.tries[vocabulary].match(self.words, at, self.read, self.openings)
        if len(rows) < 2:
            return [(end, row.key) for end, row, _ in rows]
        ends: dict[tuple[int, str], bool] = {}
        for end, row, _ in rows:
            key = (end, row.key)
            ends[key] = ends.get(key, False) or self._is_written(at, end, row)
        return sorted(ends, key=lambda item: (-item[0], not ends[item], item[1]))

    def _is_written(self, at: int, end: int, row: Any) -> bool:
        """The phrase stands in the text with its very accents: gel is not gél."""
        words = self.text[self.tokens[at].start : self.tokens[end - 1].end].casefold()
        return str(row.phrase).casefold().rstrip(".") == words.rstrip(".")

    def rows(self, trie: str, at: int) -> list[tuple[int, Any, Values]]:
        """The rows of a trie of the pack that stand at a token: (end, row, slot values)."""
        if trie not in self.openings[at]:
            return []
        found = self._closed.get(at) if trie == "closed" else None
        if found is None:
            found = self.pack.tries[trie].match(self.words, at, self.read, self.openings)
            if trie == "closed":  # of the others, each is asked for once at a token
                self._closed[at] = found
        return found

    def line(self, at: int) -> int:
        """The number of the line that a token stands in."""
        return bisect_right(self._breaks, at)

    def token_at(self, point: int) -> int:
        """The index of the first token that ends behind a code point."""
        return bisect_right(self.tokens, point, key=lambda token: token.end)

    def inside_figure(self, at: int) -> bool:
        """The number goes on with the figure before it: :00 of 08:00, .5 of 2.5."""
        tokens = self.tokens
        if not tokens[at].is_number or at < 2 or not (tokens[at].glued and tokens[at - 1].glued):
            return False
        return tokens[at - 1].text in _FIGURE_SIGNS and tokens[at - 2].is_number

    def is_dated(self, at: int) -> bool:
        """The number is the day, month or year of a date in full: 12-01-2020, 03-Nov-2026."""
        tokens = self.tokens
        return any(
            first >= 0
            and all(token.glued for token in tokens[first + 1 : first + 5])
            and [token.text for token in tokens[first + 1 : first + 4 : 2]] in _DATE_SIGNS
            and len(tokens[first].text) <= 2
            and len(tokens[first + 4].text) == 4
            and tokens[first + 4].is_number
            for first in (at, at - 2, at - 4)
            if first + 4 < len(tokens)
        )

    def figure_goes_on(self, at: int) -> bool:
        """The token before `at` is only the beginning of a figure: 08 of 08:00."""
        return at + 1 < len(self.tokens) and self.inside_figure(at + 1)


def _hanging(tokens: Sequence[Token]) -> set[int]:
    """The numbers that are glued to a word."""
    glued = [at for at, token in enumerate(tokens) if token.glued and token.is_number]
    return {at for at in glued if at and tokens[at - 1].is_word}


def _chained(tokens: Sequence[Token]) -> set[int]:
    """The tokens of chains of too many numbers."""
    found: set[int] = set()
    first = 0
    for at in range(1, len(tokens) + 1) if len(tokens) > _LONGEST_CHAIN else ():
        if at == len(tokens) or not _is_chain(tokens[at - 1], tokens[at]):
            if at - first > _LONGEST_CHAIN:
                found.update(range(first, at))
            first = at
    return found


def _is_chain(one: Token, two: Token) -> bool:
    """Two numbers, a number and a sign, or a sign and a number, on one line."""
    number = one.is_number or two.is_number
    return number and not (one.is_word or two.is_word) and "\n" not in (one.text, two.text)
