"""Joins the stages: texts in, prescriptions out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import cast

from rx2fhir.confidence import low_confidence_issues
from rx2fhir.drugs.store import JoinedLexicon, StoredLexicon
from rx2fhir.errors import UnknownLanguage, UsageError
from rx2fhir.interpret import interpret
from rx2fhir.language import languages
from rx2fhir.prescription import Prescription
from rx2fhir.recognize import Recognizer, open_model

_BATCH = 256
_END = object()


class Parser:
    """Reads prescription texts.

    model: None for the bundled model (no download); the name or folder of any Hugging Face token-classification
    checkpoint ("Posos/ClinicalNER"); or an object with `recognize(texts)`. Raises ModelUnavailable.
    lexicon: a file that `rx2fhir lexicon build` wrote, for more drug names than the project's own; LexiconError.
    min_confidence: statements with a lower score (`rx.confidences`) get an issue `low-confidence` of severity warning;
    0 to 1, UsageError for others.
    """

    def __init__(
        self,
        model: str | Path | Recognizer | None = None,
        lexicon: str | Path | None = None,
        min_confidence: float = 0.0,
    ) -> None:
        if not 0 <= min_confidence <= 1:
            raise UsageError(f"min_confidence {min_confidence}: expected a number from 0 to 1")
        self._least = min_confidence
        self._recognizer = open_model(model)
        self._lexicon = None if lexicon is None else JoinedLexicon(StoredLexicon(lexicon))

    def parse(self, text: str, language: str | None = None) -> Prescription:
        """Read one text. language: ISO 639-1 of a pack; None detects it.

        Raises UsageError for what is no str and UnknownLanguage; text itself never raises.
        """
        return next(self.parse_many([text], None if language is None else [language]))

    def parse_many(self, texts: Iterable[str], languages: Iterable[str | None] | None = None) -> Iterator[Prescription]:
        """Read texts lazily and in order, one Prescription each. languages: one for each text; None detects all."""
        pairs = _pairs(texts, languages)
        while batch := list(islice(pairs, _BATCH)):
            found = self._recognizer.recognize([text for text, _ in batch])
            for (text, language), entities in zip(batch, found, strict=True):
                yield self._doubted(interpret(text, entities, language, self._lexicon))

    def _doubted(self, rx: Prescription) -> Prescription:
        """With an issue for each statement that is less sure than asked for."""
        if not self._least:
            return rx
        found = low_confidence_issues(rx.statements, rx.confidences, self._least)
        return replace(rx, issues=tuple(sorted((*rx.issues, *found), key=lambda issue: issue.start)))


def _pairs(texts: Iterable[str], codes: Iterable[str | None] | None) -> Iterator[tuple[str, str | None]]:
    if isinstance(texts, (str, bytes)):
        raise UsageError("texts: expected several texts; for one text call parse()")
    if isinstance(codes, str):
        raise UsageError("languages: expected one for each text; for one text call parse()")
    hints: Iterator[str | None] | None = None if codes is None else iter(codes)
    for text in texts:
        if not isinstance(text, str):
            raise UsageError(f"text: expected str, not {type(text).__name__}")
        yield text, None if hints is None else _language(_next(hints))
    if hints is not None and any(True for _ in hints):
        raise UsageError("languages: more of them than texts")


def _next(hints: Iterator[str | None]) -> str | None:
    hint: object = next(hints, _END)
    if hint is _END:
        raise UsageError("languages: fewer of them than texts")
    return cast("str | None", hint)


def _language(code: str | None) -> str | None:
    if code is not None and code not in languages():
        raise UnknownLanguage(f"no pack {code!r}; packs: {', '.join(languages())}")
    return code
