"""A token classifier of any kind as a recognizer: windows, batches by length, decoding."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from rx2fhir.entities import Entity
from rx2fhir.recognize.calibration import NONE, Calibration
from rx2fhir.recognize.decode import Floats, best_tags, entities, tag_probabilities
from rx2fhir.recognize.labels import tag_columns
from rx2fhir.recognize.windows import windows
from rx2fhir.recognize.words import Tokens, encode, frame

Ids = NDArray[np.int64]
Logits = Callable[[Ids, Ids], Floats]
BATCH_TOKENS = 8192


@dataclass(frozen=True, slots=True)
class Reading:
    """What a model makes of a text: its words, the probability of each tag of a word (words, TAGS), the entities."""

    tokens: Tokens
    probabilities: Floats
    entities: tuple[Entity, ...]


class Classifier:
    """Reads texts with a model given as a function.

    logits: ids and attention mask, int64 (texts, tokens), to float32 (texts, tokens, classes). window: tokens that
    the model reads at once, special ones included. pad: id of the padding token. calibration: of the scores.
    """

    def __init__(
        self,
        tokenizer: Tokenizer,
        logits: Logits,
        id2label: Mapping[int, str],
        window: int,
        pad: int,
        calibration: Calibration = NONE,
    ) -> None:
        tokenizer.no_truncation()
        tokenizer.no_padding()
        self._tokenizer, self._logits, self._pad, self._calibration = tokenizer, logits, pad, calibration
        self._head, self._tail = frame(tokenizer)
        self._columns = tag_columns(id2label)
        self._room = window - len(self._head) - len(self._tail)

    def recognize(self, texts: Sequence[str]) -> list[tuple[Entity, ...]]:
        """The entities of each text."""
        return [reading.entities for reading in self.read(texts)]

    def read(self, texts: Sequence[str]) -> list[Reading]:
        """The words of each text with their probabilities and the entities."""
        tokens = encode(self._tokenizer, texts)
        scores = self._scores(texts, tokens)
        probabilities = [
            tag_probabilities(score[row.first], self._columns) for row, score in zip(tokens, scores, strict=True)
        ]
        tags = _decoded(probabilities)
        return [
            Reading(row, probability, entities(text, row, tag, probability, self._calibration))
            for text, row, tag, probability in zip(texts, tokens, tags, probabilities, strict=True)
        ]

    def _scores(self, texts: Sequence[str], tokens: Sequence[Tokens]) -> list[Floats]:
        """Logits (tokens, classes) of each text, put together from its windows."""
        pieces: list[list[Floats]] = [[] for _ in texts]
        cuts = [
            (number, window)
            for number, (text, row) in enumerate(zip(texts, tokens, strict=True))
            for window in windows(len(row.ids), self._room, _line_starts(text, row, self._room))
        ]
        results = self._run([tokens[number].ids[window.start : window.stop] for number, window in cuts])
        for (number, window), result in zip(cuts, results, strict=True):
            pieces[number].append(result[window.first - window.start : window.last - window.start])
        return [np.concatenate(parts) for parts in pieces]

    def _run(self, rows: Sequence[Ids]) -> list[Floats]:
        """Logits of each row of ids, special tokens added for the model and taken off again."""
        results: list[Floats] = [np.zeros((0, len(self._columns)), dtype=np.float32)] * len(rows)
        for batch in _by_length(rows):
            width = len(self._head) + max(len(rows[index]) for index in batch) + len(self._tail)
            ids = np.full((len(batch), width), self._pad, dtype=np.int64)
            mask = np.zeros_like(ids)
            for line, index in enumerate(batch):
                full = [*self._head, *rows[index].tolist(), *self._tail]
                ids[line, : len(full)], mask[line, : len(full)] = full, 1
            logits = self._logits(ids, mask)
            for line, index in enumerate(batch):
                results[index] = logits[line, len(self._head) : len(self._head) + len(rows[index])]
        return results


def _by_length(rows: Sequence[Ids]) -> list[list[int]]:
    """Indices of the rows that have tokens, in batches of like length and at most BATCH_TOKENS tokens."""
    batches: list[list[int]] = []
    longest = 0
    for index in sorted((i for i, row in enumerate(rows) if len(row)), key=lambda i: len(rows[i])):
        length = len(rows[index])
        if length > longest or (len(batches[-1]) + 1) * length > BATCH_TOKENS:
            batches.append([])
            longest = length + length // 4 + 4
        batches[-1].append(index)
    return batches


def _line_starts(text: str, tokens: Tokens, room: int) -> list[int]:
    """Indices of the tokens that begin a line; not looked for where one window holds the text."""
    if len(tokens.ids) <= room:
        return []
    breaks = np.array([index for index, char in enumerate(text) if char == "\n"])
    line = np.searchsorted(breaks, tokens.spans[:, 0])
    return [int(index) for index in tokens.first[1:][np.diff(line) > 0]]


def _decoded(probabilities: Sequence[Floats]) -> list[Ids]:
    """The tags of each text, decoded together with texts of like length."""
    tags: list[Ids] = [np.zeros(0, dtype=np.int64)] * len(probabilities)
    for batch in _by_length([row[:, 0] for row in probabilities]):  # type: ignore[misc]
        width = max(len(probabilities[index]) for index in batch)
        padded = np.zeros((len(batch), width, probabilities[batch[0]].shape[1]), dtype=np.float32)
        padded[..., 0] = 1.0
        for line, index in enumerate(batch):
            padded[line, : len(probabilities[index])] = probabilities[index]
        found = best_tags(padded)
        for line, index in enumerate(batch):
            tags[index] = found[line, : len(probabilities[index])]
    return tags
