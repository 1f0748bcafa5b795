"""The words of a pack by their spelling: which of them a word that the pack does not know may have been.

Four slips of a hand or a scanner: a letter missing, added, wrong or two swapped (tablte); a blank inside a word
(tab let); a figure or a bar for a letter (dai1y, tab|et); two letters for one (rnorning). Numbers and units are never
guessed from letters, but "th ree" is three, and a lone "l" before a form is 1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from itertools import pairwise, product
from typing import NamedTuple

from rx2fhir.language import LanguagePack
from rx2fhir.text import Token

_SWAPPED, _MISSING, _WRONG = 3, 4, 5
"""The least letters of a word in which such a slip is looked for: the shorter a word, the more others are near."""
_MOST_LETTERS = 30
_MOST_PIECES = 3
_MOST_SIGNS = 3
_NO_TARGETS = frozenset(("numbers", "ordinals", "units", "background"))
_WORDS = re.compile(r"[^\W\d_]+")
_LOOKS_LIKE = {"0": "o", "1": "li", "5": "s", "|": "li", "!": "li"}
_LOOKS_LIKE_ONE = {"rn": "m", "vv": "w", "cl": "d"}


class Mending(NamedTuple):
    """Tokens first..last (end not included) that may be one word of the pack."""

    first: int
    last: int
    word: str


class Vocabulary:
    """The words of a pack, found by their spelling with one letter left out."""

    def __init__(self, pack: LanguagePack) -> None:
        words = {name: set(trie.words()) for name, trie in pack.tries.items()}
        self._words = {word for name, found in words.items() for word in found if name not in _NO_TARGETS}
        self._forbidden = {word for name in _NO_TARGETS for word in words.get(name, ())}
        self.known = self._words | self._forbidden | _background(pack)
        self._whole = self._words | words.get("numbers", set())
        self._negations = _background(pack, "negation")

    @cached_property
    def _by_deletion(self) -> dict[str, set[str]]:
        """The words by themselves with a letter left out; made for the first word that nothing explains."""
        found: dict[str, set[str]] = {}
        for word in self._words - self._forbidden:
            if len(word) >= _SWAPPED:
                for short in (word, *_deletions(word)):
                    found.setdefault(short, set()).add(word)
        return found

    def mendings(self, text: str, tokens: Sequence[Token], at: int, is_name: bool) -> list[Mending]:
        """What the unread word at a token may be, the words of most letters first.

        is_name: it may be the name of a drug, and is a piece of another word at most.
        """
        found = [*self._joined(text, tokens, at), *self._without_signs(tokens, at), *self._of_one_letter(tokens, at)]
        found += [Mending(at, at + 1, "1")] if self._is_one(text, tokens, at) else []
        if is_name:
            found = [one for one in found if one.last - one.first > 1]
        elif not _is_acronym(text, tokens[at]):
            found += [Mending(at, at + 1, word) for word in self.near(tokens[at].text)]
        return sorted(found, key=lambda mending: (-len(mending.word), mending.word))

    def near(self, word: str) -> set[str]:
        """The words one slip away: a letter missing or added, or two swapped; else the only one with a letter wrong.

        A wrong letter makes many a word another one: might is no night.
        """
        if not _SWAPPED <= len(word) <= _MOST_LETTERS or word in self.known or not word.isalpha():
            return set()
        others = {other for short in (word, *_deletions(word)) for other in self._by_deletion.get(short, ())}
        slips = {other for other in others if _is_slip(word, other)}
        wrong = {other for other in others if _is_wrong(word, other)}
        return slips or (wrong if len(wrong) == 1 else set())

    def _joined(self, text: str, tokens: Sequence[Token], at: int) -> Iterator[Mending]:
        """Pieces of one word with blanks between them: "ma tin", "comp ri mé"."""
        for size in range(2, _MOST_PIECES + 1):
            for first in range(max(at - size + 1, 0), min(at, len(tokens) - size) + 1):
                pieces = tokens[first : first + size]
                word = "".join(piece.text for piece in pieces)
                if word in self._whole and len(word) >= _SWAPPED and self._are_pieces(text, pieces):
                    yield Mending(first, first + size, word)

    def _are_pieces(self, text: str, pieces: Sequence[Token]) -> bool:
        blanks = (text[one.end : two.start] for one, two in pairwise(pieces))
        words = all(piece.is_word and piece.text not in self._negations for piece in pieces)
        return words and all(blank and blank.isspace() for blank in blanks)

    def _without_signs(self, tokens: Sequence[Token], at: int) -> Iterator[Mending]:
        """The word with letters for the figures and bars in it: "mea1s", "|e"."""
        first, last = _glued(tokens, at)
        run = "".join(token.text for token in tokens[first:last])
        signs = sum(char in _LOOKS_LIKE for char in run)
        if not 0 < signs <= _MOST_SIGNS or len(run) > _MOST_LETTERS:
            return
        for letters in product(*(_LOOKS_LIKE.get(char, char) for char in run)):
            if "".join(letters) in self._whole:
                yield Mending(first, last, "".join(letters))

    def _of_one_letter(self, tokens: Sequence[Token], at: int) -> Iterator[Mending]:
        """The word with one letter for the two that look like it: "cornprimé", "rnatin"."""
        word = tokens[at].text
        for two, one in _LOOKS_LIKE_ONE.items():
            if word not in self.known and two in word and word.replace(two, one) in self._words:
                yield Mending(at, at + 1, word.replace(two, one))

    def _is_one(self, text: str, tokens: Sequence[Token], at: int) -> bool:
        """A small l that stands alone before a word: "l tablet daily"."""
        alone = not tokens[at].glued and text[tokens[at].start : tokens[at].end] == "l"
        return alone and at + 1 < len(tokens) and tokens[at + 1].is_word and not tokens[at + 1].glued


@cache
def vocabulary(pack: LanguagePack) -> Vocabulary:
    """The vocabulary of a pack, made once."""
    return Vocabulary(pack)


def _background(pack: LanguagePack, key: str | None = None) -> set[str]:
    rows = (row for row in pack.rows if row.concept == "background" and key in (None, row.key))
    return {word for row in rows for word in _WORDS.findall(row.phrase.casefold())}


def _is_acronym(text: str, token: Token) -> bool:
    """A few capitals in a text that is not all in capitals: AINS is no slip of bains."""
    return token.end - token.start <= _WRONG and text[token.start : token.end].isupper() and not text.isupper()


def _glued(tokens: Sequence[Token], at: int) -> tuple[int, int]:
    """The tokens that stand in one run with a token, without punctuation."""
    first, last = at, at + 1
    while tokens[first].glued and _is_part(tokens[first - 1]) and at - first <= _MOST_SIGNS:
        first -= 1
    while last < len(tokens) and tokens[last].glued and _is_part(tokens[last]) and last - at <= _MOST_SIGNS:
        last += 1
    return first, last


def _is_part(token: Token) -> bool:
    return token.is_word or token.is_number or token.text in _LOOKS_LIKE


def _deletions(word: str) -> Iterator[str]:
    return (word[:at] + word[at + 1 :] for at in range(len(word)))


def _is_slip(one: str, two: str) -> bool:
    """Two neighbours swapped, or one letter missing or added; the shorter the word, the less is allowed."""
    least = min(len(one), len(two))
    first = next((at for at, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), least)
    if len(one) == len(two):
        swapped = one[first + 1 : first + 2] + one[first : first + 1] == two[first : first + 2]
        return swapped and one[first + 2 :] == two[first + 2 :]
    return least >= _MISSING and (one[first + 1 :] == two[first:] or one[first:] == two[first + 1 :])


def _is_wrong(one: str, two: str) -> bool:
    """One letter stands for another."""
    same = sum(a == b for a, b in zip(one, two, strict=False))
    return len(one) == len(two) >= _WRONG and same == len(one) - 1
