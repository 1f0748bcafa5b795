"""Tokens and their tags as a case: what the formats with one tag a token have in common."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from rx2fhir.errors import AnnotationError
from rx2fhir.training.cases import Case, chosen_label
from rx2fhir.training.words import Word, spans_of


def case_of_tags(tokens: Sequence[str], tags: Sequence[str], language: str, keep: Collection[str], place: str) -> Case:
    """The tokens with a blank between them. Raises AnnotationError, beginning with `place`, where they do not fit."""
    if len(tokens) != len(tags):
        raise AnnotationError(f"{place}: {len(tokens)} tokens and {len(tags)} tags")
    words: list[Word] = []
    at = 0
    for token in tokens:
        if not token or token.isspace():
            raise AnnotationError(f"{place}: token {len(words) + 1} is empty")
        words.append((at, at + len(token)))
        at += len(token) + 1
    for tag in tags:
        if not is_tag(tag):
            raise AnnotationError(f"{place}: tag {tag!r}; expected O, or a label as B-Drug, I-Drug")
    named = [(chosen_label(label, keep), start, end) for label, start, end in spans_of(words, tags)]
    return Case(" ".join(tokens), tuple((name, s, e) for name, s, e in named if name), language, tuple(words))


def is_tag(text: str) -> bool:
    """Whether a text is `O` or a prefix, a dash and a label."""
    return text == "O" or (text[:1] in "BIESUL" and text[1:2] == "-" and len(text) > 2)
