"""How well a recognizer finds the entities of annotated texts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from rx2fhir.entities import LABELS, Entity
from rx2fhir.recognize import Recognizer
from rx2fhir.recognize.base import TokenClassifier
from rx2fhir.recognize.classifier import Reading
from rx2fhir.recognize.labels import TAGS
from rx2fhir.training.cases import Case, Span
from rx2fhir.training.figures import Figures, Report, Scored, compare
from rx2fhir.training.words import spans_of, tags_of, words_of

_JOINT = re.compile(r"[\s,;()]*(?:(?:and|et|und|y|e|ed|en|o|of|ou|or|oder|u)\s)?[\s,;()]*", re.IGNORECASE)
_LEAST = 1e-9


def evaluate(recognizer: Recognizer, cases: Sequence[Case], join_frequency: bool = False) -> Report:
    """The figures of a recognizer on annotated texts.

    Entities are strict spans, counted as seqeval does; in texts with tokens of their own they are rounded to those.
    join_frequency: FREQUENCY neighbours with only blanks, commas, brackets or a conjunction between them are one.
    Other labels than the six of `entities.LABELS` are not counted.
    """
    cases = [_six(case) for case in cases]
    labels: dict[str, Figures] = {}
    languages: dict[str, Figures] = {}
    words_right: list[bool] = []
    losses: list[float] = []
    scores: list[Scored] = []
    for case, answer, reading in _answers(recognizer, cases):
        found = _rounded(case, [(entity.label, entity.start, entity.end) for entity in answer])
        scores += _scores(answer, case)
        words_right += _words_right(case, found)
        losses += _losses(case, reading) if reading else []
        for label, figures in _compared(case, found, join_frequency).items():
            labels[label] = labels.get(label, Figures()) + figures
            languages[case.language] = languages.get(case.language, Figures()) + figures
    loss = float(np.mean(losses)) if losses else None
    return Report(len(cases), loss, float(np.mean(words_right or [True])), labels, languages, scores)


def micro_f1(recognizer: Recognizer, cases: Sequence[Case]) -> float:
    """The one figure that a training is steered by: strict micro-F1, FREQUENCY neighbours joined."""
    return evaluate(recognizer, cases, join_frequency=True).all.f1


def _six(case: Case) -> Case:
    return Case(case.text, tuple(s for s in case.entities if s[0] in LABELS), case.language, case.words)


def _answers(
    recognizer: Recognizer, cases: Sequence[Case]
) -> Iterator[tuple[Case, tuple[Entity, ...], Reading | None]]:
    texts = [case.text for case in cases]
    if isinstance(recognizer, TokenClassifier):
        for case, reading in zip(cases, recognizer.classifier.read(texts), strict=True):
            yield case, reading.entities, reading
    else:
        for case, answer in zip(cases, recognizer.recognize(texts), strict=True):
            yield case, answer, None


def _compared(case: Case, found: Sequence[Span], join_frequency: bool) -> dict[str, Figures]:
    if join_frequency:
        return compare(runs(case.text, case.entities), runs(case.text, found))
    return compare(case.entities, found)


def _rounded(case: Case, spans: list[Span]) -> list[Span]:
    """The spans of a text with tokens of its own, rounded to those."""
    return spans_of(case.words, tags_of(case.words, spans)) if case.words else spans


def _scores(answer: Iterable[Entity], case: Case) -> Iterator[Scored]:
    gold = set(case.entities)
    for entity in answer:
        rounded = _rounded(case, [(entity.label, entity.start, entity.end)])
        yield Scored(entity.label, entity.score, bool(rounded) and rounded[0] in gold)


def _words_right(case: Case, found: Sequence[Span]) -> list[bool]:
    words = words_of(case)
    return [one == other for one, other in zip(tags_of(words, case.entities), tags_of(words, found), strict=True)]


def _losses(case: Case, reading: Reading) -> list[float]:
    words = [(int(start), int(end)) for start, end in reading.tokens.spans]
    right = [TAGS.index(tag) for tag in tags_of(words, case.entities)]
    chances = reading.probabilities[np.arange(len(right)), right]
    return [float(loss) for loss in -np.log(np.maximum(chances, _LEAST))]


def runs(text: str, spans: Iterable[Span]) -> set[Span]:
    """The spans; FREQUENCY neighbours with only blanks, commas, brackets or a conjunction between are one."""
    found: list[Span] = []
    for label, start, end in sorted(spans, key=lambda span: span[1]):
        last = found[-1] if found else None
        if last and label == last[0] == "FREQUENCY" and _JOINT.fullmatch(text[last[2] : start]):
            found[-1] = (label, last[1], end)
        else:
            found.append((label, start, end))
    return set(found)
