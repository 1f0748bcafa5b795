"""How well a recognizer finds the entities of annotated texts: strict spans, micro-F1, per label and language."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rx2fhir.entities import LABELS
from rx2fhir.errors import UsageError
from rx2fhir.recognize import Recognizer
from rx2fhir.recognize.marked import read_marked
from rx2fhir.training.generator import Span

_JOINT = re.compile(r"[\s,;()]*(?:(?:and|et|und|y|e|ed|en|o|of|ou|or|oder|u)\s)?[\s,;()]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Case:
    """An annotated text; entities as (label, start, end)."""

    text: str
    entities: tuple[Span, ...]
    language: str


@dataclass(frozen=True, slots=True)
class Counts:
    """Spans found and right, found and wrong, missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.right + other.right, self.wrong + other.wrong, self.missed + other.missed)

    @property
    def precision(self) -> float:
        return self.right / max(self.right + self.wrong, 1)

    @property
    def recall(self) -> float:
        return self.right / max(self.right + self.missed, 1)

    @property
    def f1(self) -> float:
        return 2 * self.right / max(2 * self.right + self.wrong + self.missed, 1)


def read_cases(path: Path) -> list[Case]:
    """Annotated texts: `.jsonl` with {text, entities: [{label, start, end}]}, or `.txt` with one marked text a line.

    The language is the entry's `lang`, else the first two letters of the file's name. In a marked line `\\n` stands
    for a line break. Raises UsageError for another kind of file.
    """
    lines = [line for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
    if path.suffix == ".txt":
        return [_marked_case(line, path.stem[:2]) for line in lines if not line.startswith("#")]
    if path.suffix == ".jsonl":
        return [_json_case(json.loads(line), path.stem[:2]) for line in lines]
    raise UsageError(f"{path}: expected .jsonl or .txt")


def _marked_case(line: str, language: str) -> Case:
    text, entities = read_marked(line.replace("\\n", "\n"))
    return Case(text, tuple((e.label, e.start, e.end) for e in entities), language)


def _json_case(entry: dict[str, object], language: str) -> Case:
    spans = [(str(e["label"]), int(e["start"]), int(e["end"])) for e in entry.get("entities") or []]  # type: ignore[attr-defined]
    return Case(str(entry["text"]), tuple(spans), str(entry.get("lang", language)))


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


def evaluate(recognizer: Recognizer, cases: Sequence[Case]) -> dict[str, Counts]:
    """Counts by label, by language (`lang:fr`) and in all (`all`)."""
    totals: dict[str, Counts] = {}
    answers = recognizer.recognize([case.text for case in cases])
    for case, answer in zip(cases, answers, strict=True):
        gold = runs(case.text, case.entities)
        found = runs(case.text, [(e.label, e.start, e.end) for e in answer])
        for label in LABELS:
            counts = _compare({s for s in gold if s[0] == label}, {s for s in found if s[0] == label})
            for key in (label, f"lang:{case.language}", "all"):
                totals[key] = totals.get(key, Counts()) + counts
    return totals


def _compare(gold: set[Span], found: set[Span]) -> Counts:
    return Counts(len(gold & found), len(found - gold), len(gold - found))


def table(totals: dict[str, Counts]) -> str:
    """The counts as lines of text: precision, recall and F1."""
    order = [*LABELS, *sorted(key for key in totals if key.startswith("lang:")), "all"]
    lines = [f"{'':12}{'P':>8}{'R':>8}{'F1':>8}{'spans':>8}"]
    for key in order:
        counts = totals.get(key, Counts())
        spans = counts.right + counts.missed
        lines.append(f"{key:12}{counts.precision:8.3f}{counts.recall:8.3f}{counts.f1:8.3f}{spans:8}")
    return "\n".join(lines)


def mistakes(recognizer: Recognizer, cases: Sequence[Case]) -> list[tuple[str, list[Span], list[Span]]]:
    """For each text that is not read right: the text, the spans missed and the spans wrongly found."""
    answers = recognizer.recognize([case.text for case in cases])
    rows = []
    for case, answer in zip(cases, answers, strict=True):
        gold, found = runs(case.text, case.entities), runs(case.text, [(e.label, e.start, e.end) for e in answer])
        if gold != found:
            rows.append((case.text, sorted(gold - found), sorted(found - gold)))
    return rows
