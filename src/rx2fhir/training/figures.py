"""Precision, recall and F1 of entities, as seqeval counts them: label and both ends right; overlap beside."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from rx2fhir.training.cases import Span


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of entities: found, gold (in the annotations), right, and those that touch one of the same label."""

    found: int = 0
    gold: int = 0
    right: int = 0
    found_touching: int = 0
    gold_touched: int = 0

    def __add__(self, other: Figures) -> Figures:
        return Figures(
            self.found + other.found,
            self.gold + other.gold,
            self.right + other.right,
            self.found_touching + other.found_touching,
            self.gold_touched + other.gold_touched,
        )

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        return self.right / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        return 2 * self.right / (self.found + self.gold) if self.found + self.gold else 0.0

    @property
    def overlap_f1(self) -> float:
        """F1 where an entity is right that shares a character with one of its label."""
        precision = self.found_touching / self.found if self.found else 0.0
        recall = self.gold_touched / self.gold if self.gold else 0.0
        return 2 * precision * recall / (precision + recall) if precision + recall else 0.0

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        names = ("precision", "recall", "f1", "overlap_f1")
        return {name: round(getattr(self, name), 4) for name in names} | {"support": self.gold}


def compare(gold: Collection[Span], found: Collection[Span]) -> dict[str, Figures]:
    """The figures of a text by label."""
    labels = {label for label, _, _ in (*gold, *found)}
    return {
        label: _compare([s for s in gold if s[0] == label], [s for s in found if s[0] == label]) for label in labels
    }


def _compare(gold: Sequence[Span], found: Sequence[Span]) -> Figures:
    touching, touched = _touching(found, gold), _touching(gold, found)
    return Figures(len(found), len(gold), len(set(gold) & set(found)), touching, touched)


def _touching(spans: Sequence[Span], others: Sequence[Span]) -> int:
    return sum(any(one[1] < other[2] and other[1] < one[2] for other in others) for one in spans)


class Scored(NamedTuple):
    """An entity that was found: its label and score, and whether it is right."""

    label: str
    score: float
    right: bool


@dataclass(frozen=True, slots=True)
class Report:
    """What `evaluate` found.

    loss: mean of -log(probability of the right tag) over the words, natural logarithm; None for a recognizer that
    gives no probabilities. accuracy: share of words with the right tag. scores: of each entity found.
    """

    texts: int
    loss: float | None
    accuracy: float
    labels: Mapping[str, Figures]
    languages: Mapping[str, Figures]
    scores: Sequence[Scored] = field(repr=False)

    @property
    def all(self) -> Figures:
        """All entities together: micro-F1."""
        return sum(self.labels.values(), Figures())

    @property
    def macro_f1(self) -> float:
        """The mean of the labels' F1."""
        return sum(figures.f1 for figures in self.labels.values()) / max(len(self.labels), 1)

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        whole = self.all.plain()
        return {
            "texts": self.texts,
            "loss": None if self.loss is None else round(self.loss, 4),
            "accuracy": round(self.accuracy, 4),
            "precision": whole["precision"],
            "recall": whole["recall"],
            "micro_f1": whole["f1"],
            "macro_f1": round(self.macro_f1, 4),
            "overlap_f1": whole["overlap_f1"],
            "support": whole["support"],
            "labels": {label: figures.plain() for label, figures in self.labels.items()},
            "languages": {language: figures.plain() for language, figures in self.languages.items()},
            "reliability": [
                {"from": low, "entities": count, "score": round(score, 3), "right": round(right, 3)}
                for low, count, score, right in reliability(self.scores)
            ],
        }


BINS = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98)
"""Lower ends of the ranges of scores in a reliability table."""


def reliability(scores: Sequence[Scored]) -> list[tuple[float, int, float, float]]:
    """For each range of scores that has entities: its lower end, how many, their mean score, the share right."""
    rows = []
    for low, high in zip(BINS, (*BINS[1:], 1.1), strict=True):
        within = [one for one in scores if low <= one.score < high]
        if within:
            mean = sum(one.score for one in within) / len(within)
            rows.append((low, len(within), mean, sum(one.right for one in within) / len(within)))
    return rows


def table(report: Report) -> str:
    """The report as lines of text."""
    lines = [f"{'':12}{'P':>8}{'R':>8}{'F1':>8}{'overlap':>9}{'spans':>8}"]
    rows = [*sorted(report.labels.items()), *sorted(report.languages.items()), ("all (micro)", report.all)]
    for name, one in rows:
        lines.append(f"{name:12}{one.precision:8.3f}{one.recall:8.3f}{one.f1:8.3f}{one.overlap_f1:9.3f}{one.gold:8}")
    loss = "" if report.loss is None else f", loss {report.loss:.3f}"
    lines += [f"macro-F1 {report.macro_f1:.3f}, accuracy {report.accuracy:.3f}{loss}, {report.texts} texts", ""]
    lines.append(f"{'score from':12}{'entities':>10}{'score':>8}{'right':>8}")
    lines += [f"{low:<12}{count:10}{score:8.3f}{right:8.3f}" for low, count, score, right in reliability(report.scores)]
    return "\n".join(lines)
