"""Checks a `text.yaml`: its words are words of the pack, for the same key."""

from __future__ import annotations

from collections.abc import Iterator

from rx2fhir.language import KEYED, load
from rx2fhir.normalize.reader import Reader
from rx2fhir.wording.frame import load_frame


def unread_words(language: str) -> Iterator[str]:
    """The words that would be written and that the pack does not read as what they stand for, a line each."""
    frame, pack = load_frame(language), load(language)
    for vocabulary in sorted(frame.words.keys() & KEYED.keys()):
        for key, forms in frame.words[vocabulary].items():
            for words in forms:
                if key not in _keys(Reader(words, pack), vocabulary):
                    yield f"{frame.rules[vocabulary][key]}: {vocabulary}.yaml does not read {words!r} as {key}"


def _keys(reader: Reader, vocabulary: str) -> set[str]:
    """The keys whose phrases are all of the words; a row of another file may give a time of the day."""
    end = len(reader.tokens)
    return {row.key for last, row, _ in reader.rows(vocabulary, 0) if last == end}
