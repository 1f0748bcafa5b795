"""Batches of token ids and labels, from generated texts without end or from the cases of a corpus."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from random import Random

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from rx2fhir.recognize.labels import TAGS
from rx2fhir.recognize.windows import windows
from rx2fhir.recognize.words import frame
from rx2fhir.training.cases import Case, Span
from rx2fhir.training.generator import generate
from rx2fhir.training.tokenizer import MAX_TOKENS

IGNORED = -100
PAD = 1
POOL = 4096
TAG_IDS: Mapping[str, int] = {tag: index for index, tag in enumerate(TAGS)}
Row = tuple[list[int], list[int]]
"""Token ids and labels of a text or window, special tokens included."""


@dataclass(frozen=True, slots=True)
class Batch:
    """ids, labels: int64 (texts, tokens), padded with `<pad>` and IGNORED."""

    ids: NDArray[np.int64]
    labels: NDArray[np.int64]


def token_labels(
    encoding: Encoding, text: str, entities: Sequence[Span], tag_ids: Mapping[str, int] = TAG_IDS
) -> list[int]:
    """The tag of each token: B- for the first that touches an entity, I- for the others, IGNORED for `<s>`.

    A token that is only the blank before a word has the tag of that word, whose first token it is.
    """
    tag_of: list[tuple[int, str] | None] = [None] * (len(text) + 1)
    for number, (label, start, end) in enumerate(entities):
        tag_of[start:end] = [(number, label)] * (end - start)
    labels, previous = [], None
    for (start, end), special in zip(encoding.offsets, encoding.special_tokens_mask, strict=True):
        if special or text[start:end].strip(" ") == "\n":
            labels.append(IGNORED if special else tag_ids["O"])
            continue
        while start < len(text) and text[start].isspace():
            start += 1
        found = tag_of[start]
        labels.append(tag_ids[_tag(found, previous)])
        previous = found
    return labels


def _tag(found: tuple[int, str] | None, previous: tuple[int, str] | None) -> str:
    return f"{'I' if found == previous else 'B'}-{found[1]}" if found else "O"


def batches(tokenizer: Tokenizer, seed: int, tokens: int) -> Iterator[Batch]:
    """Endless batches of generated texts, about `tokens` tokens each, texts of like length together."""
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
        ready = [_batch(rows[start:stop], PAD) for start, stop in _cuts(rows, tokens)]
        random.shuffle(ready)
        yield from ready


def _documents(samples: Iterator[Case], random: Random) -> Iterator[Case]:
    """The samples; one in fifty is a page of several, line under line."""
    while True:
        count = random.randrange(2, 8) if random.random() < 0.02 else 1
        yield joined(list(islice(samples, count)))


def joined(samples: Sequence[Case]) -> Case:
    """Several samples as the lines of one."""
    text, entities = "", []
    for sample in samples:
        start = len(text) + (1 if text else 0)
        text += ("\n" if text else "") + sample.text
        entities += [(label, start + first, start + last) for label, first, last in sample.entities]
    return Case(text, tuple(entities), samples[0].language)


def _cuts(rows: Sequence[Row], tokens: int) -> Iterator[tuple[int, int]]:
    at = 0
    while at < len(rows):
        stop = at + max(1, tokens // min(len(rows[at][0]) + 2, MAX_TOKENS))
        yield at, stop
        at = stop


def _batch(rows: Sequence[Row], pad: int, longest: int = MAX_TOKENS) -> Batch:
    width = min(max(len(ids) for ids, _ in rows), longest)
    ids = np.full((len(rows), width), pad, dtype=np.int64)
    labels = np.full((len(rows), width), IGNORED, dtype=np.int64)
    for index, (row, tags) in enumerate(rows):
        ids[index, : len(row[:width])] = row[:width]
        labels[index, : len(tags[:width])] = tags[:width]
    return Batch(ids, labels)


def corpus_rows(tokenizer: Tokenizer, cases: Sequence[Case], tag_ids: Mapping[str, int], window: int) -> list[Row]:
    """The texts of a corpus as rows of at most `window` tokens.

    A longer text gives several rows, cut as in reading: a token that two rows share counts in one of them.
    """
    tokenizer.no_truncation()
    tokenizer.no_padding()
    head, tail = frame(tokenizer)
    rows = []
    for case in cases:
        encoding = tokenizer.encode(case.text, add_special_tokens=False)
        labels = token_labels(encoding, case.text, case.entities, tag_ids)
        for cut in windows(len(encoding.ids), window - len(head) - len(tail)):
            own = [
                label if cut.first <= index < cut.last else IGNORED
                for index, label in enumerate(labels[cut.start : cut.stop], start=cut.start)
            ]
            around = [IGNORED] * len(head), [IGNORED] * len(tail)
            rows.append((head + encoding.ids[cut.start : cut.stop] + tail, around[0] + own + around[1]))
    return rows


def epochs(rows: Sequence[Row], seed: int, size: int, pad: int, skip: int = 0) -> Iterator[Batch]:
    """Endless batches of `size` rows, each epoch in another order, rows of like length together.

    skip: batches that a run has seen before it was stopped.
    """
    count = -(-len(rows) // size)
    epoch, skip = divmod(skip, count)
    while True:
        random = Random(seed + epoch)
        order = sorted(rows, key=lambda row: (len(row[0]), random.random()))
        starts = list(range(0, len(order), size))
        random.shuffle(starts)
        for start in starts[skip:]:
            batch = order[start : start + size]
            yield _batch(batch, pad, max(len(ids) for ids, _ in batch))
        epoch, skip = epoch + 1, 0
