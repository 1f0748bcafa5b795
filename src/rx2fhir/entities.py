"""What stage 1 finds in a text: labelled spans."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Label = Literal["DRUG", "STRENGTH", "FREQUENCY", "DURATION", "DOSAGE", "FORM"]

LABELS: tuple[Label, ...] = get_args(Label)


@dataclass(frozen=True, slots=True)
class Entity:
    """A labelled part of the text.

    start, end: code points of the user's text, end not included; `text` is that slice.
    score: probability from 0 to 1 that span and label are right.
    """

    label: Label
    start: int
    end: int
    text: str
    score: float = 1.0
