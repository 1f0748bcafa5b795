"""Batches of token ids and labels from generated texts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from random import Random

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from rx2fhir.recognize.labels import TAGS
from rx2fhir.training.generator import Sample, Span, generate
from rx2fhir.training.tokenizer import MAX_TOKENS

IGNORED = -100
PAD = 1
POOL = 4096
_TAG_ID = {tag: index for index, tag in enumerate(TAGS)}


@dataclass(frozen=True, slots=True)
class Batch:
    """ids, labels: int64 (texts, tokens), padded with `<pad>` and IGNORED."""

    ids: NDArray[np.int64]
    labels: NDArray[np.int64]


def token_labels(encoding: Encoding, text: str, entities: Sequence[Span]) -> list[int]:
    """The tag of each token: B- for the first that touches an entity, I- for the others, IGNORED for `<s>`.

    A token that is only the blank before a word has the tag of that word, whose first token it is.
    """
    tag_of: list[tuple[int, str] | None] = [None] * (len(text) + 1)
    for number, (label, start, end) in enumerate(entities):
        tag_of[start:end] = [(number, label)] * (end - start)
    labels, previous = [], None
    for (start, end), special in zip(encoding.offsets, encoding.special_tokens_mask, strict=True):
        if special or text[start:end].strip(" ") == "\n":
            labels.append(IGNORED if special else 0)
            continue
        while start < len(text) and text[start].isspace():
            start += 1
        found = tag_of[start]
        labels.append(_tag(found, previous))
        previous = found
    return labels


def _tag(found: tuple[int, str] | None, previous: tuple[int, str] | None) -> int:
    return _TAG_ID[f"{'I' if found == previous else 'B'}-{found[1]}"] if found else _TAG_ID["O"]


def batches(tokenizer: Tokenizer, seed: int, tokens: int) -> Iterator[Batch]:
    """Endless batches of about `tokens` tokens each, texts of like length together."""
    random = Random(seed)
    samples = _documents(generate(random.randrange(2**31)), random)
    while True:
        pool = list(islice(samples, POOL))
        encodings = tokenizer.encode_batch([sample.text for sample in pool])
        rows = [
            (encoding.ids, token_labels(encoding, sample.text, sample.entities))
            for encoding, sample in zip(encodings, pool, strict=True)
        ]
        rows.sort(key=lambda row: len(row[0]))
        ready = list(_cut(rows, tokens))
        random.shuffle(ready)
        yield from ready


def _documents(samples: Iterator[Sample], random: Random) -> Iterator[Sample]:
    """The samples; one in fifty is a page of several, line under line."""
    while True:
        count = random.randrange(2, 8) if random.random() < 0.02 else 1
        yield joined(list(islice(samples, count)))


def joined(samples: Sequence[Sample]) -> Sample:
    """Several samples as the lines of one."""
    text, entities = "", []
    for sample in samples:
        start = len(text) + (1 if text else 0)
        text += ("\n" if text else "") + sample.text
        entities += [(label, start + first, start + last) for label, first, last in sample.entities]
    return Sample(text, tuple(entities), samples[0].language)


def _cut(rows: list[tuple[list[int], list[int]]], tokens: int) -> Iterator[Batch]:
    at = 0
    while at < len(rows):
        count = max(1, tokens // min(len(rows[at][0]) + 2, MAX_TOKENS))
        yield _batch(rows[at : at + count])
        at += count


def _batch(rows: list[tuple[list[int], list[int]]]) -> Batch:
    width = min(max(len(ids) for ids, _ in rows), MAX_TOKENS)
    ids = np.full((len(rows), width), PAD, dtype=np.int64)
    labels = np.full((len(rows), width), IGNORED, dtype=np.int64)
    for index, (row, tags) in enumerate(rows):
        ids[index, : len(row[:width])] = row[:width]
        labels[index, : len(tags[:width])] = tags[:width]
    return Batch(ids, labels)
