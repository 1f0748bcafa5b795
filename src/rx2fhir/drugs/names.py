"""What drug names are compared by: folded words, and the same without salt, release form and maker."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from rx2fhir.drugs.rows import rows
from rx2fhir.text import fold, tokenize

_PLAIN = re.compile(r"[a-z]+(?: [a-z]+)*")
_SIGNS = re.compile(r"\s*[/+&]\s*")
_LEAST_STEM = 5
"""Letters that must be left of a word when a salt is cut off: Metoprololsuccinat."""


@lru_cache(maxsize=65_536)
def key(name: str) -> str:
    """The words and numbers of a name, folded and apart by one blank: "Beloc-Zok®" is "beloc zok"."""
    plain = fold(name).replace("-", " ")
    if _PLAIN.fullmatch(plain):
        return plain
    return " ".join(token.text for token in tokenize(name) if token.text[0].isalnum())


def spellings(name: str) -> Iterator[str]:
    """The key, with and without blanks; then without salts, release forms, makers and numbers at its ends."""
    yield (words := key(name))
    yield from acids(words)
    if " " in words:
        yield words.replace(" ", "")
    yield from _shortened(words.split())


def _shortened(words: list[str]) -> Iterator[str]:
    extra = _extra_words()
    while len(words) > 1:
        tail = next((n for n in (2, 1) if len(words) > n and " ".join(words[-n:]) in extra), 0)
        if tail or words[-1].isdecimal():
            words = words[: -(tail or 1)]
        elif words[0] in _words("salt"):
            words = words[1:]
        else:
            break
        yield " ".join(words)
    if len(words) == 1:
        yield from _without_glued_salt(words[0])


def acids(words: str) -> Iterator[str]:
    """The keys that a key stands for whose first word is short for acid: "ac folico" is "acido folico"."""
    first, _, rest = words.partition(" ")
    if first in _words("acid in short"):
        yield from (f"{acid} {rest}" for acid in sorted(_words("acid")))


def is_variant(word: str) -> bool:
    """A word that makes a name that of another product: Plus, HCT, Mix."""
    return key(word) in _words("variant")


def parts(name: str) -> list[str]:
    """The names between "/", "+" and words like "and": the ingredients of a combination, as written."""
    return [part.strip() for part in re.split(_joints(), name, flags=re.IGNORECASE) if part.strip()]


def divisions(words: str) -> Iterator[tuple[str, str]]:
    """All ways to cut the words of a key in two."""
    tokens = words.split()
    for at in range(1, len(tokens)):
        yield " ".join(tokens[:at]), " ".join(tokens[at:])


def _without_glued_salt(word: str) -> Iterator[str]:
    for salt in _words("salt"):
        if len(salt) > 3 and word.endswith(salt) and len(word) - len(salt) >= _LEAST_STEM:
            yield word[: -len(salt)]


def is_maker(word: str) -> bool:
    """The folded word is a maker's name."""
    return word in _words("maker")


@cache
def _words(kind: str) -> frozenset[str]:
    return frozenset(key(row["word"]) for row in rows("name_words") if row["kind"] == kind)


@cache
def _extra_words() -> frozenset[str]:
    return _words("salt") | _words("release") | _words("maker")


@cache
def _joints() -> str:
    words = "|".join(row["word"] for row in rows("name_words") if row["kind"] == "joint")
    return rf"{_SIGNS.pattern}|\s+(?:{words})\s+"
