"""The interface of stage 1."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from rx2fhir.entities import Entity

if TYPE_CHECKING:
    from rx2fhir.recognize.classifier import Classifier


@runtime_checkable
class Recognizer(Protocol):
    """Finds the entities of texts."""

    def recognize(self, texts: Sequence[str]) -> list[tuple[Entity, ...]]:
        """The entities of each text, in text order and never overlapping; no text raises."""
        ...


@runtime_checkable
class TokenClassifier(Recognizer, Protocol):
    """A recognizer that gives each word of a text a tag, with probabilities."""

    @property
    def classifier(self) -> Classifier:
        """The model with its tokenizer."""
        ...
