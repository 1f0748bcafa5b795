"""Texts with their entities written inside: `[DRUG doliprane] [STRENGTH 500] le soir`, one a line."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from rx2fhir.recognize.marked import read_marked
from rx2fhir.training.cases import Case


def read(path: Path, language: str, keep: Collection[str]) -> list[Case]:
    """One case a line; lines that begin with # are comments, `\\n` in a line stands for a line break."""
    lines = path.read_text(encoding="utf-8").split("\n")
    return [_case(line, language) for line in lines if line.strip() and not line.startswith("#")]


def _case(line: str, language: str) -> Case:
    text, entities = read_marked(line.replace("\\n", "\n"))
    return Case(text, tuple((entity.label, entity.start, entity.end) for entity in entities), language)
