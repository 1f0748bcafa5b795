"""Text to tokens and words, for texts of any length and content."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

PART = 4000
"""Longest part of a text that is tokenized at once, in code points: keeps any tokenizer's time linear."""
_SURROGATE = re.compile("[\ud800-\udfff]")
_BLANK = re.compile(r"\s")


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a text, none of them special.

    ids: int64 (tokens,); first: int64 (words,), index of each word's first token; spans: int64 (words, 2), start and
    end of each word in code points of the text, blanks at its edges left out.
    """

    ids: NDArray[np.int64]
    first: NDArray[np.int64]
    spans: NDArray[np.int64]


def frame(tokenizer: Tokenizer) -> tuple[list[int], list[int]]:
    """The ids of the special tokens that the tokenizer puts before and behind a text."""
    probe = tokenizer.encode("a")
    special = probe.special_tokens_mask
    return probe.ids[: special.index(0)], probe.ids[len(special) - special[::-1].index(0) :]


def encode(tokenizer: Tokenizer, texts: Sequence[str]) -> list[Tokens]:
    """Tokens of each text. Lone surrogates are read as U+FFFD, one for one; no text raises."""
    parts = [(number, at, part) for number, text in enumerate(texts) for at, part in _parts(_readable(text))]
    encodings = tokenizer.encode_batch([part for _, _, part in parts], add_special_tokens=False)
    rows: list[list[tuple[int, str, Encoding]]] = [[] for _ in texts]
    for (number, at, part), encoding in zip(parts, encodings, strict=True):
        rows[number].append((at, part, encoding))
    return [_joined(row) for row in rows]


def _readable(text: str) -> str:
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


def _parts(text: str) -> Iterator[tuple[int, str]]:
    """The text in parts of at most PART code points, cut before a blank where there is one in the last quarter."""
    start = 0
    while len(text) - start > PART:
        near = [match.start() for match in _BLANK.finditer(text, start + PART * 3 // 4, start + PART)]
        stop = near[-1] if near else start + PART
        yield start, text[start:stop]
        start = stop
    yield start, text[start:]


def _joined(row: Sequence[tuple[int, str, Encoding]]) -> Tokens:
    ids: list[int] = []
    first: list[int] = []
    spans: list[tuple[int, int]] = []
    for at, part, encoding in row:
        for word, start, end in _words(encoding):
            start, end = _trimmed(part, start, end)
            if start < end:
                first.append(len(ids) + word)
                spans.append((at + start, at + end))
        ids += encoding.ids
    shape = np.array(spans, dtype=np.int64).reshape(-1, 2)
    return Tokens(np.array(ids, dtype=np.int64), np.array(first, dtype=np.int64), shape)


def _words(encoding: Encoding) -> Iterator[tuple[int, int, int]]:
    """(index of the first token, start, end) of each word of the pre-tokenizer."""
    begun = None
    first = start = end = 0
    for index, (word, (low, high)) in enumerate(zip(encoding.word_ids, encoding.offsets, strict=True)):
        if word != begun or word is None:
            if index:
                yield first, start, end
            begun, first, start = word, index, low
        end = high
    if encoding.ids:
        yield first, start, end


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
