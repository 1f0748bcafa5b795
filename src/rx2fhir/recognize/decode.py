"""From class scores to entities: the most probable sequence of tags that is legal, and its spans."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from rx2fhir.entities import LABELS, Entity
from rx2fhir.recognize.calibration import NONE, Calibration
from rx2fhir.recognize.labels import TAGS
from rx2fhir.recognize.words import Tokens

Floats = NDArray[np.float32]
_FLOOR = 1e-9
_NEVER = -1e9


def tag_probabilities(logits: Floats, columns: Sequence[int]) -> Floats:
    """Probabilities (words, TAGS) from logits (words, classes); columns[class] is the tag that the class counts for.

    A model without B- classes may begin an entity with any of its words, but rather goes on with the one before.
    """
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    classes = shifted / shifted.sum(axis=-1, keepdims=True)
    tags = np.zeros((*logits.shape[:-1], len(TAGS)), dtype=np.float32)
    for index, column in enumerate(columns):
        tags[..., column] += classes[..., index]
    for begin in range(1, len(TAGS), 2):
        if begin not in columns:
            tags[..., begin] = tags[..., begin + 1] * 0.99
    return tags


def best_tags(probabilities: Floats) -> NDArray[np.int64]:
    """The most probable legal tags (texts, words) of probabilities (texts, words, TAGS).

    Legal: I-X only after B-X or I-X. Viterbi, all texts at once; TAGS is O, then B- and I- by turns.
    """
    emissions = np.log(probabilities + _FLOOR)
    count, length, _ = emissions.shape
    rows = np.arange(count)
    score = emissions[:, 0].copy()
    score[:, 2::2] = _NEVER
    came = np.zeros((count, length, len(TAGS)), dtype=np.int64)
    begins = np.arange(1, len(TAGS), 2)
    for step in range(1, length):
        best = score.argmax(axis=1)
        goes_on = score[:, 2::2] > score[:, 1::2]
        came[:, step] = best[:, None]
        came[:, step, 2::2] = begins + goes_on
        inside = np.maximum(score[:, 1::2], score[:, 2::2])
        score = emissions[:, step] + score[rows, best][:, None]
        score[:, 2::2] = emissions[:, step, 2::2] + inside
    tags = np.zeros((count, length), dtype=np.int64)
    tags[:, -1] = score.argmax(axis=1)
    for step in range(length - 1, 0, -1):
        tags[:, step - 1] = came[rows, step, tags[:, step]]
    return tags


def entities(
    text: str, tokens: Tokens, tags: NDArray[np.int64], probabilities: Floats, calibration: Calibration = NONE
) -> tuple[Entity, ...]:
    """The entities of a text from the tags (words,) and tag probabilities (words, TAGS) of its words.

    score: the lowest probability of the label over the words of the entity, as B- or I-, whichever is higher;
    calibrated.
    """
    return tuple(
        Entity(
            LABELS[label],
            start := int(tokens.spans[first, 0]),
            end := int(tokens.spans[last - 1, 1]),
            text[start:end],
            calibration.score(
                LABELS[label], float(probabilities[first:last, 1 + 2 * label : 3 + 2 * label].max(axis=1).min())
            ),
        )
        for label, first, last in _runs(tags.tolist())
    )


def _runs(tags: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """(label, first word, end) of each entity in legal tags."""
    first = 0
    for index, tag in enumerate((*tags, 0)):
        inside = tag > 0 and tag % 2 == 0
        if not inside:
            if index and tags[index - 1]:
                yield (tags[index - 1] - 1) // 2, first, index
            first = index
