"""Reads misspelt words of the pack: one slip of the hand away from one word, and from no other.

The text is never rewritten: only the token is compared by another word, and every such reading is reported. Numbers
and units are never guessed, names of drugs never touched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from rx2fhir.language import LanguagePack
from rx2fhir.statement import Issue
from rx2fhir.text import Token

_LEAST_LETTERS = 5
_MOST_LETTERS = 30
_NO_TARGETS = frozenset(("numbers", "ordinals", "units", "background"))
_WORDS = re.compile(r"[^\W\d_]+")


class Vocabulary:
    """The words of a pack, found by their spelling with one letter left out."""

    def __init__(self, pack: LanguagePack) -> None:
        self._words = {word for name, trie in pack.tries.items() for word in trie.words() if name not in _NO_TARGETS}
        forbidden = {word for name in _NO_TARGETS for word in pack.tries[name].words()} if pack.tries else set()
        self.known = self._words | forbidden | _background(pack)
        self._by_deletion: dict[str, set[str]] = {}
        for word in self._words - forbidden:
            if len(word) >= _LEAST_LETTERS - 1:
                for short in (word, *_deletions(word)):
                    self._by_deletion.setdefault(short, set()).add(word)

    def meant(self, word: str) -> str | None:
        """The one word a slip away: a letter missing, added, wrong, or two swapped; None where there are more."""
        if not _LEAST_LETTERS - 1 <= len(word) <= _MOST_LETTERS or word in self.known or not word.isalpha():
            return None
        near = {other for short in (word, *_deletions(word)) for other in self._by_deletion.get(short, ())}
        near = {other for other in near if _is_slip(word, other)}
        return near.pop() if len(near) == 1 else None


@cache
def vocabulary(pack: LanguagePack) -> Vocabulary:
    """The vocabulary of a pack, made once."""
    return Vocabulary(pack)


def _background(pack: LanguagePack) -> set[str]:
    return {word for row in pack.rows if row.concept == "background" for word in _WORDS.findall(row.phrase.casefold())}


def respell(pack: LanguagePack, tokens: Sequence[Token], unread: Sequence[int]) -> tuple[list[Token], list[Issue]]:
    """The tokens with misspelt words read as the word that is meant, and an issue for each. unread: where to look."""
    if not unread:
        return list(tokens), []  # most texts: the vocabulary is not made for them
    words, repaired, issues = vocabulary(pack), list(tokens), []
    for at in unread:
        token = tokens[at]
        meant = words.meant(token.text)
        if meant:
            repaired[at] = token._replace(text=meant)
            message = f"{token.text!r} is read as {meant!r}"
            issues.append(Issue("warning", "misspelt", message, token.start, token.end))
    return repaired, issues


def _deletions(word: str) -> Iterator[str]:
    return (word[:at] + word[at + 1 :] for at in range(len(word)))


def _is_slip(one: str, two: str) -> bool:
    """One letter missing, added or wrong, or two neighbours swapped; short words only swapped."""
    if abs(len(one) - len(two)) > 1:
        return False
    first = next((at for at, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(len(one), len(two)))
    swapped = one[first + 1 : first + 2] + one[first : first + 1] == two[first : first + 2]
    if swapped and one[first + 2 :] == two[first + 2 :] and len(one) == len(two):
        return True
    if min(len(one), len(two)) < _LEAST_LETTERS:
        return False
    return one[first + 1 :] == two[first:] or one[first:] == two[first + 1 :] or one[first + 1 :] == two[first + 1 :]
