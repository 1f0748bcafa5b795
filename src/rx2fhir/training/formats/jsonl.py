"""The project's own format: one JSON object a line, {text, lang, entities: [{label, start, end}]}."""

from __future__ import annotations

import json
from collections.abc import Collection
from itertools import pairwise
from pathlib import Path
from typing import Any

from rx2fhir.errors import AnnotationError
from rx2fhir.training.cases import Case, Span, chosen_label


def read(path: Path, language: str, keep: Collection[str]) -> list[Case]:
    """One case a line; `lang` and `entities` may be missing."""
    lines = path.read_text(encoding="utf-8").split("\n")
    return [_case(line, language, keep, f"{path}:{n}") for n, line in enumerate(lines, start=1) if line.strip()]


def _case(line: str, language: str, keep: Collection[str], place: str) -> Case:
    try:
        entry = json.loads(line)
        text, entities = entry["text"], entry.get("entities") or []
        spans = sorted((_span(entity, text, keep, place) for entity in entities), key=lambda span: span[1:])
    except json.JSONDecodeError as error:
        raise AnnotationError(f"{place}: {error.msg}; is the line cut off?") from error
    except (TypeError, KeyError, AttributeError, ValueError) as error:
        if isinstance(error, AnnotationError):
            raise
        raise AnnotationError(f"{place}: expected text and entities of label, start and end") from error
    kept = tuple((label, start, end) for label, start, end in spans if label)
    if any(one[2] > other[1] for one, other in pairwise(kept)):
        raise AnnotationError(f"{place}: entities overlap")
    return Case(text, kept, str(entry.get("lang", language)))


def _span(entity: Any, text: str, keep: Collection[str], place: str) -> Span:
    start, end = int(entity["start"]), int(entity["end"])
    if not 0 <= start < end <= len(text):
        raise AnnotationError(f"{place}: entity {start}-{end} does not fit a text of {len(text)} characters")
    return chosen_label(entity["label"], keep) or "", start, end
