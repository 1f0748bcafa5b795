"""Between spans and one tag a word."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rx2fhir.training.cases import Case, Span

Word = tuple[int, int]
"""Start and end of a word in code points."""

_WORD = re.compile(r"\d+|[^\W\d]+|\S")
_ENDS = "ESUL"
_BEGINS = "BSU"
"""Prefixes that end and that begin an entity: IOB, BIOES and BILOU."""


def words_of(case: Case) -> Sequence[Word]:
    """The tokens of the corpus; where it has none, runs of letters, runs of digits, and each other sign."""
    return case.words or [match.span() for match in _WORD.finditer(case.text)]


def tags_of(words: Sequence[Word], spans: Sequence[Span]) -> list[str]:
    """The IOB2 tag of each word; a word belongs to the first span that touches it. Both are in text order."""
    tags, at, before = [], 0, -1
    for start, end in words:
        while at < len(spans) and spans[at][2] <= start:
            at += 1
        inside = at < len(spans) and spans[at][1] < end
        tags.append(f"{'I' if at == before else 'B'}-{spans[at][0]}" if inside else "O")
        before = at if inside else -1
    return tags


def spans_of(words: Sequence[Word], tags: Sequence[str]) -> list[Span]:
    """The spans of tags in any of the usual schemes, as seqeval finds them: I- after another label begins one too."""
    found: list[Span] = []
    before = "O"
    for (start, end), tag in zip(words, tags, strict=True):
        if tag != "O":
            goes_on = before[0] not in f"O{_ENDS}" and tag[0] not in _BEGINS and before[2:] == tag[2:]
            found[-1:] = [(tag[2:], found[-1][1], end)] if goes_on else [*found[-1:], (tag[2:], start, end)]
        before = tag
    return found
