"""Checks a `text.yaml`: its words are words of the pack, for the same key."""

from __future__ import annotations

from collections.abc import Iterator

from rx2fhir.packrows import KEYED
from rx2fhir.wording.words import words_of


def unread_words(language: str) -> Iterator[str]:
    """The words that would be written and that the pack does not read as what they stand for, a line each."""
    frame = words_of(language).frame
    for vocabulary in sorted(frame.words.keys() & KEYED.keys()):
        for key, forms in frame.words[vocabulary].items():
            for words in forms:
                if not words_of(language).reads(vocabulary, key, words):
                    yield f"{frame.rules[vocabulary][key]}: {vocabulary}.yaml does not read {words!r} as {key}"
