"""Dosages in words, in every language that has a `text.yaml`."""

from __future__ import annotations

from collections.abc import Sequence

from rx2fhir.statement import DosageInstruction
from rx2fhir.wording.dosage import dosage_words
from rx2fhir.wording.words import Words, words_of

__all__ = ["sentence", "words_of"]


def sentence(words: Words, dosages: Sequence[DosageInstruction]) -> str:
    """Dosages as one text: concurrent ones with semicolons, steps with "then"."""
    text = ""
    for at, dosage in enumerate(dosages):
        joint = ""
        if at:
            step = dosage.sequence is not None and dosage.sequence != dosages[at - 1].sequence
            joint = f", {words.frame.phrases['then']} " if step else "; "
        text += joint + dosage_words(words, dosage)
    return text
