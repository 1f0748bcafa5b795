"""What can begin with a word: the slots, vocabularies and `<lists>` of a pack that are worth trying at a token."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from rx2fhir.language import LanguagePack
from rx2fhir.normalize.amount import ROMAN
from rx2fhir.normalize.number import FRACTIONS
from rx2fhir.packtries import SLOT_VOCABULARIES

FIGURE = "0"
"""Stands for every number in digits."""

_FREE = frozenset(("words", "reason"))
"""Slots that can begin with any word."""

_SIGNS: Mapping[str, tuple[str, ...]] = {
    "number": (FIGURE, *FRACTIONS, ".", ","),
    "counted_form": ("x", *ROMAN),
    **dict.fromkeys(("time", "ordinal", "hour", "minute", "date", "year"), (FIGURE,)),
}
"""The signs and words that a slot of the grammar can begin with."""

_PARTS: Mapping[str, tuple[str, ...]] = {
    "number": ("numbers",),
    "count": ("number", "<between>"),
    "counted_form": ("count", "<one>", "<half_of>"),
    "measure": ("count",),
    "amount": ("measure", "counted_form"),
    "single": ("amount",),
    "duration": ("count", "<one>", "durations"),
    "time": ("times",),
    "times": ("time",),
    "weekdays": ("weekday",),
    "ordinal": ("ordinals",),
    "date": ("months",),
    "form": ("form_modifiers", "forms"),
    "site": ("sites",),
}
"""The slots and vocabularies that a slot of the grammar can begin with."""

_ANYTHING = ""
_BEHIND: list[frozenset[str]] = [frozenset()] * 8
"""For readers that look a few tokens beyond the end of the text."""


class Openings:
    """For every word the names of all that can begin with it; a name that is missing reads nothing there."""

    def __init__(self, pack: LanguagePack) -> None:
        names: dict[str, set[str]] = {_ANYTHING: set(_FREE), FIGURE: set()}
        for name in (*_PARTS, *_SIGNS, *SLOT_VOCABULARIES, *pack.tries):
            for word in _beginnings(pack, name):
                names.setdefault(word, set()).add(name)
        one_of: dict[frozenset[str], frozenset[str]] = {}
        self._names: dict[str, frozenset[str]] = {}
        for word, own in names.items():
            found = frozenset(own | names[_ANYTHING] | (names[FIGURE] if word.isdecimal() else set()))
            self._names[word] = one_of.setdefault(found, found)

    def at(self, words: Iterable[str]) -> list[frozenset[str]]:
        """What can begin at each folded token. The empty word stands for the end, where nothing begins."""
        names, figure, other = self._names, self._names[FIGURE], self._names[_ANYTHING]
        found = [names.get(word) or (figure if word.isdecimal() else other) for word in words if word]
        return found + _BEHIND


def _beginnings(pack: LanguagePack, name: str) -> set[str]:
    """The first words of a slot, vocabulary or `<list>`."""
    found: set[str] = set()
    names, seen = [name], set()
    while names:
        one = names.pop()
        if one not in seen:
            seen.add(one)
            found.update(_SIGNS.get(one, ()), (_ANYTHING,) if one in _FREE else ())
            names.extend((*_PARTS.get(one, ()), *_first(pack, one, found)))
    return found


def _first(pack: LanguagePack, name: str, words: set[str]) -> list[str]:
    """The slots that a vocabulary begins with; the words that it begins with are added to `words`."""
    trie = pack.tries.get(SLOT_VOCABULARIES.get(name, name))
    if trie is None:
        return []
    view = trie.view(trie.root)
    words.update(view.words)
    return [kind for _, kind, _ in view.slots]


@cache
def openings(pack: LanguagePack) -> Openings:
    """The openings of a pack, made once."""
    return Openings(pack)
