"""Reads figures that a scanner or a slip of the hand has mixed with letters: 4OO mg, 1O mg, l0 mg, l.25 mg, 1-O-O, 0D.

Only what can be no word is taken: figures and capital O, or a leading l or I; 1OU is left out, being 10 U or 1 to both
eyes. The text is never rewritten, and every such reading is reported, as is a number with a blank in it: "1. 25 mg".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rx2fhir.statement import Issue
from rx2fhir.text import FRACTIONS, UNSEEN, Token

_UNITS = "(?:mg|mcg|µg|g|ml|mL|U|UI|IU|IE|kg)?"
_MIXED = re.compile(rf"(?<![^\W_])(?:\d+O[\dO]*|[lI][\dO]*0[\dO]*)(?={_UNITS}(?![^\W_]))")
_MEASURE = r"(?=\s?(?:mg|mcg|µg|g|ml|mL)(?![^\W_]))"
_LEADING = re.compile(rf"(?<![^\W_])[lI](?=[.,]\d+{_MEASURE})")
_ONCE_DAILY = re.compile(r"(?<![^\W_])0[Dd](?![^\W_])")
_BROKEN = re.compile(rf"(?<=[^\W\d_] )\d{{1,3}}(?:\. +| +\.)\d{{1,3}}{_MEASURE}")
_SLOT = rf"(?:O|\d{{1,2}}|[{FRACTIONS}])"
_GAP = rf"[\s{UNSEEN}]{{0,3}}"
_SCHEME = re.compile(rf"(?<![^\W_]){_SLOT}(?:{_GAP}[-\u2010-\u2015\u2212]{_GAP}{_SLOT}){{2,3}}(?![^\W_])")
_SLOT_O = re.compile(r"(?<![^\W_])O(?![^\W_])")
_FIGURES = str.maketrans("OlI", "011")


def mend_figures(text: str, tokens: Sequence[Token]) -> tuple[list[Token], list[Issue]]:
    """The tokens with each mixed figure as one number, and an issue for each."""
    mended, issues = list(tokens), []
    for match in sorted(_mixed(text), key=lambda match: -match.start()):
        inside = [at for at, token in enumerate(mended) if match.start() <= token.start < match.end()]
        first, last = mended[inside[0]], mended[inside[-1]]
        both_eyes = text[match.end() - 1 : last.end] == "OU"
        mended[inside[0] : inside[-1] + 1] = _whole(first, last) if both_eyes else _figure(match, first, last)
        issues.append(_both(first, last, text) if both_eyes else _read_as(match))
    return mended, issues[::-1] + [_broken(match) for match in _BROKEN.finditer(text)]


def _mixed(text: str) -> Iterator[re.Match[str]]:
    """The mixed figures, and each O that stands for 0 in a dash scheme with a figure."""
    for pattern in (_MIXED, _LEADING, _ONCE_DAILY):
        yield from pattern.finditer(text)
    for scheme in _SCHEME.finditer(text):
        if any(sign.isnumeric() for sign in scheme.group()):
            yield from _SLOT_O.finditer(text, *scheme.span())


def _figure(match: re.Match[str], first: Token, last: Token) -> list[Token]:
    """The number, and the unit that stands glued to it."""
    end = match.end()
    rest = [Token.of(last.text[end - last.start :], end, last.end, True)] if last.end > end else []
    return [Token.of(_mend(match), match.start(), end, first.glued), *rest]


def _mend(match: re.Match[str]) -> str:
    return "od" if match.re is _ONCE_DAILY else match.group().translate(_FIGURES)


def _whole(first: Token, last: Token) -> list[Token]:
    """One token that no row and no number reads."""
    return [Token.of(first.text + last.text, first.start, last.end, first.glued)]


def _read_as(match: re.Match[str]) -> Issue:
    message = f"{match.group()!r} is read as {_mend(match)!r}"
    return Issue("warning", "misspelt", message, *match.span())


def _broken(match: re.Match[str]) -> Issue:
    message = f"{match.group()!r}: one number with a blank in it, or two?"
    return Issue("warning", "ambiguous-number", message, *match.span())


def _both(first: Token, last: Token, text: str) -> Issue:
    words = text[first.start : last.end]
    message = f"{words!r} could mean {words[:-2]}0 U or {words[:-2]} OU; it is left out"
    return Issue("warning", "ambiguous-number", message, first.start, last.end)
