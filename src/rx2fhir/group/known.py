"""Names that the lexicon knows where the model saw none: at the beginning of a line, in a list, before "to 10 mg"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rx2fhir.drugs.names import acids
from rx2fhir.drugs.tables import bundled
from rx2fhir.normalize.match import Match
from rx2fhir.normalize.reader import Reader

_TOLD = frozenset(("instructions", "as_needed", "status", "when", "frequency"))
_AMOUNTS = frozenset(("amount", "strength"))
_PRODUCT = frozenset(("amount", "strength", "form"))
_MOST_REMARK = 8
_PARTED = frozenset(",;+")
_TAKEN = frozenset(("scheme", "frequency", "when", "as_needed"))
_BEHIND_NAME = frozenset(":-,")
_LEAST_LETTERS = 5
_LEAST_CAPITALS = 3
"""Shorter names are words of other things as well."""

_MOST_WORDS = 3


def known_names(
    reader: Reader, matches: Sequence[Match], starts: Sequence[int], spans: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """The spans of tokens: names that open a line and are told how to take, names behind "stopped", and listed ones.

    starts: where lines begin; spans: the names that are found.
    """
    read = {at: match for match in matches for at in range(match.start, match.end)}
    opening = ((first, _end(reader, first, read)) for first in starts)
    yield from ((first, last) for first, last in opening if last > first and _is_told(reader, last, read))
    yield from _behind_status(reader, matches, read)
    yield from _before_amounts(reader, matches, read)
    yield from _behind_comma(reader, read)
    for _, end in spans:
        yield from _listed(reader, end, read)
    if spans:
        yield from _next_products(reader, matches, read)


def is_acid(name: str) -> bool:
    """A known acid with its first word in short: "ac folico"."""
    return any(bundled().products(one) for one in acids(name))


def _behind_status(reader: Reader, matches: Sequence[Match], read: dict[int, Match]) -> Iterator[tuple[int, int]]:
    for match in matches:
        at = _past_article(reader, match.end + (reader.words[match.end] == ":")) if match.kind == "status" else 0
        while at and (last := _end(reader, at, read)) > at:
            yield at, last
            at = _behind_joint(reader, _behind_product(reader, last, read))


def _past_article(reader: Reader, at: int) -> int:
    """The name begins behind the article of "sospenda il Norvasc"."""
    return max((end for end, row, _ in reader.rows("closed", at) if row.key == "filler"), default=at)


def _before_amounts(reader: Reader, matches: Sequence[Match], read: dict[int, Match]) -> Iterator[tuple[int, int]]:
    """Known names with a capital before "to" and an amount, or a most in brackets: "doubled the Istin to 10 mg"."""
    for match in matches:
        if match.kind == "maximum" or (match.kind == "amount" and match.value.kind == "measure"):
            for end in _names_end(reader, match):
                first = next((at for at in range(max(end - _MOST_WORDS, 0), end) if _is_capital(reader, at)), end)
                if _end(reader, first, read) == end > first:
                    yield first, end


def _names_end(reader: Reader, match: Match) -> Iterator[int]:
    """Where a name in front of the match would end."""
    before = match.start - 1
    if before > 0 and (
        reader.words[before] == "(" or any(end == match.start for end, _ in reader.ends("<to>", before))
    ):
        yield before


def _is_capital(reader: Reader, at: int) -> bool:
    return reader.text[reader.tokens[at].start].isupper()


def _behind_comma(reader: Reader, read: dict[int, Match]) -> Iterator[tuple[int, int]]:
    """ "X 75 mg 1x1, ASS 100 mg 1x1": the name opens a part of the line, with its strength and how to take it."""
    for first in (at + 1 for at, word in enumerate(reader.words) if word in _PARTED):
        last = _end(reader, first, read)
        match = read.get(last) if last > first else None
        if match is not None and match.kind in _AMOUNTS and (told := read.get(match.end)) and told.kind in _TAKEN:
            yield first, last


def _listed(reader: Reader, at: int, read: dict[int, Match]) -> Iterator[tuple[int, int]]:
    """The known names behind a name, with nothing but commas and "and" between them."""
    while (first := _behind_joint(reader, at)) and (at := _end(reader, first, read)) > first:
        yield first, at


def _next_products(reader: Reader, matches: Sequence[Match], read: dict[int, Match]) -> Iterator[tuple[int, int]]:
    """A known name between the amount of another product and its own mass: "A 20 mg, B 75 mg, C 40 mg"."""
    for match in matches:
        first = _behind_joint(reader, match.end) if match.kind in _AMOUNTS and match.end < len(reader.words) else 0
        last = _end(reader, first, read) if first else first
        own = read.get(last) if last > first else None
        if own is not None and own.kind in _AMOUNTS and getattr(own.value, "kind", "measure") == "measure":
            yield first, last


def _behind_product(reader: Reader, at: int, read: dict[int, Match]) -> int:
    """Behind the strength, the form and a remark in brackets: "Stopped: ibuprofen 600 mg (ulcer), ASS"."""
    while at in read and read[at].kind in _PRODUCT:
        at = read[at].end
    if reader.words[at] != "(":
        return at
    closing = (end + 1 for end in range(at, min(at + _MOST_REMARK, len(reader.tokens))) if reader.words[end] == ")")
    return next(closing, at)


def _behind_joint(reader: Reader, at: int) -> int:
    if reader.words[at] == ",":
        return at + 1
    return next((end for end, _ in reader.ends("<and>", at)), 0) if at < len(reader.tokens) else 0


def _end(reader: Reader, first: int, read: dict[int, Match]) -> int:
    """Behind the longest known name that begins at a token which nothing reads; the token itself if there is none."""
    most = bundled().longest(reader.words[first]) if _is_long(reader, first) else 0
    for last in range(first + most, first, -1):
        name = " ".join(reader.words[first:last])
        if bundled().products(name) and not any(at in read for at in range(first, last)):
            return last
    return first


def _is_long(reader: Reader, at: int) -> bool:
    """Long enough to be the word of nothing else, or in capitals: ASS."""
    if at >= len(reader.tokens):
        return False
    token = reader.tokens[at]
    capitals = reader.text[token.start : token.end].isupper() and not reader.text.isupper()
    return len(token.text) >= (_LEAST_CAPITALS if capitals else _LEAST_LETTERS)


def _is_told(reader: Reader, last: int, read: dict[int, Match]) -> bool:
    """The rest of the line begins with how to take it, and has no number: "digoxin level 0.8" is no drug to take.

    Or it is stopped, behind its strength.
    """
    behind = last + (reader.words[last] in _BEHIND_NAME)
    match = read.get(behind)
    if match is not None and match.kind in _AMOUNTS and match.end in read:
        return read[match.end].kind == "status"
    if match is None or match.start != behind or match.kind not in _TOLD:
        return False
    end = next((at for at in range(behind, len(reader.tokens)) if reader.words[at] == "\n"), len(reader.tokens))
    return not any(reader.tokens[at].is_number for at in range(behind, end))
