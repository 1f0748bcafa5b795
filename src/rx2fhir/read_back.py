"""Dosages back in words that are read again before they are given: they say what the dosage says."""

from __future__ import annotations

from collections.abc import Sequence

from rx2fhir.errors import CannotSay
from rx2fhir.interpret import interpret
from rx2fhir.statement import DosageInstruction, Statement
from rx2fhir.wording import sentence, words_of
from rx2fhir.wording.facts import differing


def to_text(value: DosageInstruction | Statement, language: str) -> str:
    """A dosage, or all dosages of a statement, in words of a language ("1 comprimé 3 fois par jour").

    language: ISO 639-1 of a pack that has a `text.yaml`. Instructions stand in their source's words where the language
    reads these, else in its own; reasons, and what no table has, in the source's. The name of the drug is not part of
    the text, nor the `sequence` of a dosage that stands alone.
    The text is read back before it is returned, so that it says what the dosage says: raises CannotSay where a fact
    has no words in the language or would be read otherwise, and UnknownLanguage, which names the choices.
    """
    words = words_of(language)
    dosages = value.dosages if isinstance(value, Statement) else (value,)
    text = sentence(words, dosages)
    problem = _problem(text, dosages, language)
    if problem:
        raise CannotSay(f"{language}: {text!r} {problem}")
    return text


def _problem(text: str, dosages: Sequence[DosageInstruction], language: str) -> str:
    """How the text, read again, differs from the dosages; empty where it says the same."""
    back = [dosage for one in interpret(text, (), language).statements for dosage in one.dosages]
    if len(back) != len(dosages):
        return f"is read as {len(back)} dosages, not {len(dosages)}"
    names = [name for dosage, read in zip(dosages, back, strict=True) for name in differing(dosage, read)]
    return f"would be read with another {', '.join(dict.fromkeys(names))}" if names else ""
