"""Reads figures that a scanner or a slip of the hand has mixed with letters: 4OO mg, 1O mg, l0 mg.

Only what can be no word is taken: figures and capital O, or a leading l or I; 1OU is left out, being 10 U or 1 to both
eyes. The text is never rewritten, and every such reading is reported.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rx2fhir.statement import Issue
from rx2fhir.text import Token

_UNITS = "(?:mg|mcg|µg|g|ml|mL|U|UI|IU|IE|kg)?"
_MIXED = re.compile(rf"(?<![^\W_])(?:\d+O[\dO]*|[lI][\dO]*0[\dO]*)(?={_UNITS}(?![^\W_]))")
_FIGURES = str.maketrans("OlI", "011")


def mend_figures(text: str, tokens: Sequence[Token]) -> tuple[list[Token], list[Issue]]:
    """The tokens with each mixed figure as one number, and an issue for each."""
    mended, issues = list(tokens), []
    for match in reversed(list(_MIXED.finditer(text))):
        inside = [at for at, token in enumerate(mended) if match.start() <= token.start < match.end()]
        first, last = mended[inside[0]], mended[inside[-1]]
        both_eyes = text[match.end() - 1 : last.end] == "OU"
        mended[inside[0] : inside[-1] + 1] = _whole(first, last) if both_eyes else _figure(match, first, last)
        issues.append(_both(first, last, text) if both_eyes else _read_as(match))
    return mended, issues[::-1]


def _figure(match: re.Match[str], first: Token, last: Token) -> list[Token]:
    """The number, and the unit that stands glued to it."""
    end = match.end()
    rest = [Token(last.text[end - last.start :], end, last.end, True)] if last.end > end else []
    return [Token(match.group().translate(_FIGURES), match.start(), end, first.glued), *rest]


def _whole(first: Token, last: Token) -> list[Token]:
    """One token that no row and no number reads."""
    return [Token(first.text + last.text, first.start, last.end, first.glued)]


def _read_as(match: re.Match[str]) -> Issue:
    message = f"{match.group()!r} is read as {match.group().translate(_FIGURES)!r}"
    return Issue("warning", "misspelt", message, *match.span())


def _both(first: Token, last: Token, text: str) -> Issue:
    words = text[first.start : last.end]
    message = f"{words!r} could mean {words[:-2]}0 U or {words[:-2]} OU; it is left out"
    return Issue("warning", "ambiguous-number", message, first.start, last.end)
