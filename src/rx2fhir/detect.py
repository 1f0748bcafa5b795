"""Which language a text is in: the pack that knows most of its words, weighed by how few packs know them.

Only the words of the packs are looked at, not their rows, so that naming a language needs no pack to be compiled.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from rx2fhir import codes
from rx2fhir.language import languages
from rx2fhir.text import Token, fold

_MAX_TOKENS = 2000
"""A page is enough to tell a language by."""

_CLOSE = 0.8
"""Languages with this share of the best one's weight may be meant as well."""

_QUOTED = re.compile(r'"([^"\n]*)"')
_WORD = re.compile(r"[^\W\d_]+")
_MARKUP = re.compile(r"\{\w+\}|<\w+>")


@cache
def _owners() -> dict[str, tuple[str, ...]]:
    """For every word of the packs, the languages that have it."""
    owners: dict[str, set[str]] = {}
    for code in languages():
        texts = [path.read_text(encoding="utf-8") for path in (codes.mappings_dir() / code).glob("*.yaml")]
        phrases = " ".join(phrase for text in texts for phrase in _QUOTED.findall(text))
        for word in {fold(word) for word in set(_WORD.findall(_MARKUP.sub(" ", phrases)))}:
            owners.setdefault(word, set()).add(code)
    return {word: tuple(sorted(found)) for word, found in owners.items()}


def candidates(tokens: Sequence[Token]) -> dict[str, float]:
    """The languages that a text may be in with their weights, the likeliest first; none where no pack knows a word."""
    owners, votes = _owners(), dict.fromkeys(languages(), 0.0)
    for token in tokens[:_MAX_TOKENS]:
        found = owners.get(token.text, ())
        for code in found:
            votes[code] += min(len(token.text), 6) / len(found)
    best = max(votes.values(), default=0.0)
    close = [code for code, weight in votes.items() if weight and weight >= _CLOSE * best]
    return {code: votes[code] for code in sorted(close, key=lambda code: (-votes[code], code))}
