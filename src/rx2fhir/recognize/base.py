"""The interface of stage 1."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from rx2fhir.entities import Entity


@runtime_checkable
class Recognizer(Protocol):
    """Finds the entities of texts."""

    def recognize(self, texts: Sequence[str]) -> list[tuple[Entity, ...]]:
        """The entities of each text, in text order and never overlapping; no text raises."""
        ...
