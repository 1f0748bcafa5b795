"""Annotated texts: what a model learns from and is measured on."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from rx2fhir.entities import LABELS

Span = tuple[str, int, int]
"""Label, start and end in code points, end not included."""

UNKNOWN_LANGUAGE = "und"
"""The language of a text whose annotators name none (BCP 47: undetermined)."""


@dataclass(frozen=True, slots=True)
class Case:
    """A text and its entities, in text order and never overlapping.

    words: start and end of the corpus's own tokens, where it has some; else empty.
    """

    text: str
    entities: tuple[Span, ...]
    language: str
    words: tuple[tuple[int, int], ...] = ()


def chosen_label(name: str, keep: Collection[str] = ()) -> str | None:
    """A corpus's label in capitals: one of the six or of `keep`, in any case of letters; None for the others."""
    label = name.strip().upper()
    return label if label in LABELS or label in {kept.upper() for kept in keep} else None
