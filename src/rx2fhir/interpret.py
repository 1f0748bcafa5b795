"""Stage 2 as a whole: a text and its entities in, a Prescription out. No model is needed here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rx2fhir.detect import candidates
from rx2fhir.entities import Entity
from rx2fhir.group.drugs import find_drugs
from rx2fhir.group.statements import read_statements
from rx2fhir.labels import label
from rx2fhir.language import load
from rx2fhir.normalize.cover import cover
from rx2fhir.normalize.facts import read_items
from rx2fhir.normalize.reader import Reader
from rx2fhir.prescription import Prescription
from rx2fhir.statement import DosageInstruction, Issue
from rx2fhir.text import Token, tokenize
from rx2fhir.unread import unread_issues

_LONG = 400
"""Tokens above which the words alone name the language: reading a page in several would cost more than it tells."""


def interpret(text: str, entities: Sequence[Entity] = (), language: str | None = None) -> Prescription:
    """Read a text. entities: stage 1's proposals. language: ISO 639-1 of a pack, None detects it.

    Where several packs know the text about as well, the one that leaves least unread wins; where they read it all
    and differ in what it means, an issue says so. Raises UnknownLanguage, which names the packs.
    """
    tokens = tokenize(text)
    if language is not None:
        return _read(text, tokens, entities, language)
    codes = candidates(tokens)
    if not codes:
        return Prescription(text, None, (), (), _nothing(text))
    if len(tokens) > _LONG:
        codes = codes[:1]
    return _best([_read(text, tokens, entities, code) for code in codes])


def _best(readings: Sequence[Prescription]) -> Prescription:
    """The reading that leaves least unread; English before others where nothing tells them apart."""
    ordered = sorted(readings, key=lambda rx: (_unread(rx), not rx.statements, rx.language != "en"))
    best = ordered[0]
    others = [rx for rx in ordered[1:] if _unread(rx) == _unread(best) and _facts(rx) != _facts(best)]
    if not others or not best.statements:
        return best
    languages = ", ".join(str(rx.language) for rx in others)
    message = f"read as {best.language}; {languages} would give another meaning; name the language"
    issue = Issue("warning", "language-uncertain", message, 0, len(best.text))
    return replace(best, issues=(issue, *best.issues))


def _unread(rx: Prescription) -> int:
    return sum(issue.end - issue.start for issue in rx.issues if issue.code != "background-text")


def _facts(rx: Prescription) -> list[tuple[str, list[object]]]:
    """What is compared between languages: doses and times, not spans and words."""
    return [(statement.status, [_dosage_facts(dosage) for dosage in statement.dosages]) for statement in rx.statements]


def _dosage_facts(dosage: DosageInstruction) -> object:
    return (dosage.dose, dosage.rate, dosage.timing, dosage.as_needed, dosage.max_dose_per_period, dosage.sequence)


def _read(text: str, tokens: list[Token], entities: Sequence[Entity], language: str) -> Prescription:
    reader = Reader(text, load(language), tokens)
    first = cover(reader)
    drugs = find_drugs(reader, entities, first)
    names = [(drug.first, drug.last) for drug in drugs]
    items = read_items(reader, cover(reader, names) if drugs else first, names)
    statements, segments, issues = read_statements(reader, items, drugs)
    issues += unread_issues(reader, segments, drugs, items, entities)
    found = label(reader, segments, [segment.drug for segment in segments if segment.drug], entities)
    ordered = tuple(sorted(issues, key=lambda issue: issue.start))
    return Prescription(text, language, found, tuple(statements), ordered)


def _nothing(text: str) -> tuple[Issue, ...]:
    if not text.strip():
        return ()
    return (Issue("information", "unread-text", "not read: no word of any language pack", 0, len(text)),)
