"""Folding and cutting of text: what a phrase of a pack and a text of a user are compared by.

Folding makes case, accents, the kind of dash or quote and of micro sign alike; a token keeps its span in the user's
text, so the text itself is never rewritten.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

FRACTIONS = "½¼¾⅓⅔⅛⅜⅝⅞"
_MARKS = "\u0300-\u036f"
UNSEEN = "\u00ad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2066\u2067\u2068\u2069\ufe0e\ufe0f\ufeff"
"""Signs without width that web pages and PDFs put between letters. Those that turn the order of figures (U+202E) are
not among them: they stay tokens, which are reported."""
COMPARED = frozenset("<>≤≥")
"""Signs between what is measured and a limit: no amount is taken of "BP > 140"."""

_LETTER = rf"[^\W\d_{FRACTIONS}]"
_TOKEN = re.compile(
    rf"\d+(?:[{UNSEEN}]+\d+)*|(?<=\d)[xX](?=[^\W\d_])|[{FRACTIONS}]"
    rf"|(?<=\d){_LETTER}{{1,4}}(?=[xX]\d)"
    rf"|{_LETTER}(?:{_LETTER}|[{_MARKS}]|[{UNSEEN}]+(?={_LETTER}))*(?:\((?:s|es|e|n|en|x)\))?|\n|[^\s{UNSEEN}]"
)
_ALIKE = str.maketrans(
    {
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("’‘ʼ´`′", "'"),
        **dict.fromkeys("“”„«»″", '"'),
        **dict.fromkeys("µμ", "u"),
        **dict.fromkeys("×✕", "x"),
        **dict.fromkeys("⁄∕", "/"),
        "ø": "o",
        "œ": "oe",
        "æ": "ae",
        "ł": "l",
    }
)


class Token(NamedTuple):
    """A word, a run of digits, a sign or a line break. `text` is folded; start and end are code points."""

    text: str
    start: int
    end: int
    glued: bool
    """Nothing that can be seen stands between this token and the one before."""
    is_number: bool
    is_word: bool

    @classmethod
    def of(cls, text: str, start: int, end: int, glued: bool) -> Token:
        """The token of a folded text."""
        return cls(text, start, end, glued, text.isdecimal(), text[0].isalpha())


@lru_cache(maxsize=65_536)
def fold(word: str) -> str:
    """The word without case and accents, with one kind of dash, quote and micro sign; tablet(s) is tablet."""
    if word.endswith(")") and "(" in word:
        word = word[: word.index("(")]
    if word.isascii():
        return word.casefold().translate(_ALIKE)
    decomposed = unicodedata.normalize("NFKD", word.casefold().translate(_ALIKE))
    bare = "".join(c for c in decomposed if not unicodedata.combining(c) and c not in UNSEEN)
    return bare.translate(_ALIKE).casefold().strip() or word


def tokenize(text: str) -> list[Token]:
    """Cut a text into folded tokens; time and memory grow linearly with its length."""
    tokens: list[Token] = []
    last = 0
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        glued = last > 0 and (start == last or not text[last:start].strip(UNSEEN))
        word, is_number, is_word = _sort(match.group())
        tokens.append(Token(word, start, end, glued, is_number, is_word))
        last = end
    return tokens


@lru_cache(maxsize=65_536)
def _sort(written: str) -> tuple[str, bool, bool]:
    """What is written as it is compared, whether it is a number, and whether it is a word."""
    word = written if written == "\n" else _folded(written)
    return word, word.isdecimal(), word[0].isalpha()


def _folded(word: str) -> str:
    if word[0].isnumeric() and not word[0].isdecimal() and not word[0].isalpha():
        return word
    if word[0].isdecimal():
        return word if word.isascii() else "".join(str(unicodedata.decimal(c)) for c in word if c not in UNSEEN)
    return fold(word)
